"""Public addresses of the editions."""

from django.urls import path

from agenda import views

app_name = "agenda"

urlpatterns = [
    path("", views.show_current_programme, name="current"),
    path("<slug:slug>/", views.show_programme, name="programme"),
    path("<slug:slug>/participants/", views.show_participants, name="participants"),
]
