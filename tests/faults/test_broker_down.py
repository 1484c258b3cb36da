"""F6: a broker that is down, hangs or forgets costs seconds, never a mail."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.backing import Redis
from tests.faults.installation import POLL_S, START_S, Blank, Installation, install, queue_mails
from tests.faults.people import Browser, nominate, open_desk, open_draft, read_nomination, read_submission, submit
from tests.faults.sinks import FaultySink
from tests.servers import Site

ANSWER_S = 3
BUSY = 5  # times what an answer takes with a broker, which on a busy machine is much; on a quiet one nothing
MAIL_S = 60
AWAY_S = 5
QUEUED = 100


@pytest.mark.postgresql  # the embedded profile's broker is a folder: it cannot be down
@pytest.mark.parametrize("blank", ["servers"], indirect=True)
def test_a_commit_without_redis_is_answered_in_time_and_its_mails_go_by_the_poller(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.start("web", *site.deliverers)
        desk = open_desk(site)
        for n, fault in enumerate(("nobody listens", "accepts and hangs"), start=1):
            delegate = open_draft(site, number=f"AECS20-900{n}", email=f"delegate{n}@ministry.example")
            check_fault(fault, site, sink, desk, delegate, report)
            site.kill("web")  # a new one asks the broker again, without the rest that it takes from one that is down
            site.start("web")
        assert sink.count_doubles() == 0


def check_fault(
    fault: str,
    site: Installation,
    sink: FaultySink,
    desk: Browser,
    delegate: Browser,
    report: Callable[[str], None],
) -> None:
    assert isinstance(site.broker, Redis)
    form, submission = read_nomination(desk), read_submission(delegate)
    before = [  # both web processes have a connection that the fault then cuts
        nominate(desk, form | {"email": f"{fault.split()[0]}.warm{n}@ministry.example"}) for n in range(4)
    ]
    assert [answer.status for answer in before] == [302] * 4
    usual_s = max(answer.took_s for answer in before)
    site.wait_until_sent(timeout_s=MAIL_S)
    site.wait_until(site.broker.is_idle, timeout_s=MAIL_S, what="no nudge left that would find the mails to come")
    arrived = len(sink.arrivals)
    lose, regain = find_fault(site, fault)

    lose()
    committed_at = time.monotonic()
    answers = [submit(delegate, submission)]  # two mails: to the delegate and to the focal point
    for n in range(4):
        answers.append(nominate(desk, form | {"email": f"{fault.split()[0]}{n}@ministry.example"}))
    time.sleep(AWAY_S)
    assert not site.broker.answers()
    regain()
    site.wait_until_sent(timeout_s=MAIL_S)
    took_s = time.monotonic() - committed_at

    slowest_s = max(answer.took_s for answer in answers)
    report(
        f"F6: Redis at commit: {fault}: answers in {answers[0].took_s:.2f} s, at most {slowest_s:.2f} s; all mails "
        f"sent {took_s:.1f} s after the first commit, for {AWAY_S} s and more of which Redis was away; "
        f"{site.restarts} processes started again"
    )
    assert [answer.status for answer in answers] == [302] * 5
    assert slowest_s < ANSWER_S + BUSY * usual_s
    assert len(sink.arrivals) == arrived + 2 + 4
    assert took_s < MAIL_S


def find_fault(site: Installation, fault: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return how to bring a fault about and how to end it."""
    assert isinstance(site.broker, Redis)
    if fault == "nobody listens":
        return site.broker.kill, site.broker.start
    return site.broker.hold, site.broker.renew


def test_a_broker_that_forgets_a_hundred_tasks_loses_no_mail(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    addresses = [f"n{n}@ministry.example" for n in range(2 * QUEUED)]
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        queue_mails(site, addresses[:QUEUED])
        site.broker.flush()
        site.start(*site.deliverers)
        before_s = site.wait_until_sent(timeout_s=MAIL_S)

        # Beat and worker keep their connections, and with them the belief that their queue is bound.
        sink.pause_s = 0.05
        queue_mails(site, addresses[QUEUED:])
        site.wait_until(lambda: len(sink.arrivals) > QUEUED + 10, timeout_s=POLL_S + START_S, what="some more mails")
        site.broker.flush()
        during_s = site.wait_until_sent(timeout_s=MAIL_S)
        queue_mails(site, ["late@ministry.example"], is_nudging=False)  # nobody is at work: only beat can find it
        polled_s = site.wait_until_sent(timeout_s=MAIL_S)
    arrived = sink.count_arrivals()
    lost = len([address for address in [*addresses, "late@ministry.example"] if not arrived[address]])
    report(
        f"F6: broker flushed with {QUEUED} mails queued, before a worker came and in the middle of its work: lost "
        f"{lost}, doubled {sink.count_doubles()}, all sent {before_s:.1f} s and {during_s:.1f} s later; the next one "
        f"found by the poller in {polled_s:.1f} s"
    )
    assert lost == sink.count_doubles() == 0
    assert set(arrived.values()) == {1}


def test_without_a_broker_the_command_delivers(blank: Blank, sink: FaultySink, tmp_path: Path):
    nowhere = "redis://127.0.0.1:9/0"  # nobody listens there
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as installation:
        site = Site("", installation.site.environment | {"REDIS_URL": nowhere})
        printed = site.manage("invite", "--seminar", "aecs20", "--delegation", "MNG", "--email", "new@ministry.example")
        assert "/en/i/" in printed
        assert sink.messages == []
        assert site.manage("deliver_mail", "--once").startswith("1 sent, 0 put back, 0 given up.")
    assert [message["To"] for message in sink.messages] == ["new@ministry.example"]
