"""The addresses of the delegation desk: for focal points below the edition, for organizers below the admin.

One table makes both; registration/urls.py and registration/admin.py put them there.
"""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.urls import URLPattern, path

from registration.intake import (
    contact_views,
    deadline_views,
    desk_actions,
    desk_messages,
    desk_views,
    letter_views,
    open_request_views,
    order_views,
    replacement_views,
    reply_views,
)
from registration.intake.sheets import views as sheet_views
from registration.intake.sheets.doors import at_desk, at_edition
from seminar.admin_site import SeminarAdminSite

PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("", desk_views.show_desk, "delegation"),
    ("nominate/", desk_views.nominate, "nominate"),
    ("endorse/", desk_actions.endorse_chosen, "endorse"),
    ("send-links/", desk_actions.send_links, "desk_links"),
    ("return/", desk_actions.return_chosen, "desk_return"),
    ("withdraw/", desk_actions.withdraw_chosen, "desk_withdraw"),
    ("order/", order_views.order_list, "desk_order"),
    ("head/", order_views.choose_head, "desk_head"),
    ("accept/", reply_views.accept, "desk_accept"),
    ("decline/", reply_views.decline, "desk_decline"),
    ("messages/", desk_messages.mark_read, "desk_messages"),
    ("contacts/", contact_views.show_contacts, "contacts"),
    ("contacts/hand-on/", contact_views.hand_on, "hand_on"),
    ("contacts/<int:key>/primary/", contact_views.make_primary, "contact_primary"),
    ("contacts/<int:key>/remove/", contact_views.remove, "contact_remove"),
    ("letter/", letter_views.show_letters, "letter"),
    ("letter/<int:key>/", letter_views.download_letter, "letter_file"),
    ("letter/<int:key>/remove/", letter_views.remove_letter, "letter_remove"),
    ("requests/<uuid:key>/take/", open_request_views.take, "request_take"),
    ("requests/<uuid:key>/decline/", open_request_views.decline, "request_decline"),
    ("spreadsheet/", at_desk(sheet_views.show_sheet), "sheet"),
    ("spreadsheet/people.xlsx", at_desk(sheet_views.download), "sheet_xlsx"),
    ("spreadsheet/people.csv", at_desk(partial(sheet_views.download, is_csv=True)), "sheet_csv"),
    ("spreadsheet/check/", at_desk(sheet_views.check_sheet), "sheet_check"),
    ("<str:number>/", desk_views.show_nominee, "nominee"),
    ("<str:number>/replace/", replacement_views.replace_person, "nominee_replace"),
]
STAFF_PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("<str:number>/deadline/", deadline_views.extend, "nominee_deadline"),
]

EDITION_PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("spreadsheet/", at_edition(sheet_views.show_sheet), "sheet"),
    ("spreadsheet/people.xlsx", at_edition(sheet_views.download), "sheet_xlsx"),
    ("spreadsheet/people.csv", at_edition(partial(sheet_views.download, is_csv=True)), "sheet_csv"),
    ("spreadsheet/check/", at_edition(sheet_views.check_sheet), "sheet_check"),
]


def list_focal_point_paths() -> list[URLPattern]:
    return [path(f"<slug:slug>/delegation/{route}", view, name=name) for route, view, name in PAGES]


def add_staff_pages(site: SeminarAdminSite) -> None:
    """Serve every page of the desk of any delegation of the chosen edition in the admin."""
    for route, view, name in [*PAGES, *STAFF_PAGES]:
        site.add_page(f"seminar/delegation/<str:code>/desk/{route}", view, f"desk_{name}")
    for route, view, name in EDITION_PAGES:
        site.add_page(f"registration/registration/{route}", view, f"registration_registration_{name}")
