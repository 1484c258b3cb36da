"""Addresses of people who take part; below a language prefix."""

from django.urls import include, path

from registration.intake import change_views, ending_views, file_views, form_views, link_views, open_request_views
from registration.intake.desk_urls import list_focal_point_paths
from registration.portal import views as portal_views
from registration.speaking import urls as speaking_urls

app_name = "registration"

# Of one registration: the delegate's own, and, with the number before them and `nominee_` to their names, a nominee's.
OWN = [
    path("form/", form_views.begin, name="form"),
    path("form/<slug:stage>/", form_views.edit_stage, name="stage"),
    path("form/<slug:stage>/autosave/", form_views.autosave, name="autosave"),
    path("change/<slug:stage>/", change_views.request_change, name="change"),
    path("files/<slug:name>/", file_views.show_file, name="file"),
    path("check/", form_views.check_answers, name="check"),
    path("submit/", form_views.submit_form, name="submit"),
    path("withdraw/", ending_views.withdraw_registration, name="withdraw"),
]
OF_NOMINEE = [
    *(path(str(route.pattern), route.callback, name=f"nominee_{route.name}") for route in OWN),
    path("return/", ending_views.return_registration, name="nominee_return"),
]

urlpatterns = [
    path("i/<str:token>/", link_views.open_link, name="open_link"),
    path("lost-link/", link_views.ask_lost_link, name="lost_link"),
    path("lost-link/sent/", link_views.show_lost_link_sent, name="lost_link_sent"),
    path("register/", open_request_views.lead_to_current, name="open_request_current"),
    path("<slug:slug>/register/", open_request_views.ask, name="open_request"),
    path("<slug:slug>/register/sent/", open_request_views.show_sent, name="open_request_sent"),
    path("<slug:slug>/register/confirm/<str:token>/", open_request_views.confirm, name="open_request_confirm"),
    path("<slug:slug>/my/", portal_views.show_status, name="status"),
    path("<slug:slug>/my/seminar.ics", portal_views.download_calendar, name="calendar"),
    path("<slug:slug>/my/", include(OWN)),
    *speaking_urls.list_paths(),
    *list_focal_point_paths(),
    path("<slug:slug>/delegation/<str:number>/", include(OF_NOMINEE)),
]
