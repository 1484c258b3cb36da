"""F6: a broker that is down, hangs or forgets costs seconds, never a mail."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import POLL_S, START_S, Blank, Installation, Redis, install, queue_mails
from tests.faults.people import nominate, open_desk, open_draft, read_nomination, read_submission, submit
from tests.faults.sinks import FaultySink
from tests.servers import Site

ANSWER_S = 3
MAIL_S = 60
AWAY_S = 5
QUEUED = 100


@pytest.mark.postgresql  # the embedded profile's broker is a folder: it cannot be down
@pytest.mark.parametrize("blank", ["servers"], indirect=True)
@pytest.mark.parametrize("fault", ["nobody listens", "accepts and hangs"])
def test_a_commit_without_redis_is_answered_in_time_and_its_mails_go_by_the_poller(
    fault: str, blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.start("web", *site.deliverers)
        desk = open_desk(site)
        form = read_nomination(desk)
        for n in range(4):  # both web processes have a connection that the fault then cuts
            assert nominate(desk, form | {"email": f"warm{n}@ministry.example"}).status == 302
        delegate = open_draft(site, number="AECS20-9001", email="delegate@ministry.example")
        submission = read_submission(delegate)
        site.wait_until_sent(timeout_s=MAIL_S)
        lose, regain = find_fault(site, fault)

        lose()
        committed_at = time.monotonic()
        answer = submit(delegate, submission)  # two mails: to the delegate and to the focal point
        answers = [answer, *(nominate(desk, form | {"email": f"n{n}@ministry.example"}) for n in range(4))]
        time.sleep(AWAY_S)
        during = len(sink.arrivals)
        regain()
        site.wait_until_sent(timeout_s=MAIL_S)
        took_s = time.monotonic() - committed_at

    slowest_s = max(answer.took_s for answer in answers)
    arrived = sink.count_arrivals()
    report(
        f"F6: Redis at commit: {fault}: answers in {answer.took_s:.2f} s, at most {slowest_s:.2f} s; all mails sent "
        f"{took_s:.1f} s after the first commit, of which Redis was away {AWAY_S} s and more; "
        f"doubled {sink.count_doubles()}; {site.restarts} processes started again"
    )
    assert [answer.status for answer in answers] == [302] * 5
    assert slowest_s < ANSWER_S
    assert during == 1 + 4  # nothing was nudged
    assert took_s < MAIL_S
    assert arrived["delegate@ministry.example"] == 1
    assert all(arrived[f"n{n}@ministry.example"] == 1 for n in range(4))
    assert sink.count_doubles() == 0


def find_fault(site: Installation, fault: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return how to bring a fault about and how to end it."""
    assert isinstance(site.broker, Redis)
    if fault == "nobody listens":
        return site.broker.kill, site.broker.start
    return site.broker.hold, site.broker.renew


@pytest.mark.parametrize("moment", ["before a worker came", "in the middle of the work"])
def test_a_broker_that_forgets_a_hundred_tasks_loses_no_mail(
    moment: str, blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    addresses = [f"n{n}@ministry.example" for n in range(QUEUED)]
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        if moment == "before a worker came":
            queue_mails(site, addresses)
            site.broker.flush()
            site.start(*site.deliverers)
        else:
            site.start(*site.deliverers)
            queue_mails(site, ["polled@ministry.example"], is_nudging=False)
            site.wait_until_sent(timeout_s=POLL_S + START_S)  # beat and worker know the broker by now
            sink.pause_s = 0.05
            queue_mails(site, addresses)
            site.wait_until(lambda: len(sink.arrivals) > 10, timeout_s=POLL_S + START_S, what="the first mails")
            site.broker.flush()
            # Beat and worker keep their connections, and with them the belief that their queue is bound. Only beat can
            # find this one.
            queue_mails(site, ["late@ministry.example"], is_nudging=False)
        sent_s = site.wait_until_sent(timeout_s=MAIL_S)
    arrived = sink.count_arrivals()
    lost = len([address for address in addresses if not arrived[address]])
    report(
        f"F6: broker flushed {moment}, {QUEUED} mails queued: lost {lost}, doubled {sink.count_doubles()}, "
        f"all sent {sent_s:.1f} s later"
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
