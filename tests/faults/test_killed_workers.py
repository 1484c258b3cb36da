"""F1: workers killed with -9 lose no mail, and double at most one for each of them."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.installation import IS_FULL, POLL_S, START_S, Blank, Installation, install, queue_mails
from tests.faults.sinks import FaultySink

MAILS, KILLS = (600, 30) if IS_FULL else (100, 5)
LEASE_S = 6
SENDING = "SELECT id FROM registration_outgoingmail WHERE state = 'sending'"


def test_killed_workers_lose_nothing_and_double_at_most_one_mail_each(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    sink.pause_s = 0.1  # it takes its time, so that kills hit mails in flight
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}", MAIL_LEASE_S=str(LEASE_S)) as site:
        queue_mails(site, [f"n{n}@ministry.example" for n in range(MAILS)])
        site.start(*site.deliverers)
        interrupted: dict[int, float] = {}  # mail: when its worker was killed last
        processes = 0
        for kill in range(1, KILLS + 1):
            already = kill * MAILS // (KILLS + 2)
            site.wait_until(
                lambda already=already: len(sink.count_arrivals()) >= already, timeout_s=90, what=f"{already} mails"
            )
            time.sleep(random.uniform(0, 0.2))
            processes += kill_worker(site, is_one_process=kill % 2 == 0)
            killed_at = time.time()
            interrupted |= dict.fromkeys((row[0] for row in site.database.read(SENDING)), killed_at)
        site.wait_until_sent(timeout_s=120)
        sent_at = dict(
            site.database.read(f"SELECT id, {site.database.epoch('sent_at')} FROM registration_outgoingmail")
        )
    arrived, doubles = sink.count_arrivals(), sink.count_doubles()
    resumed_s = max(sent_at[pk] - killed_at for pk, killed_at in interrupted.items())
    report(
        f"F1: {KILLS} kills of {processes} worker processes during {MAILS} mails: lost {MAILS - len(arrived)}, "
        f"doubled {doubles} with the same Message-ID, interrupted mails sent within {resumed_s:.1f} s"
    )
    assert len(arrived) == MAILS
    assert sum(arrived.values()) == MAILS + doubles  # whatever came twice came with the same Message-ID
    assert doubles <= processes
    assert resumed_s < LEASE_S + POLL_S + START_S


def kill_worker(site: Installation, *, is_one_process: bool) -> int:
    """Kill one process of the worker or all of it; return how many mails that may have cut: one for each process."""
    if "beat" not in site.commands:  # the embedded profile's worker is one process, with one mail at a time
        site.kill("worker")
        site.start("worker")
        return 1
    if is_one_process:  # Celery starts another one and hands its task on
        site.kill_child("worker")
        return 1
    site.kill("worker")
    site.start("worker")
    return 2  # docker-compose.yml: --concurrency 2
