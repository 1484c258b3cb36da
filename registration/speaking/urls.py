"""The addresses of presentations: for speakers below their registration, for focal points below the desk, for
organizers in the admin. One table makes all three; registration/urls.py and registration/admin.py put them there.
"""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path

from registration.speaking import views
from registration.speaking.doors import FOCAL_POINT, SPEAKER, STAFF
from seminar.admin_site import SeminarAdminSite

ONE = "<int:key>/"
LANGUAGE = "<str:language>/"
PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    (ONE, views.edit_presentation, "presentation"),
    (f"{ONE}files/{LANGUAGE}", views.download_file, "presentation_file"),
    (f"{ONE}files/{LANGUAGE}remove/", views.remove_file, "presentation_remove"),
    (f"{ONE}files/{LANGUAGE}withdraw/", views.withdraw_permission, "presentation_withdraw"),
]
NAMING: list[tuple[str, Callable[..., HttpResponse], str]] = [
    (f"{ONE}speakers/", views.name_speaker, "presentation_name"),
    (f"{ONE}speakers/<int:person>/remove/", views.remove_speaker, "presentation_unname"),
]
LIST: tuple[str, Callable[..., HttpResponse], str] = ("", views.show_presentations, "presentations")


def list_paths() -> list[URLPattern]:
    """Return the addresses of speakers and focal points."""
    of_speaker = [
        path(f"<slug:slug>/my/presentations/{route}", view, {"side": SPEAKER}, name=name)
        for route, view, name in [LIST, *PAGES]
    ]
    of_focal_point = [
        path(f"<slug:slug>/delegation/presentations/{route}", view, {"side": FOCAL_POINT}, name=f"desk_{name}")
        for route, view, name in [LIST, *PAGES, *NAMING]
    ]
    sitting = path("<slug:slug>/my/sittings/<int:key>/", views.edit_sitting, {"side": SPEAKER}, name="sitting")
    return [*of_speaker, *of_focal_point, sitting]


def add_staff_pages(site: SeminarAdminSite) -> None:
    """Serve the same pages in the admin, beside the list of presentations there."""
    for route, view, name in [*PAGES, *NAMING]:
        site.add_page(f"agenda/presentation/work/{route}", partial(view, side=STAFF), f"speaking_{name}")
