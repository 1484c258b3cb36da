"""Every route against every role: who gets a page (200), is led elsewhere (302), is refused (403), finds nothing (404).

A new route without a row fails. Source: RELIABILITY rule 3, the table of roles in docs/organizers.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agenda.models import ProgrammeItem, Theme
from registration.intake.middleware import SESSION_KEY
from registration.mail.services import enqueue, to_delegate
from registration.models import (
    ChangeRequest,
    DeskMessage,
    ExtraQuestion,
    Link,
    OpenRequest,
    OutgoingMail,
    Registration,
    RoleQuota,
)
from seminar.models import Delegation, FocalPoint, Seminar, User
from tests.factories import (
    NOW,
    make_delegation,
    make_focal_point,
    make_registration,
    make_seminar,
    make_user,
)
from tests.registration.intake.desk_pages import upload_letter

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "delegate", "focal_point", "desk", "secretariat", "approver", "administrator")

PUBLIC = "200 200 200 200 200 200 200"
OF_DELEGATE = "302 200 302 302 302 302 302"
OF_FOCAL_POINT = "302 302 200 302 302 302 302"
SIGNED_OUT = "200 200 200 302 302 302 302"
SIGNED_IN = "302 302 302 200 200 200 200"
NONE_YET = "302 302 302 404 404 404 404"  # no second factor to take away or to show codes of
NOWHERE = "404 404 404 404 404 404 404"
LEADS_ON = "302 302 302 302 302 302 302"
POST_ONLY = "405 405 405 405 405 405 405"
STAFF_POST_ONLY = "302 302 302 405 405 405 405"
NO_STAFF = "302 302 302 403 403 403 403"
EVERY_STAFF = "302 302 302 200 200 200 200"
LED_BACK = "403 403 302 403 403 403 403"
DESK_SEEN = "302 302 302 200 200 200 403"
DESK_OPEN = "302 302 302 403 200 403 403"
DESK_LED_BACK = "302 302 302 403 302 403 403"

# Rows are GET unless the name says POST; an object in an address is one that exists.
TABLE: dict[str, str] = {
    "root": LEADS_ON,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "set_font_size": POST_ONLY,
    "POST set_font_size": LEADS_ON,
    "set_staff_language": POST_ONLY,
    "POST set_staff_language": LEADS_ON,
    "agenda:current": PUBLIC,
    "agenda:programme": PUBLIC,
    "registration:open_link": NOWHERE,  # an unknown token; the real one is in tests/registration/intake
    "registration:lost_link": PUBLIC,
    "POST registration:lost_link": LEADS_ON,
    "registration:lost_link_sent": PUBLIC,
    "registration:open_request_current": LEADS_ON,
    "registration:open_request": PUBLIC,
    "POST registration:open_request": "422 422 422 422 422 422 422",  # an empty form
    "registration:open_request_sent": PUBLIC,
    "registration:open_request_confirm": NOWHERE,  # an unknown token; the real one is in tests/registration/intake
    "POST registration:open_request_confirm": NOWHERE,
    "registration:status": OF_DELEGATE,
    "registration:form": LEADS_ON,
    "registration:stage": OF_DELEGATE,
    "POST registration:stage": "403 409 403 403 403 403 403",
    "registration:autosave": POST_ONLY,
    "POST registration:autosave": "403 409 403 403 403 403 403",
    "registration:change": LEADS_ON,  # a draft is corrected on its own pages
    "POST registration:change": "403 302 403 403 403 403 403",
    "registration:nominee_change": LEADS_ON,
    "POST registration:nominee_change": "403 403 302 403 403 403 403",
    "admin:registration_changerequest_changelist": "302 302 302 403 200 200 403",
    "admin:registration_changerequest_add": NO_STAFF,
    "admin:registration_changerequest_change": "302 302 302 403 200 200 403",
    "POST admin:registration_changerequest_change": "302 302 302 403 403 200 403",  # without a reason: asked for it
    "admin:registration_changerequest_history": "302 302 302 403 200 200 403",
    "admin:registration_changerequest_delete": NO_STAFF,
    "admin:registration_openrequest_changelist": "302 302 302 403 200 403 403",
    "admin:registration_openrequest_add": NO_STAFF,
    "admin:registration_openrequest_change": "302 302 302 403 200 403 403",
    "POST admin:registration_openrequest_change": "302 302 302 403 200 403 403",  # an empty form: its faults
    "admin:registration_openrequest_history": "302 302 302 403 200 403 403",
    "admin:registration_openrequest_delete": NO_STAFF,
    "admin:registration_rolequota_changelist": "302 302 302 403 200 403 403",
    "admin:registration_rolequota_add": "302 302 302 403 200 403 403",
    "admin:registration_rolequota_change": "302 302 302 403 200 403 403",
    "POST admin:registration_rolequota_change": "302 302 302 403 302 403 403",
    "admin:registration_rolequota_history": "302 302 302 403 200 403 403",
    "admin:registration_rolequota_delete": NO_STAFF,
    "admin:registration_extraquestion_changelist": "302 302 302 403 200 403 403",
    "admin:registration_extraquestion_add": "302 302 302 403 200 403 403",
    "admin:registration_extraquestion_change": "302 302 302 403 200 403 403",
    "POST admin:registration_extraquestion_change": "302 302 302 403 200 403 403",  # an empty form: its faults
    "admin:registration_extraquestion_history": "302 302 302 403 200 403 403",
    "admin:registration_extraquestion_delete": NO_STAFF,
    "registration:file": "302 404 302 302 302 302 302",  # none was given yet
    "registration:check": OF_DELEGATE,
    "registration:submit": POST_ONLY,
    "POST registration:submit": "403 302 403 403 403 403 403",
    "registration:withdraw": OF_DELEGATE,
    "registration:calendar": "302 404 302 302 302 302 302",  # a draft has no days to keep free yet
    "POST registration:withdraw": "403 302 403 403 403 403 403",
    "registration:delegation": OF_FOCAL_POINT,
    "registration:nominate": LEADS_ON,
    "POST registration:nominate": "403 403 409 403 403 403 403",
    "registration:nominee": OF_FOCAL_POINT,
    "registration:nominee_form": LEADS_ON,
    "registration:nominee_stage": OF_FOCAL_POINT,
    "POST registration:nominee_stage": "403 403 409 403 403 403 403",
    "registration:nominee_autosave": POST_ONLY,
    "POST registration:nominee_autosave": "403 403 409 403 403 403 403",
    "registration:nominee_file": "302 302 404 302 302 302 302",
    "registration:nominee_check": OF_FOCAL_POINT,
    "registration:nominee_submit": POST_ONLY,
    "POST registration:nominee_submit": "403 403 302 403 403 403 403",
    "registration:nominee_withdraw": OF_FOCAL_POINT,
    "POST registration:nominee_withdraw": "403 403 302 403 403 403 403",
    "registration:nominee_return": LEADS_ON,  # a draft is not returned
    "POST registration:nominee_return": "403 403 302 403 403 403 403",
    "registration:endorse": POST_ONLY,
    "POST registration:endorse": "403 403 302 403 403 403 403",
    "registration:desk_links": POST_ONLY,
    "POST registration:desk_links": LED_BACK,  # a form of no desk
    "registration:desk_return": POST_ONLY,
    "POST registration:desk_return": LED_BACK,
    "registration:desk_withdraw": POST_ONLY,
    "POST registration:desk_withdraw": LED_BACK,
    "registration:desk_order": OF_FOCAL_POINT,
    "POST registration:desk_order": LED_BACK,
    "registration:desk_head": POST_ONLY,
    "POST registration:desk_head": LED_BACK,
    "registration:desk_accept": POST_ONLY,
    "POST registration:desk_accept": LED_BACK,
    "registration:desk_decline": OF_FOCAL_POINT,
    "POST registration:desk_decline": LED_BACK,
    "registration:desk_messages": POST_ONLY,
    "POST registration:desk_messages": LED_BACK,
    "registration:contacts": OF_FOCAL_POINT,
    "POST registration:contacts": LED_BACK,
    "registration:hand_on": OF_FOCAL_POINT,
    "POST registration:hand_on": LED_BACK,
    "registration:contact_primary": POST_ONLY,
    "POST registration:contact_primary": LED_BACK,
    "registration:contact_remove": POST_ONLY,
    "POST registration:contact_remove": LED_BACK,
    "registration:letter": OF_FOCAL_POINT,
    "POST registration:letter": LED_BACK,
    "registration:letter_file": OF_FOCAL_POINT,
    "registration:letter_remove": POST_ONLY,
    "POST registration:letter_remove": LED_BACK,
    "registration:request_take": POST_ONLY,
    "POST registration:request_take": LED_BACK,
    "registration:request_decline": OF_FOCAL_POINT,
    "POST registration:request_decline": LED_BACK,
    "registration:sheet": OF_FOCAL_POINT,
    "POST registration:sheet": LED_BACK,
    "registration:sheet_xlsx": OF_FOCAL_POINT,
    "registration:sheet_csv": OF_FOCAL_POINT,
    "registration:sheet_check": LEADS_ON,  # nothing was uploaded yet
    "POST registration:sheet_check": LED_BACK,
    "registration:nominee_replace": OF_FOCAL_POINT,
    "POST registration:nominee_replace": LED_BACK,
    "account_login": SIGNED_OUT,
    "account_logout": "302 302 302 200 200 200 200",
    "account_inactive": PUBLIC,
    "account_signup": SIGNED_OUT,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_set_password": LEADS_ON,
    "account_reset_password": PUBLIC,
    "account_confirm_login_code": LEADS_ON,
    "account_confirm_email": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": LEADS_ON,
    "mfa_reauthenticate": LEADS_ON,
    "mfa_activate_totp": LEADS_ON,
    "mfa_deactivate_totp": NONE_YET,
    "mfa_view_recovery_codes": NONE_YET,
    "mfa_generate_recovery_codes": LEADS_ON,
    "mfa_download_recovery_codes": NONE_YET,
    "admin:choose_edition": STAFF_POST_ONLY,
    "POST admin:choose_edition": LEADS_ON,
    "admin:index": EVERY_STAFF,
    "admin:login": LEADS_ON,
    "admin:logout": STAFF_POST_ONLY,
    "admin:password_change": EVERY_STAFF,
    "admin:password_change_done": EVERY_STAFF,
    "admin:autocomplete": NO_STAFF,
    "admin:jsi18n": EVERY_STAFF,
    "admin:app_list": "302 302 302 404 200 200 404",
    # staff                                        desk secr appr admin
    "admin:seminar_seminar_changelist": "302 302 302 403 200 200 200",
    "admin:seminar_seminar_add": "302 302 302 403 403 403 200",
    "admin:seminar_seminar_change": "302 302 302 403 200 200 200",
    "admin:seminar_seminar_history": "302 302 302 403 200 200 200",
    "admin:seminar_seminar_delete": NO_STAFF,
    "admin:seminar_delegation_changelist": EVERY_STAFF,
    "admin:seminar_delegation_add": NO_STAFF,
    "admin:seminar_delegation_change": EVERY_STAFF,
    "POST admin:seminar_delegation_change": "302 302 302 403 200 403 403",
    "admin:seminar_delegation_history": EVERY_STAFF,
    "admin:seminar_delegation_delete": NO_STAFF,
    "admin:seminar_user_changelist": "302 302 302 403 403 403 200",
    "admin:seminar_user_add": "302 302 302 403 403 403 200",
    "admin:seminar_user_change": "302 302 302 403 403 403 200",
    "admin:seminar_user_history": "302 302 302 403 403 403 200",
    "admin:seminar_user_delete": NO_STAFF,
    "admin:auth_user_password_change": "302 302 302 403 403 403 200",
    "admin:agenda_theme_changelist": "302 302 302 403 200 200 403",
    "admin:agenda_theme_add": NO_STAFF,
    "admin:agenda_theme_change": "302 302 302 403 200 200 403",
    "admin:agenda_theme_history": "302 302 302 403 200 200 403",
    "admin:agenda_theme_delete": NO_STAFF,
    "admin:agenda_programmeitem_changelist": "302 302 302 403 200 200 403",
    "admin:agenda_programmeitem_add": NO_STAFF,
    "admin:agenda_programmeitem_change": "302 302 302 403 200 200 403",
    "admin:agenda_programmeitem_history": "302 302 302 403 200 200 403",
    "admin:agenda_programmeitem_delete": NO_STAFF,
    "admin:registration_registration_changelist": "302 302 302 200 200 200 403",
    "POST admin:registration_registration_changelist": "302 302 302 200 302 200 403",  # no such action: led back
    "admin:registration_registration_add": NO_STAFF,
    "admin:registration_registration_enter": "302 302 302 403 200 403 403",
    "POST admin:registration_registration_enter": "302 302 302 403 422 403 403",
    "admin:registration_registration_answers": "302 302 302 403 200 403 403",
    "POST admin:registration_registration_answers": "302 302 302 403 422 403 403",
    "admin:registration_registration_stay": "302 302 302 403 200 403 403",
    "POST admin:registration_registration_stay": "302 302 302 403 302 403 403",
    "admin:registration_registration_photo": "302 302 302 404 404 404 403",  # none was given yet
    "admin:registration_registration_passport": "302 302 302 403 200 200 403",
    "POST admin:registration_registration_passport": "302 302 302 403 200 200 403",
    "admin:registration_registration_change": "302 302 302 200 200 200 403",
    "admin:registration_registration_queue": "302 302 302 403 200 200 403",
    "admin:registration_registration_decide": "302 302 302 403 403 302 403",
    "POST admin:registration_registration_decide": "302 302 302 403 403 302 403",
    "admin:registration_registration_history": "302 302 302 200 200 200 403",
    "admin:registration_registration_delete": NO_STAFF,
    # the desk of any delegation: seen by three groups, worked at by one
    "admin:desk_delegation": DESK_SEEN,
    "admin:desk_nominee": DESK_SEEN,
    "admin:desk_request_take": STAFF_POST_ONLY,
    "POST admin:desk_request_take": DESK_LED_BACK,
    "admin:desk_request_decline": DESK_OPEN,
    "POST admin:desk_request_decline": "302 302 302 403 422 403 403",  # without a reason: asked for it
    "admin:desk_sheet": DESK_OPEN,
    "POST admin:desk_sheet": DESK_LED_BACK,
    "admin:desk_sheet_xlsx": DESK_OPEN,
    "admin:desk_sheet_csv": DESK_OPEN,
    "admin:desk_sheet_check": DESK_LED_BACK,
    "POST admin:desk_sheet_check": DESK_LED_BACK,
    "admin:registration_registration_sheet": DESK_OPEN,
    "POST admin:registration_registration_sheet": DESK_LED_BACK,
    "admin:registration_registration_sheet_xlsx": DESK_OPEN,
    "admin:registration_registration_sheet_csv": DESK_OPEN,
    "admin:registration_registration_sheet_check": DESK_LED_BACK,
    "POST admin:registration_registration_sheet_check": DESK_LED_BACK,
    "admin:desk_nominate": "302 302 302 403 302 403 403",
    "POST admin:desk_nominate": "302 302 302 403 422 403 403",
    "admin:desk_endorse": STAFF_POST_ONLY,
    "POST admin:desk_endorse": DESK_LED_BACK,
    "admin:desk_desk_links": STAFF_POST_ONLY,
    "POST admin:desk_desk_links": DESK_LED_BACK,
    "admin:desk_desk_return": STAFF_POST_ONLY,
    "POST admin:desk_desk_return": DESK_LED_BACK,
    "admin:desk_desk_withdraw": STAFF_POST_ONLY,
    "POST admin:desk_desk_withdraw": DESK_LED_BACK,
    "admin:desk_desk_order": DESK_OPEN,
    "POST admin:desk_desk_order": DESK_LED_BACK,
    "admin:desk_desk_head": STAFF_POST_ONLY,
    "POST admin:desk_desk_head": "302 302 302 403 409 403 403",  # no mark of what the page showed
    "admin:desk_desk_accept": STAFF_POST_ONLY,
    "POST admin:desk_desk_accept": DESK_LED_BACK,
    "admin:desk_desk_decline": DESK_OPEN,
    "POST admin:desk_desk_decline": "302 302 302 403 422 403 403",
    "admin:desk_desk_messages": STAFF_POST_ONLY,
    "POST admin:desk_desk_messages": DESK_LED_BACK,
    "admin:desk_contacts": DESK_OPEN,
    "POST admin:desk_contacts": "302 302 302 403 422 403 403",
    "admin:desk_hand_on": DESK_LED_BACK,  # organizers have no role to hand on
    "POST admin:desk_hand_on": DESK_LED_BACK,
    "admin:desk_contact_primary": STAFF_POST_ONLY,
    "POST admin:desk_contact_primary": DESK_LED_BACK,
    "admin:desk_contact_remove": STAFF_POST_ONLY,
    "POST admin:desk_contact_remove": DESK_LED_BACK,
    "admin:desk_letter": "302 302 302 403 200 200 403",
    "POST admin:desk_letter": "302 302 302 403 422 403 403",
    "admin:desk_letter_file": "302 302 302 403 200 200 403",
    "admin:desk_letter_remove": STAFF_POST_ONLY,
    "POST admin:desk_letter_remove": DESK_LED_BACK,
    "admin:desk_nominee_deadline": DESK_OPEN,
    "POST admin:desk_nominee_deadline": DESK_LED_BACK,
    "admin:desk_nominee_replace": DESK_OPEN,
    "POST admin:desk_nominee_replace": "302 302 302 403 422 403 403",
    "admin:registration_deskmessage_changelist": "302 302 302 403 200 200 403",
    "admin:registration_deskmessage_add": "302 302 302 403 200 403 403",
    "admin:registration_deskmessage_change": "302 302 302 403 200 200 403",
    "admin:registration_deskmessage_history": "302 302 302 403 200 200 403",
    "admin:registration_deskmessage_delete": NO_STAFF,
    "admin:registration_outgoingmail_changelist": "302 302 302 403 200 200 403",
    "admin:registration_outgoingmail_add": NO_STAFF,
    "admin:registration_outgoingmail_change": "302 302 302 403 200 200 403",
    "admin:registration_outgoingmail_letter": "302 302 302 403 200 200 403",
    "admin:registration_outgoingmail_history": "302 302 302 403 200 200 403",
    "admin:registration_outgoingmail_delete": NO_STAFF,
}
# Django's own: a redirect to an object's public page (no model here has one), old addresses, and the catch-all.
NOT_OURS = {"admin:view_on_site", "admin:None"}

MODELS: dict[str, Any] = {
    "seminar_seminar": Seminar,
    "seminar_delegation": Delegation,
    "seminar_user": User,
    "agenda_theme": Theme,
    "agenda_programmeitem": ProgrammeItem,
    "registration_registration": Registration,
    "registration_changerequest": ChangeRequest,
    "registration_rolequota": RoleQuota,
    "registration_openrequest": OpenRequest,
    "registration_extraquestion": ExtraQuestion,
    "registration_outgoingmail": OutgoingMail,
    "registration_deskmessage": DeskMessage,
}
POSTED: dict[str, dict[str, Any]] = {
    "admin:registration_changerequest_change": {"decline": "1"},
    "admin:registration_registration_enter": {"given_names": "Solongo"},
    "admin:registration_registration_answers": {"given_names": "Solongo"},
    "set_font_size": {"size": "l"},
    "set_staff_language": {"language": "ja"},
    "registration:lost_link": {"email": "nobody@ministry.example"},
    "admin:registration_registration_changelist": {"action": "approve_chosen", "_selected_action": "REGISTRATION"},
    "admin:registration_registration_decide": {"row": "1:0"},
}


@dataclass
class World:
    registration: Registration
    letter_id: int
    clients: dict[str, Client]


@pytest.fixture
def world(db: None) -> World:
    seminar = make_seminar(takes_open_requests=True, nominations_due_at=NOW.replace(year=2999))
    delegation = make_delegation(seminar)
    registration = make_registration(delegation)
    focal_point = make_focal_point(delegation)
    Theme.objects.create(seminar=seminar, code="LEGIS", list_order=1, title_en="Law", title_ja="法")
    ProgrammeItem.objects.create(
        seminar=seminar,
        list_order=1,
        kind="break",
        start_at=NOW,
        end_at=NOW.replace(hour=2),
        title_en="a",
        title_ja="b",
    )

    with transaction.atomic():
        enqueue(kind="personal_invitation", subject=registration, revision=1, to=to_delegate(registration))
    DeskMessage.objects.create(
        seminar=seminar,
        title_en="Hotel",
        body_en="Rooms",
        is_to_all=True,
        posted_at=NOW,
        posted_by=make_user("secretariat"),
    )
    letter = upload_letter(delegation)
    OpenRequest.objects.create(
        seminar=seminar,
        delegation=delegation,
        given_names="Saran",
        email="saran@university.example",
        email_key="saran@university.example",
        language="en",
        role="observer",
        organization="University",
        wish="I teach.",
        state="waiting",
    )
    RoleQuota.objects.create(delegation=delegation, role="speaker", quota=1)
    ExtraQuestion.objects.create(seminar=seminar, code="lunch", label_en="Lunch", label_ja="昼食", stage="needs")
    ChangeRequest.objects.create(
        seminar=seminar, registration=registration, stage="name", answers="{}", actor_kind="delegate", asked_at=NOW
    )
    clients = {"nobody": Client()}
    for role, link in (
        ("delegate", Link.objects.ensure(registration=registration)),
        ("focal_point", Link.objects.ensure(focal_point=focal_point)),
    ):
        clients[role] = Client()
        clients[role].get(reverse("registration:open_link", args=[link.make_token()]))
        assert SESSION_KEY in clients[role].session
    for role in ROLES[3:]:
        clients[role] = Client()
        clients[role].force_login(make_user(role), backend="django.contrib.auth.backends.ModelBackend")
    return World(registration, letter.pk, clients)


def list_routes() -> Iterator[str]:
    """Yield the full name of every route."""

    def walk(resolver: Any, namespace: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLPattern):
                yield f"{namespace}{entry.name}"
            else:
                yield from walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)

    yield from walk(get_resolver(), "")


def make_address(name: str, world: World) -> str:
    arguments: dict[str, list[Any]] = {
        "agenda:programme": ["aecs20"],
        "registration:open_link": ["unknown"],
        "registration:open_request_current": [],
        "registration:open_request": ["aecs20"],
        "registration:open_request_sent": ["aecs20"],
        "registration:open_request_confirm": ["aecs20", "unknown"],
        "account_confirm_email": ["unknown"],
        "account_reset_password_from_key": ["1", "unknown"],
        "admin:app_list": ["agenda"],
        "admin:registration_registration_decide": ["approve"],
        "admin:auth_user_password_change": [User.objects.order_by("pk")[0].pk],
    }
    if name in arguments:
        return reverse(name, args=arguments[name])
    if name.startswith("registration:") and "lost_link" not in name:
        own: list[Any] = [world.registration.number] if ":nominee" in name else []
        own += _find_key(name, world)
        stage = ["name"] if name.endswith(("stage", "autosave", "change")) else []
        if name.endswith("file") and "letter" not in name:
            stage = ["photo"]
        return reverse(name, args=["aecs20", *own, *stage])
    if name.startswith("admin:desk_"):
        of_desk: list[Any] = [world.registration.number] if "nominee" in name else []
        of_desk += _find_key(name, world)
        return reverse(name, args=[world.registration.delegation.code, *of_desk])
    stem, _, page = name.removeprefix("admin:").rpartition("_")
    if stem in MODELS and page in ("change", "history", "delete", "letter", "answers", "photo", "passport", "stay"):
        return reverse(name, args=[MODELS[stem].objects.order_by("pk")[0].pk])
    return reverse(name)


def _find_key(name: str, world: World) -> list[Any]:
    """Return the key of the focal point or the letter that an address of the desk names."""
    if "request_" in name:
        return [OpenRequest.objects.get().pk]
    if "contact_" in name:
        return [FocalPoint.objects.get().pk]
    return [world.letter_id] if "letter_" in name else []


def test_every_route_has_its_row():
    assert set(list_routes()) - NOT_OURS == {name.removeprefix("POST ") for name in TABLE}


@pytest.mark.parametrize("row", TABLE)
def test_each_role_gets_what_the_table_says(world: World, row: str):
    name = row.removeprefix("POST ")
    answers = []
    for role in ROLES:
        address = make_address(name, world)
        if row.startswith("POST "):
            data = {
                key: world.registration.pk if value == "REGISTRATION" else value
                for key, value in POSTED.get(name, {}).items()
            }
            answers.append(world.clients[role].post(address, data).status_code)
        else:
            answers.append(world.clients[role].get(address).status_code)
    assert dict(zip(ROLES, answers, strict=True)) == dict(zip(ROLES, map(int, TABLE[row].split()), strict=True))
