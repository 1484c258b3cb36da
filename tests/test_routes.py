"""Every route against every role, by tests/route_table.py; a new route without a row fails."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agenda.models import (
    BreakoutGroup,
    BreakoutRound,
    BreakoutRules,
    Presentation,
    ProgrammeItem,
    ProgrammeVersion,
    Theme,
    Tour,
)
from registration.intake.middleware import SESSION_KEY
from registration.mail.services import enqueue, to_delegate
from registration.models import (
    Appearance,
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
from tests.agenda.rows import keep_pdf, make_item, make_presentation, make_sitting, make_tour, publish_programme
from tests.factories import (
    NOW,
    make_delegation,
    make_focal_point,
    make_registration,
    make_seminar,
    make_user,
)
from tests.registration.intake.desk_pages import upload_letter
from tests.route_table import ROLES, TABLE

pytestmark = pytest.mark.django_db

# Django's own: a redirect to an object's public page (no model here has one), old addresses, and the catch-all.
NOT_OURS = {"admin:view_on_site", "admin:None"}

MODELS: dict[str, Any] = {
    "seminar_seminar": Seminar,
    "seminar_delegation": Delegation,
    "seminar_user": User,
    "agenda_theme": Theme,
    "agenda_programmeitem": ProgrammeItem,
    "agenda_presentation": Presentation,
    "agenda_breakoutrules": BreakoutRules,
    "agenda_breakoutround": BreakoutRound,
    "agenda_breakoutgroup": BreakoutGroup,
    "agenda_tour": Tour,
    "agenda_programmeversion": ProgrammeVersion,
    "registration_registration": Registration,
    "registration_appearance": Appearance,
    "registration_changerequest": ChangeRequest,
    "registration_rolequota": RoleQuota,
    "registration_openrequest": OpenRequest,
    "registration_extraquestion": ExtraQuestion,
    "registration_outgoingmail": OutgoingMail,
    "registration_deskmessage": DeskMessage,
}
POSTED: dict[str, dict[str, Any]] = {
    "admin:registration_changerequest_change": {"decline": "1"},
    "admin:agenda_day": {
        f"{part}-{total}_FORMS": "0" for part in ("items", "running") for total in ("TOTAL", "INITIAL")
    },
    "registration:presentation": {"seen": "0-0"},
    "registration:desk_presentation": {"seen": "0-0"},
    "admin:speaking_presentation": {"seen": "0-0"},
    "registration:sitting": {"equipment": "A board"},
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
    material_key: uuid.UUID
    appearance_key: int
    sitting_key: int
    clients: dict[str, Client]


@pytest.fixture
def world(db: None) -> World:
    seminar = make_seminar(takes_open_requests=True, nominations_due_at=NOW.replace(year=2999))
    delegation = make_delegation(seminar)
    registration = make_registration(delegation)
    focal_point = make_focal_point(delegation)
    item = make_item(seminar)
    presentation = make_presentation(item, delegation)
    sitting = make_sitting(seminar)
    BreakoutRules.objects.create(seminar=seminar)
    make_tour(seminar)
    material = keep_pdf(presentation)
    appearance = Appearance.objects.create(registration=registration, part="speaker", presentation=presentation)
    Appearance.objects.create(registration=registration, part="moderator", sitting=sitting)
    publish_programme(seminar)
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
    return World(registration, letter.pk, material.pk, appearance.pk, sitting.pk, clients)


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
        "agenda:participants": ["aecs20"],
        "agenda:json": ["aecs20"],
        "agenda:calendar": ["aecs20"],
        "agenda:materials": ["aecs20"],
        "agenda:material": ["aecs20", world.material_key],
        "admin:agenda_day": ["2013-02-26"],
        "admin:agenda_preview": ["ja"],
        "registration:presentations": ["aecs20"],
        "registration:desk_presentations": ["aecs20"],
        "registration:sitting": ["aecs20", world.sitting_key],
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
    if "presentation" in name and "agenda" not in name:
        of_edition = ["aecs20"] if name.startswith("registration:") else []
        page = name.rpartition("presentation")[2]
        parts = {"_file": ["en"], "_remove": ["en"], "_withdraw": ["en"], "_unname": [world.appearance_key]}
        return reverse(name, args=[*of_edition, Presentation.objects.get().pk, *parts.get(page, [])])
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
        return [FocalPoint.objects.order_by("pk")[0].pk]
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


NAMING = (":nominee", ":contact_", ":letter_", ":request_")  # addresses below a desk that name one of its rows


def read_rows_of(delegation: Delegation) -> list[Any]:
    """Return everything of a delegation that somebody else's focal point could change."""
    kinds = (
        Registration.objects.filter(delegation=delegation),
        FocalPoint.everyone.filter(delegation=delegation),
        delegation.nomination_documents.all(),
        OpenRequest.objects.filter(delegation=delegation),
        ChangeRequest.objects.filter(registration__delegation=delegation),
        OutgoingMail.objects.filter(registration__delegation=delegation),
    )
    return [list(rows.order_by("pk").values()) for rows in kinds]


@pytest.mark.parametrize("row", [row for row in TABLE if any(part in row for part in NAMING)])
def test_the_focal_point_of_another_delegation_finds_nothing(world: World, row: str):
    stranger = make_focal_point(make_delegation(world.registration.seminar))
    client = Client()
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=stranger).make_token()]))
    name = row.removeprefix("POST ")
    address = make_address(name, world)
    before = read_rows_of(world.registration.delegation)
    if row.startswith("POST "):
        typed = {"delegation": stranger.delegation.code, "number": world.registration.number, "reason": "x"}
        answer = client.post(address, typed)
        assert answer.status_code == 404, answer.headers
    else:
        answer = client.get(address)
        assert answer.status_code in (404, 405), answer.headers
    assert world.registration.full_name not in answer.text
    assert read_rows_of(world.registration.delegation) == before


@pytest.mark.parametrize("page", ["", "form/name/", "check/", "files/photo/", "seminar.ics"])
def test_two_delegates_see_each_their_own(world: World, page: str):
    """Their addresses name nobody: each link opens what is its owner's."""
    other = make_registration(world.registration.delegation, given_names="Xanthippe")
    client = Client()
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=other).make_token()]))
    answer = client.get(f"/en/aecs20/my/{page}")
    assert world.registration.email not in answer.text
    assert client.get(f"/en/aecs20/delegation/{world.registration.number}/").status_code == 302
