"""Public addresses of the editions."""

from django.urls import path

from agenda import views

app_name = "agenda"

urlpatterns = [
    path("", views.show_current_programme, name="current"),
    path("<slug:slug>/", views.show_programme, name="programme"),
    path("<slug:slug>/agenda.json", views.show_json, name="json"),
    path("<slug:slug>/agenda.ics", views.show_calendar, name="calendar"),
    path("<slug:slug>/participants/", views.show_participants, name="participants"),
    path("<slug:slug>/materials/", views.show_materials, name="materials"),
    path("<slug:slug>/materials/<uuid:key>/", views.download_material, name="material"),
]
