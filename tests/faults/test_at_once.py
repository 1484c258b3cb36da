"""F8 and F9: what twenty clicks or two organizers do at once happens once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from registration.lifecycle import ChangedMeanwhile
from registration.models import OutgoingMail, Registration, State
from registration.review.services import approve, reject
from seminar.foundation.audit import Actor, verify
from seminar.models import AuditEntry
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_user
from tests.faults.installation import POLL_S, START_S, Blank, install
from tests.faults.people import Answer, nominate, open_desk, open_draft, read_nomination, read_submission, submit
from tests.faults.sinks import FaultySink

TIMES = 20
ROUNDS = 50


def ask_at_once(ask: Callable[[], Answer]) -> list[Answer]:
    """Ask TIMES times at the same moment."""
    barrier = threading.Barrier(TIMES)

    def wait_and_ask(_: int) -> Answer:
        barrier.wait()
        return ask()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(wait_and_ask, range(TIMES)))


def test_twenty_identical_submissions_are_one(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.start("web", *site.deliverers)
        desk = open_desk(site)
        delegate = open_draft(site, number="AECS20-9001", email="delegate@ministry.example")
        submission = read_submission(delegate)
        nomination = read_nomination(desk) | {"email": "nominee@ministry.example"}

        answers = ask_at_once(lambda: submit(delegate, submission))
        nominations = ask_at_once(lambda: nominate(desk, nomination))
        site.wait_until_sent(timeout_s=POLL_S + START_S)
        states = site.database.read(
            "SELECT email, state FROM registration_registration "
            "WHERE email IN ('delegate@ministry.example', 'nominee@ministry.example') ORDER BY email"
        )
        [(submissions,)] = site.database.read("SELECT count(*) FROM seminar_auditentry WHERE action = 'submit'")
        kinds = site.database.read("SELECT kind, recipient FROM registration_outgoingmail ORDER BY kind, recipient")

    codes = sorted({answer.status for answer in answers + nominations})
    pages = {answer.location for answer in answers}
    slowest_s = max(answer.took_s for answer in answers + nominations)
    report(
        f"F8: {TIMES} identical submissions and {TIMES} identical nominations at once: answers {codes}, at most "
        f"{slowest_s:.1f} s, leading to {sorted(pages)}; {submissions} submission, {len(kinds) - 2} mails about them"
    )
    assert codes == [302]
    assert pages == {"/en/aecs20/my/"}
    assert {answer.location for answer in nominations} == {"/en/aecs20/delegation/"}
    assert states == [("delegate@ministry.example", "submitted"), ("nominee@ministry.example", "draft")]
    assert submissions == 1
    assert kinds == [
        ("endorsement_request", "focal@ministry.example"),
        ("nomination_request", "focal@ministry.example"),
        ("personal_invitation", "nominee@ministry.example"),
        ("received", "delegate@ministry.example"),
    ]
    assert sink.count_arrivals() == {
        "focal@ministry.example": 2,
        "nominee@ministry.example": 1,
        "delegate@ministry.example": 1,
    }


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_organizers_who_decide_at_once_decide_once(report: Callable[[str], None]):
    delegation = make_delegation(quota=ROUNDS)
    focal_point = make_focal_point(delegation)
    users = {name: make_user("approver", name=name) for name in ("approver", "rejecter")}
    wins: dict[str, int] = {"approved": 0, "rejected": 0}
    for _ in range(ROUNDS):
        registration = make_registration(delegation, State.ENDORSED)
        outcomes = decide_at_once(registration, {name: str(user.pk) for name, user in users.items()})
        [winner] = [name for name, outcome in outcomes.items() if isinstance(outcome, Registration)]
        [loser] = [outcome for outcome in outcomes.values() if not isinstance(outcome, Registration)]
        registration.refresh_from_db()
        wins[registration.state] += 1

        assert registration.state == {"approver": "approved", "rejecter": "rejected"}[winner]
        assert registration.version == 1
        entries = AuditEntry.objects.filter(subject=f"registration:{registration.pk}")
        assert [(entry.action, entry.actor_key) for entry in entries] == [
            ({"approver": "approve", "rejecter": "reject"}[winner], str(users[winner].pk))
        ]
        mails = OutgoingMail.objects.filter(registration=registration).order_by("pk")
        assert [(mail.kind, mail.recipient) for mail in mails] == [
            (registration.state, registration.email),
            (registration.state, focal_point.email),
        ]
        # The other is told: the row as it stands now, whose newest entry in the trail names who decided.
        assert isinstance(loser, ChangedMeanwhile)
        assert (loser.current.pk, loser.current.state) == (registration.pk, registration.state)
    delegation.refresh_from_db()
    report(
        f"F9: {ROUNDS} rounds of approve against reject: {wins}, one entry and one mail for each recipient every time"
    )
    assert delegation.approved_count == wins["approved"]
    assert sum(wins.values()) == ROUNDS
    assert verify() == []


def decide_at_once(registration: Registration, keys: dict[str, str]) -> dict[str, Registration | Exception]:
    """Let one approve and one reject what both saw, each on a connection of its own; return what came of it."""
    barrier = threading.Barrier(2)
    outcomes: dict[str, Registration | Exception] = {}
    common = {"registration_id": registration.pk, "version": registration.version, "now": NOW}

    def decide(name: str, service: Callable[..., Registration], **more: str) -> None:
        connection.ensure_connection()
        barrier.wait()
        try:
            outcomes[name] = service(actor=Actor(AuditEntry.ActorKind.STAFF, keys[name]), **common, **more)
        except Exception as error:
            outcomes[name] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=("approver", approve)),
        threading.Thread(target=decide, args=("rejecter", reject), kwargs={"reason": "The quota is full."}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
