"""Somebody without an invitation asks to take part: the address is proven, the delegation or organizers decide."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registration.intake.open_requests import list_waiting, sweep_requests
from registration.mail.dispatch import dispatch
from registration.models import OpenRequest, OutgoingMail, Registration, State
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, sign_in_as
from tests.smtp import Sink, read_text

pytestmark = pytest.mark.django_db

REGISTER = "/en/aecs20/register/"
CONFIRM = re.compile(r"https?://[^/\s]+(/\w+/aecs20/register/confirm/[^/\s]+/)")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registration.intake.open_request_views.SAME_ANSWER_S", 0)


@pytest.fixture
def delegation() -> Delegation:
    return make_delegation(make_seminar(takes_open_requests=True, nominations_due_at=NOW.replace(year=2999)))


@pytest.fixture
def focal_point(delegation: Delegation) -> FocalPoint:
    return make_focal_point(delegation)


def ask(through: Delegation, client: Client | None = None, base: str = REGISTER, **changes: str) -> Any:
    """Send the form; return the answer."""
    form = {
        "delegation": str(through.pk),
        "given_names": "Saran",
        "family_name": "Obold",
        "email": "saran@university.example",
        "organization": "National University",
        "position": "Researcher",
        "role": "observer",
        "wish": "I teach export control.",
    }
    return (client or Client()).post(base, {**form, **changes})


def read_confirmation(sink: Sink, after: int = 0) -> str:
    """Deliver what waits and return the path of the link in the newest mail to the person."""
    dispatch()
    message = [one for one in sink.messages[after:] if one["To"] == "saran@university.example"][-1]
    found = CONFIRM.search(read_text(message))
    assert found, read_text(message)
    return found[1]


def ask_and_confirm(delegation: Delegation, sink: Sink, **changes: str) -> OpenRequest:
    ask(delegation, **changes)
    Client().post(read_confirmation(sink))
    return OpenRequest.objects.get(state="waiting")


def test_a_request_is_proven_by_mail_and_waits_for_the_focal_point(focal_point: FocalPoint, outgoing: Sink):
    answer = ask(focal_point.delegation)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{REGISTER}sent/"
    asked = OpenRequest.objects.get()
    assert (asked.state, asked.role, asked.wish) == ("asked", "observer", "I teach export control.")
    assert "Requests to take part" not in open_desk(focal_point).get(DESK).text
    path = read_confirmation(outgoing)
    page = Client().get(path)
    assert "Saran Obold" in page.text
    asked.refresh_from_db()
    assert asked.state == "asked"  # a reader of mails that follows links confirms nothing
    assert "waits for a decision" in Client().post(path, follow=True).text
    asked.refresh_from_db()
    assert asked.state == "waiting"
    told = OutgoingMail.objects.get(kind="open_request_waiting")
    assert told.recipient == focal_point.email
    desk = open_desk(focal_point).get(DESK).text
    assert "Saran Obold" in desk
    assert "I teach export control." in desk
    assert not Registration.objects.exists()


def test_taking_a_request_makes_a_draft_with_a_personal_link(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    visitor = open_desk(focal_point)
    answer = press(visitor, focal_point, f"requests/{asked.pk}/take/")
    assert "Saran Obold was added. The invitation is on its way" in answer.text
    person = Registration.objects.get()
    assert (person.state, person.role, person.organization) == (State.DRAFT, "observer", "National University")
    assert OutgoingMail.objects.filter(kind="personal_invitation", registration=person).count() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.registration, asked.decided_by_kind) == ("taken", person, "focal_point")
    again = press(visitor, focal_point, f"requests/{asked.pk}/take/")
    assert "decided a moment ago" in again.text
    assert Registration.objects.count() == 1


def test_declining_needs_a_reason_that_the_person_reads(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    visitor = open_desk(focal_point)
    empty = press(visitor, focal_point, f"requests/{asked.pk}/decline/", reason="")
    assert empty.status_code == 422
    press(visitor, focal_point, f"requests/{asked.pk}/decline/", reason="We send officials only.")
    dispatch()
    assert "> We send officials only." in read_text(outgoing.messages[-1])
    asked.refresh_from_db()
    assert asked.state == "declined"


def test_organizers_decide_where_a_delegation_has_no_focal_point(delegation: Delegation, outgoing: Sink):
    asked = ask_and_confirm(delegation, outgoing)
    told = OutgoingMail.objects.get(kind="open_request_waiting")
    assert told.recipient == delegation.seminar.secretariat_email
    client = sign_in_as("secretariat")
    assert "Requests to take part" in client.get("/admin/").text
    page = client.get("/admin/registration/openrequest/").text
    assert "Saran Obold" in page
    desk = f"/admin/seminar/delegation/{delegation.code}/desk/"
    assert desk in client.get(f"/admin/registration/openrequest/{asked.pk}/change/").text
    client.post(f"{desk}requests/{asked.pk}/take/", {"delegation": delegation.code})
    entry = AuditEntry.objects.get(action="take_request")
    assert entry.actor_kind == "staff"
    assert Registration.objects.get().email == "saran@university.example"


def test_organizers_move_a_request_to_the_right_delegation(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    other = make_focal_point(make_delegation(focal_point.delegation.seminar), email="other@ministry.example")
    client = sign_in_as("secretariat")
    change = f"/admin/registration/openrequest/{asked.pk}/change/"
    assert client.post(change, {"delegation": str(other.delegation_id)}).status_code == 302
    asked.refresh_from_db()
    assert asked.delegation == other.delegation
    assert OutgoingMail.objects.filter(kind="open_request_waiting", recipient=other.email).count() == 1
    assert "Saran" not in open_desk(focal_point).get(DESK).text
    assert "Saran" in open_desk(other).get(DESK).text


def test_other_delegations_neither_see_nor_decide_it(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    other = make_focal_point(make_delegation(focal_point.delegation.seminar))
    visitor = open_desk(other)
    assert "Saran" not in visitor.get(DESK).text
    assert press(visitor, other, f"requests/{asked.pk}/take/").status_code == 404
    assert visitor.get(f"{DESK}requests/{asked.pk}/decline/").status_code == 404
    unproven = OpenRequest.objects.create(
        seminar=asked.seminar, delegation=other.delegation, given_names="X", email="x@y.example",
        email_key="x@y.example", language="en", role="observer", organization="Y", wish="Z",
    )  # fmt: skip
    assert press(visitor, other, f"requests/{unproven.pk}/take/").status_code == 404


def test_the_answer_tells_nobody_which_addresses_are_known(delegation: Delegation):
    person = make_registration(delegation, email="saran@university.example")
    waiting = make_registration(delegation)
    answers = [ask(delegation), ask(delegation, email=waiting.email), ask(delegation, email="new@university.example")]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(302, f"{REGISTER}sent/")}
    assert OpenRequest.objects.get().email == "new@university.example"
    assert OutgoingMail.objects.filter(kind="personal_link", registration=person).count() == 1


def test_asking_again_writes_the_request_anew_and_ends_the_older_link(delegation: Delegation, outgoing: Sink):
    ask(delegation)
    first = read_confirmation(outgoing)
    ask(delegation, wish="Another wish")
    assert OpenRequest.objects.get().wish == "Another wish"
    assert Client().get(first).status_code == 404
    Client().post(read_confirmation(outgoing))
    ask(delegation, wish="A third wish")
    asked = OpenRequest.objects.get()
    assert (asked.state, asked.wish) == ("waiting", "Another wish")
    dispatch()
    assert "waits for a decision" in read_text(outgoing.messages[-1])


def test_the_link_ends_after_three_days_and_unproven_requests_are_removed(delegation: Delegation, outgoing: Sink):
    ask(delegation)
    path = read_confirmation(outgoing)
    OpenRequest.objects.update(asked_at=timezone.now() - timedelta(days=4))
    assert Client().get(path).status_code == 404
    assert sweep_requests() == 0
    OpenRequest.objects.update(asked_at=timezone.now() - timedelta(days=8))
    assert sweep_requests() == 1


def test_no_token_lies_in_the_database(delegation: Delegation, outgoing: Sink):
    ask(delegation)
    token = read_confirmation(outgoing).split("/")[-2]
    mail = OutgoingMail.objects.get()
    assert token not in f"{mail.text_body}{mail.html_body}{mail.facts}"
    assert "personal-link" in mail.text_body


@pytest.mark.parametrize("path", ["confirm/abc/", "confirm/abc.def/", f"confirm/{'a' * 32}~1.x/", "confirm/~.x/"])
def test_a_forged_link_confirms_nothing(delegation: Delegation, path: str):
    assert Client().get(f"{REGISTER}{path}").status_code == 404
    assert Client().post(f"{REGISTER}{path}").status_code == 404


def test_an_edition_that_takes_none_has_no_such_page():
    delegation = make_delegation()
    assert Client().get(REGISTER).status_code == 404
    assert ask(delegation).status_code == 404
    assert "Ask to take part" not in Client().get("/en/aecs20/").text


def test_the_public_page_leads_to_the_form(delegation: Delegation):
    assert REGISTER in Client().get("/en/aecs20/").text
    assert Client().get("/en/register/").headers["Location"] == REGISTER


@pytest.mark.parametrize(
    "times", [{"nominations_due_at": NOW.replace(year=2012)}, {"registration_opens_at": NOW.replace(year=2999)}]
)
def test_before_and_after_its_time_nobody_asks(delegation: Delegation, times: dict[str, Any]):
    Seminar.objects.update(**times)
    answer = ask(delegation)
    assert answer.status_code == 410
    assert "Requests are closed" in answer.text
    assert not OpenRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"delegation": ""}, "Choose your delegation."),
        ({"delegation": "999999"}, "Choose one of the list."),
        ({"email": "nobody"}, "Enter an e-mail address such as"),
        ({"given_names": "http://spam.example"}, "without web or mail addresses"),
        ({"wish": ""}, "why you would like to take part."),
        ({"wish": "x" * 401}, "400 characters at most"),
        ({"role": "staff"}, "Choose one of the list."),
    ],
)
def test_bad_input_is_said_at_its_place_and_nothing_is_lost(
    delegation: Delegation, changes: dict[str, str], message: str
):
    answer = ask(delegation, **changes)
    assert answer.status_code == 422
    assert message in answer.text
    assert "National University" in answer.text
    assert not OpenRequest.objects.exists()


def test_the_host_side_and_who_declined_are_not_offered(delegation: Delegation):
    host = make_delegation(delegation.seminar, category=Delegation.Category.HOST)
    declined = make_delegation(delegation.seminar, state=Delegation.State.DECLINED)
    for closed in (host, declined):
        assert "Choose one of the list." in ask(closed).text


def test_one_address_and_one_network_ask_so_often_only(delegation: Delegation):
    for _n in range(5):
        ask(delegation)
    assert OutgoingMail.objects.filter(kind="open_request_proof").count() == 3


def test_an_address_registered_meanwhile_is_not_taken_twice(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    make_registration(focal_point.delegation, email=asked.email)
    answer = press(open_desk(focal_point), focal_point, f"requests/{asked.pk}/take/")
    assert "already registered for the seminar" in answer.text
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_desk_asks_for_requests_only_where_there_may_be_some(delegation: Delegation, django_assert_num_queries):
    with django_assert_num_queries(1):
        list_waiting(delegation)
    delegation.seminar.takes_open_requests = False
    with django_assert_num_queries(0):
        list_waiting(delegation)


def test_staff_without_the_right_decide_nothing(focal_point: FocalPoint, outgoing: Sink):
    asked = ask_and_confirm(focal_point.delegation, outgoing)
    desk = make_staff_desk(focal_point)
    data = {"delegation": focal_point.delegation.code}
    assert sign_in_as("approver").post(f"{desk}requests/{asked.pk}/take/", data).status_code == 403
    assert not Registration.objects.exists()
