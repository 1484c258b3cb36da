"""Addresses of people who take part; below a language prefix."""

from django.urls import path

from registration.intake import desk_views, form_views, link_views
from registration.portal import views as portal_views

app_name = "registration"

urlpatterns = [
    path("i/<str:token>/", link_views.open_link, name="open_link"),
    path("lost-link/", link_views.ask_lost_link, name="lost_link"),
    path("lost-link/sent/", link_views.show_lost_link_sent, name="lost_link_sent"),
    path("<slug:slug>/my/", portal_views.show_status, name="status"),
    path("<slug:slug>/my/form/", form_views.edit_form, name="form"),
    path("<slug:slug>/my/check/", form_views.check_answers, name="check"),
    path("<slug:slug>/my/submit/", form_views.submit_form, name="submit"),
    path("<slug:slug>/delegation/", desk_views.show_desk, name="delegation"),
    path("<slug:slug>/delegation/nominate/", desk_views.nominate, name="nominate"),
    path("<slug:slug>/delegation/endorse/", desk_views.endorse_chosen, name="endorse"),
    path("<slug:slug>/delegation/<str:number>/", desk_views.show_nominee, name="nominee"),
]
