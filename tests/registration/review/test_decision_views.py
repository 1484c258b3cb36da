"""Deciding about many: what the page promises, what confirming does, and what the second of two people is told."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from registration.models import OutgoingMail, Registration, State
from registration.review.actions import ACTIONS
from registration.review.letters import describe_decision
from registration.review.outlook import list_recipients
from registration.review.services import approve, reject
from seminar.access import staff_actor
from seminar.foundation import clock
from seminar.models import AuditEntry
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar, make_user

LIST = "admin:registration_registration_changelist"


def choose(client: Client, action: str, registrations, query: str = ""):
    data = {"action": f"{action}_chosen", "_selected_action": [row.pk for row in registrations]}
    return client.post(f"{reverse(LIST)}{query}", data, follow=True)


def decide(client: Client, action: str, registrations, **more):
    address = reverse("admin:registration_registration_decide", args=[action])
    return client.post(address, {"row": [f"{row.pk}:{row.version}" for row in registrations], **more}, follow=True)


def states() -> dict[str, str]:
    return dict(Registration.objects.values_list("number", "state"))


def told(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


@pytest.mark.django_db
def test_the_page_says_what_will_happen_to_each_row_and_changes_nothing(sign_in):
    delegation = make_delegation(quota=1)
    make_focal_point(delegation)
    first, beyond = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    draft = make_registration(delegation)
    page = choose(sign_in(make_user("approver")), "approve", [first, beyond, draft]).text
    assert "1 registration will be approved." in page
    assert "2 mails will be sent." in page
    assert "(1 to a delegate, 1 to a focal point)" in page
    assert "2 will be left as they are." in page
    assert "The delegation&#x27;s quota is full." in page
    assert "It is not waiting for approval." in page
    assert set(states().values()) == {"endorsed", "draft"}
    assert OutgoingMail.objects.count() == AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_the_page_shows_the_letter_in_both_languages_as_its_first_reader_reads_it(sign_in):
    delegation = make_delegation()
    registration = make_registration(delegation, State.ENDORSED, language="ja")
    page = choose(sign_in(make_user("approver")), "reject", [registration])
    assert [preview.language for preview in page.context["letters"]] == ["ja", "en"]
    assert all(preview.letter for preview in page.context["letters"])
    assert "[your reason]" in page.text
    assert "［ご入力いただく理由］" in page.text
    typed = decide(
        sign_in(make_user("approver")), "reject", [registration], show="yes", reason="<b>No room</b>",
        is_delegate_told="on",
    )  # fmt: skip
    assert "&lt;b&gt;No room&lt;/b&gt;" in typed.text
    assert "[your reason]" not in typed.text
    assert states() == {registration.number: "endorsed"}


@pytest.mark.django_db
@pytest.mark.parametrize("action", [name for name, action in ACTIONS.items() if action.kind])
@pytest.mark.parametrize("is_told", [True, False])
def test_the_letters_shown_hold_the_facts_of_those_that_go_out(action: str, is_told: bool):
    delegation = make_delegation()
    make_focal_point(delegation, language="ja")
    source = {"cancel": State.APPROVED, "withdraw": State.APPROVED}.get(action, State.ENDORSED)
    registration = make_registration(delegation, source)
    chosen = ACTIONS[action]
    recipients = list_recipients(chosen, registration, is_delegate_told=is_told)
    now = NOW + timedelta(days=9)  # after the deadline: a correction gets one of its own
    promised = {
        recipient.address: describe_decision(
            chosen, registration, recipient, now=now, reason="Because", is_delegate_told=is_told
        )
        for recipient in recipients
    }
    values = {"reason": "Because"} if chosen.needs_reason else {}
    if chosen.is_delegate_told_by_choice:
        values["is_delegate_told"] = is_told
    else:
        is_told = True
    chosen.decide(
        actor=staff_actor(make_user("approver")), registration_id=registration.pk, now=now, version=0, **values
    )
    mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
    assert {mail.kind for mail in mails.values()} == {chosen.kind}
    assert set(mails) == set(promised)
    if action in ("approve", "waitlist"):
        for facts in promised.values():
            facts["reason"] = ""
    if chosen.is_delegate_told_by_choice or is_told:
        for facts in promised.values():
            if "is_delegate_told" in facts and not chosen.is_delegate_told_by_choice:
                facts["is_delegate_told"] = True
    for address, facts in promised.items():
        assert _in_one_zone(facts) == _in_one_zone(mails[address].facts)


def _in_one_zone(facts):
    return facts | {"due_at": datetime.fromisoformat(facts["due_at"]).timestamp()} if "due_at" in facts else facts


@pytest.mark.django_db
def test_confirming_does_what_the_page_promised_and_names_who_is_left(sign_in):
    delegation = make_delegation(quota=1)
    first, beyond = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    page = decide(sign_in(make_user("approver")), "approve", [first, beyond])
    assert told(page) == [
        f"{first.number} Solongo Tsend: 1 registration approved.",
        f"Left as it is: {beyond.number} Solongo Tsend. The delegation's quota is full.",
    ]
    assert states() == {first.number: "approved", beyond.number: "endorsed"}


@pytest.mark.django_db
def test_a_reason_takes_people_beyond_the_quota_and_is_kept(sign_in):
    registration = make_registration(make_delegation(quota=0), State.ENDORSED)
    client = sign_in(make_user("approver", name="Aya"))
    decide(client, "approve", [registration], override_reason="Agreed with the host")
    registration.refresh_from_db()
    assert (registration.state, registration.quota_override_reason) == (State.APPROVED, "Agreed with the host")
    page = client.get(reverse("admin:registration_registration_change", args=[registration.pk])).text
    assert "Agreed with the host" in page
    assert "1 of 0 approved" in page


@pytest.mark.django_db
@pytest.mark.parametrize("action", ["return", "reject", "cancel", "withdraw"])
def test_without_its_reason_a_decision_is_asked_for_it_and_changes_nothing(sign_in, action: str):
    role = "secretariat" if action == "withdraw" else "approver"
    registration = make_registration(state=State.APPROVED if action in ("cancel", "withdraw") else State.ENDORSED)
    before = states()
    for reason in ("", "  ", "\u202e"):
        page = decide(sign_in(make_user(role)), action, [registration], reason=reason)
        assert page.context["form"].errors["reason"]
        assert "errorlist" in page.text
    assert states() == before


@pytest.mark.django_db
def test_rubbish_as_a_reason_to_exceed_the_quota_is_said(sign_in):
    registration = make_registration(make_delegation(quota=0), State.ENDORSED)
    page = decide(sign_in(make_user("approver")), "approve", [registration], override_reason="\u202e").text
    assert "characters that cannot be stored" in page
    assert states() == {registration.number: "endorsed"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "has_focal_point", "readers"),
    [
        ({"is_delegate_told": "on"}, True, ["delegate", "focal point"]),
        ({}, True, ["focal point"]),
        ({}, False, ["delegate"]),
    ],
)
def test_the_delegate_hears_of_the_waiting_list_by_choice_and_always_where_nobody_else_does(
    sign_in, more, has_focal_point: bool, readers: list[str]
):
    delegation = make_delegation()
    if has_focal_point:
        make_focal_point(delegation, email="focal@ministry.example")
    registration = make_registration(delegation, State.ENDORSED)
    decide(sign_in(make_user("approver")), "waitlist", [registration], **more)
    sent = OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True)
    assert ["focal point" if "focal" in address else "delegate" for address in sent] == readers


@pytest.mark.django_db
def test_a_row_that_changed_since_it_was_shown_is_left_and_who_decided_is_named(sign_in, time_machine):
    time_machine.move_to(NOW + timedelta(hours=1))
    delegation = make_delegation(quota=None)
    taken, free, older = (make_registration(delegation, State.ENDORSED) for _ in range(3))
    aya = make_user("approver", name="Aya Tanaka")
    approve(actor=staff_actor(aya), registration_id=taken.pk, now=NOW + timedelta(minutes=32))
    reject(actor=staff_actor(aya), registration_id=older.pk, now=NOW - timedelta(days=2), reason="No room")
    page = decide(
        sign_in(make_user("approver", name="Ben")), "return", [taken, free, older], reason="The photo is dark"
    )
    assert told(page) == [
        f"{free.number} Solongo Tsend: 1 registration returned.",
        f"Left as it is: {taken.number} Solongo Tsend. Aya Tanaka approved it at 10:32.",
        f"Left as it is: {older.number} Solongo Tsend. Aya Tanaka decided against it at 10:00 on 6 Jan 2013.",
    ]
    assert states() == {taken.number: "approved", free.number: "returned", older.number: "rejected"}


@pytest.mark.django_db
def test_who_only_looked_at_a_passport_afterwards_is_not_named_as_who_decided(sign_in, time_machine):
    time_machine.move_to(NOW + timedelta(hours=1))
    person = make_registration(state=State.ENDORSED)
    approve(actor=staff_actor(make_user("approver", name="Aya Tanaka")), registration_id=person.pk, now=NOW)
    secretary = sign_in(make_user("secretariat", name="Chiyo Mori"))
    secretary.post(reverse("admin:registration_registration_passport", args=[person.pk]))
    page = decide(sign_in(make_user("approver", name="Ben")), "waitlist", [person])
    assert told(page) == [f"Left as it is: {person.number} Solongo Tsend. Aya Tanaka approved it at 10:00."]


@pytest.mark.django_db
def test_a_typed_reason_stays_where_a_person_was_edited_and_is_still_to_be_decided(sign_in):
    delegation = make_delegation()
    edited, decided, plain = (make_registration(delegation, State.ENDORSED) for _ in range(3))
    client = sign_in(make_user("approver"))
    shown = [f"{row.pk}:{row.version}" for row in (edited, decided, plain)]
    Registration.objects.filter(pk=edited.pk).update(version=1)
    Registration.objects.filter(pk=decided.pk).update(version=1, state=State.REJECTED)
    address = reverse("admin:registration_registration_decide", args=["reject"])
    page = client.post(address, {"row": shown, "reason": "The hall is full."}, follow=True)
    assert [outlook.registration for outlook in page.context["outlooks"]] == [edited]
    assert "The hall is full." in page.text
    assert len(told(page)) == 2
    assert states() == {edited.number: "endorsed", decided.number: "rejected", plain.number: "rejected"}
    client.post(address, {"row": f"{edited.pk}:1", "reason": "The hall is full."})
    assert states()[edited.number] == "rejected"


@pytest.mark.django_db
def test_an_ended_registration_whose_address_or_headship_is_taken_is_not_reopened(sign_in):
    delegation = make_delegation()
    make_registration(delegation, State.ENDORSED, email="one@ministry.example", is_head=True)
    same = make_registration(delegation, State.REJECTED, email="one@ministry.example")
    head = make_registration(delegation, State.WITHDRAWN, is_head=True)
    free = make_registration(delegation, State.CANCELLED)
    client = sign_in(make_user("approver"))
    page = choose(client, "reopen", [same, head, free])
    assert [outlook.refusal for outlook in page.context["outlooks"]] == [
        "Another active registration has the same e-mail address.",
        "The delegation has another head now. Take the mark off one of them first.",
        "",
    ]
    page = decide(client, "reopen", [same, head, free])
    assert len(told(page)) == 3
    assert Registration.objects.filter(state=State.ENDORSED).count() == 2  # no focal point: endorsed at once
    assert states()[same.number] == "rejected"
    assert states()[head.number] == "withdrawn"


@pytest.mark.django_db
def test_the_page_says_that_an_ended_registration_whose_passport_is_taken_is_not_reopened(sign_in):
    delegation = make_delegation()
    make_registration(delegation, State.ENDORSED, passport_key="taken")
    rows = [make_registration(delegation, State.WITHDRAWN, passport_key=key) for key in ("taken", "own", "own", "")]
    page = choose(sign_in(make_user("approver")), "reopen", rows)
    taken = "Another active registration has the same passport."
    assert [outlook.refusal for outlook in page.context["outlooks"]] == [taken, "", taken, ""]


@pytest.mark.django_db
def test_more_than_500_rows_are_refused_before_and_after_the_page(sign_in):
    delegation = make_delegation(quota=None)
    rows = [
        Registration(
            seminar=delegation.seminar, delegation=delegation, number=f"N{n}", email=f"n{n}@x.example",
            email_key=f"n{n}@x.example", state=State.ENDORSED, created_at=NOW, state_changed_at=NOW,
        )
        for n in range(501)
    ]  # fmt: skip
    Registration.objects.bulk_create(rows)
    client = sign_in(make_user("approver"))
    everyone = {"action": "reject_chosen", "_selected_action": [rows[0].pk], "select_across": "1"}
    for page in (
        client.post(reverse(LIST), everyone, follow=True),
        decide(client, "reject", rows, reason="No room"),
    ):
        assert told(page) == ["Choose 500 registrations at most; nothing was changed."]
    assert set(states().values()) == {"endorsed"}


@pytest.mark.django_db
def test_another_editions_rows_and_rubbish_change_nothing(sign_in):
    registration = make_registration(state=State.ENDORSED)
    foreign = make_registration(make_delegation(make_seminar(slug="aecs21", number=21)), State.ENDORSED)
    client = sign_in(make_user("approver"))
    client.post(reverse("admin:choose_edition"), {"edition": registration.seminar_id})
    decide(client, "approve", [foreign])
    assert set(states().values()) == {"endorsed"}
    address = reverse("admin:registration_registration_decide", args=["approve"])
    for row in ("", "x", f"{registration.pk}", f"{registration.pk}:-1", "１:0", "9" * 30 + ":1"):
        assert client.post(address, {"row": row}).status_code == 400
    assert client.post("/admin/registration/registration/decide/erase/", {"row": "1:0"}).status_code == 404
    assert client.get(address).status_code == 302
    assert set(states().values()) == {"endorsed"}


@pytest.mark.django_db
def test_after_a_decision_the_list_comes_back_as_it_was_filtered(sign_in):
    registration = make_registration(state=State.ENDORSED)
    client = sign_in(make_user("approver"))
    page = choose(client, "approve", [registration], "?state__exact=endorsed")
    assert page.context["carried"]["back"] == "state__exact=endorsed"
    answer = client.post(
        reverse("admin:registration_registration_decide", args=["approve"]),
        {"row": f"{registration.pk}:0", "back": "state__exact=endorsed"},
    )
    assert answer.url == f"{reverse(LIST)}?state__exact=endorsed"


@pytest.mark.django_db(transaction=True)
def test_of_an_approval_and_a_rejection_at_once_one_wins_and_the_other_page_names_the_winner():
    registration = make_registration(make_delegation(), State.ENDORSED)
    people = {"approve": make_user("approver", name="Aya Tanaka"), "reject": make_user("approver", name="Ben Sato")}
    clients = {}
    for action, user in people.items():
        clients[action] = Client()
        clients[action].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        clients[action].get(reverse(LIST))
    barrier = threading.Barrier(2)
    pages: dict[str, str] = {}  # as text: the test client's contexts of two threads get mixed up

    def work(action: str) -> None:
        barrier.wait()
        try:
            pages[action] = decide(clients[action], action, [registration], reason="No room").text
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[action]) for action in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    registration.refresh_from_db()
    winner, loser = ("approve", "reject") if registration.state == State.APPROVED else ("reject", "approve")
    deed = {"approve": "Aya Tanaka approved it at ", "reject": "Ben Sato decided against it at "}[winner]
    assert deed in pages[loser]
    assert deed not in pages[winner]
    assert AuditEntry.objects.count() == OutgoingMail.objects.count() == 1
    assert Registration.objects.get().delegation.approved_count == int(winner == "approve")
    assert clock.now() >= AuditEntry.objects.get().at
