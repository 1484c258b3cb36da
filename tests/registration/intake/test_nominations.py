"""Adding people with and without a link, sending links, replacing one person by another."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry, Delegation, FocalPoint
from tests.factories import make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, sign_in_as
from tests.registration.intake.pages import EMPTY

pytestmark = pytest.mark.django_db
PERSON = {"given_names": "Bat", "family_name": "Erdene", "email": "bat@ministry.example", "language": "en"}


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def test_a_person_is_added_without_a_link_and_the_form_opens(visitor: Client, focal_point: FocalPoint):
    data = {**PERSON, "delegation": focal_point.delegation.code, "fill_in": "1"}
    answer = visitor.post(f"{DESK}nominate/", data)
    registration = Registration.objects.get()
    assert answer["Location"] == f"{DESK}{registration.number}/form/"
    assert OutgoingMail.objects.count() == Link.objects.filter(registration=registration).count() == 0
    assert "No link sent" in visitor.get(DESK).text


def test_the_link_is_sent_later(visitor: Client, focal_point: FocalPoint):
    press(visitor, focal_point, "nominate/", fill_in="1", **PERSON)
    registration = Registration.objects.get()
    answer = press(visitor, focal_point, "send-links/", number=registration.number)
    assert "1 personal link is on its way." in answer.text
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("personal_invitation", "bat@ministry.example")
    assert "No link sent" not in answer.text


def test_a_link_sent_again_is_the_same_and_two_presses_send_one(visitor: Client, focal_point: FocalPoint):
    registration = make_registration(focal_point.delegation)
    token = Link.objects.ensure(registration=registration).make_token()
    press(visitor, focal_point, "send-links/", number=registration.number)
    answer = press(visitor, focal_point, "send-links/", number=registration.number)
    assert "1 person got no mail: a link was sent a moment ago" in answer.text
    assert [mail.kind for mail in OutgoingMail.objects.all()] == ["personal_link"]
    assert Link.objects.find_by_token(token) is not None


def test_links_go_to_nobody_who_has_ended_or_belongs_elsewhere(visitor: Client, focal_point: FocalPoint):
    gone = make_registration(focal_point.delegation, State.WITHDRAWN)
    foreign = make_registration(make_delegation(focal_point.delegation.seminar))
    press(visitor, focal_point, "send-links/", number=[gone.number, foreign.number])
    assert OutgoingMail.objects.count() == 0


def test_a_focal_point_who_attends_finds_the_own_name_and_address(visitor: Client, focal_point: FocalPoint):
    page = visitor.get(f"{DESK}?myself=1")
    assert page.context["form"].initial == {
        "given_names": "Tuya",
        "family_name": "Bold",
        "email": focal_point.email,
        "language": "en",
    }
    press(visitor, focal_point, "nominate/", **{**page.context["form"].initial, "fill_in": "1"})
    registration = Registration.objects.get()
    assert (registration.email_key, registration.full_name) == (focal_point.email_key, "Tuya Bold")


def test_a_replacement_withdraws_one_and_enters_the_other(visitor: Client, focal_point: FocalPoint):
    old = make_registration(focal_point.delegation, State.APPROVED, is_head=True, list_position=2, role="speaker")
    page = visitor.get(f"{DESK}{old.number}/replace/").text
    assert "Replace Solongo Tsend" in page
    answer = press(
        visitor,
        focal_point,
        f"{old.number}/replace/",
        reason="Changed duties",
        becomes_head="on",
        version=old.version,
        **PERSON,
    )
    assert "Solongo Tsend was withdrawn and Bat Erdene entered instead." in answer.text
    old.refresh_from_db()
    new = Registration.objects.get(replaces=old)
    assert (old.state, old.state_reason) == ("withdrawn", "Changed duties")
    assert (new.state, new.role, new.list_position, new.organization, new.is_head) == (
        "draft",
        "speaker",
        2,
        "Ministry of Economic Development",
        True,
    )
    assert Delegation.objects.get().approved_count == 0
    kinds = list(OutgoingMail.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["withdrawn", "withdrawn", "withdrawn", "personal_invitation"]
    assert [entry.action for entry in AuditEntry.objects.order_by("position")] == [
        "withdraw",
        "accept",
        "create",
        "replace",
        "invite",
    ]
    assert "replaces Solongo Tsend" in answer.text


def test_a_replacement_that_fails_withdraws_nobody(visitor: Client, focal_point: FocalPoint):
    old = make_registration(focal_point.delegation, State.ENDORSED)
    make_registration(make_delegation(focal_point.delegation.seminar), email=PERSON["email"])
    answer = press(visitor, focal_point, f"{old.number}/replace/", reason="Duties", version=old.version, **PERSON)
    assert answer.status_code == 422
    assert "This address is already registered" in answer.text
    old.refresh_from_db()
    assert (old.state, OutgoingMail.objects.count(), AuditEntry.objects.count()) == ("endorsed", 0, 0)


def test_a_replacement_asks_for_its_reason_and_for_the_person_as_shown(visitor: Client, focal_point: FocalPoint):
    old = make_registration(focal_point.delegation, **EMPTY)
    assert press(visitor, focal_point, f"{old.number}/replace/", version=old.version, **PERSON).status_code == 422
    stale = press(visitor, focal_point, f"{old.number}/replace/", version=7, reason="Duties", **PERSON)
    assert "The registration was changed in the meantime." in stale.text
    assert 'value="Bat"' in stale.text
    assert Registration.objects.get().state == "draft"


def test_the_same_person_may_come_back_under_another_name(visitor: Client, focal_point: FocalPoint):
    """A shared mailbox: the one who leaves gives the address free in the same act."""
    old = make_registration(focal_point.delegation, email=PERSON["email"])
    press(visitor, focal_point, f"{old.number}/replace/", reason="Duties", version=old.version, fill_in="1", **PERSON)
    assert Registration.objects.get(replaces=old).email == PERSON["email"]


def test_nobody_replaces_whoever_has_ended_or_belongs_elsewhere(visitor: Client, focal_point: FocalPoint):
    gone = make_registration(focal_point.delegation, State.REJECTED)
    assert visitor.get(f"{DESK}{gone.number}/replace/").status_code == 302
    foreign = make_registration(make_delegation(focal_point.delegation.seminar))
    assert visitor.get(f"{DESK}{foreign.number}/replace/").status_code == 404


def test_organizers_nominate_on_behalf_and_that_is_recorded(focal_point: FocalPoint):
    client = sign_in_as("secretariat")
    client.post(f"{make_staff_desk(focal_point)}nominate/", PERSON)
    registration = Registration.objects.get()
    assert registration.delegation == focal_point.delegation
    kinds = set(AuditEntry.objects.values_list("actor_kind", flat=True))
    assert kinds == {"staff"}
    assert OutgoingMail.objects.get().kind == "personal_invitation"


def test_a_focal_point_who_attends_gets_one_letter_of_each_act(visitor: Client, focal_point: FocalPoint):
    own = make_registration(focal_point.delegation, State.SUBMITTED, email=focal_point.email)
    page = visitor.get(DESK)
    assert "I attend too" not in page.text
    hidden = {"number": own.number, "row": f"{own.number}:{own.version}", "reason": "Other duties"}
    press(visitor, focal_point, "withdraw/", **hidden)
    assert [mail.recipient for mail in OutgoingMail.objects.filter(kind="withdrawn")].count(focal_point.email) == 1


def test_organizers_give_one_person_more_time_in_the_seminars_zone(focal_point: FocalPoint):
    row = make_registration(focal_point.delegation)
    client, page = sign_in_as("secretariat"), f"{make_staff_desk(focal_point)}{row.number}/deadline/"
    client.post(page, {"due_at": "2013-01-20T18:00"})
    row.refresh_from_db()
    assert row.submit_by == datetime(2013, 1, 20, 9, tzinfo=UTC)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind, entry.details) == (
        "extend",
        "staff",
        {"due_at": "2013-01-20T18:00:00+09:00"},
    )
    assert 'value="2013-01-20T18:00"' in client.get(page).text
    for rubbish in ("tomorrow", "0001-01-01T00:00", "9999-12-31T23:59"):
        assert client.post(page, {"due_at": rubbish}).status_code == 422
    client.post(page, {"due_at": ""})
    row.refresh_from_db()
    assert row.due_at is None


def test_an_earlier_deadline_of_ones_own_is_none(focal_point: FocalPoint):
    row = make_registration(focal_point.delegation, due_at=datetime(2013, 1, 1, tzinfo=UTC))
    assert row.submit_by == row.seminar.nominations_due_at
