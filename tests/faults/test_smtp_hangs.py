"""F3: a mail server that takes the connection and then says nothing costs one attempt of one mail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.installation import IS_FULL, POLL_S, START_S, Blank, end_pause, install, queue_mails
from tests.faults.sinks import FaultySink
from tests.servers import Site, make_environment

TIMEOUT_S = 20 if IS_FULL else 3  # 20 is what an installation has
TOLERANCE_S = 1.5  # of busy cores
OTHERS = 10
FIRST_ATTEMPTS = "SELECT count(*) FROM registration_outgoingmail WHERE state = 'sending' AND attempts = 1"
BEFORE, AFTER = "before@ministry.example", "after@ministry.example"


def test_an_attempt_ends_in_time_and_other_mails_move_on(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    sink.hangs_before_data, sink.hangs_after_data = {BEFORE}, {AFTER}
    others = [f"n{n}@ministry.example" for n in range(OTHERS)]
    values = {} if IS_FULL else {"EMAIL_TIMEOUT_S": str(TIMEOUT_S)}
    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}", **values) as site:
        queue_mails(site, [BEFORE, AFTER, *others])
        site.start(*site.deliverers)
        site.wait_until(lambda: BEFORE in sink.attempts and AFTER in sink.attempts, timeout_s=60, what="both hang")
        # A worker with one thread is held up by both attempts, one after the other, and by no more.
        moved_s = site.wait_until(
            lambda: set(others) <= set(sink.count_arrivals()),
            timeout_s=2 * TIMEOUT_S + POLL_S + START_S,
            what="the other mails",
        )
        site.wait_until(lambda: len(sink.hung_for_s) == 2, timeout_s=2 * TIMEOUT_S + POLL_S, what="both cut")
        # Each is put back, or already tried again: the jitter may be a second as well as a minute.
        site.wait_until(lambda: site.database.read(FIRST_ATTEMPTS) == [(0,)], timeout_s=5, what="both put back")
        end_pause(site)
        site.wait_until_sent(timeout_s=POLL_S + START_S)
        attempts = dict(site.database.read("SELECT recipient, attempts FROM registration_outgoingmail"))

    arrived = sink.count_arrivals()
    report(
        f"F3: with {TIMEOUT_S} s the hanging attempts ended after {sink.hung_for_s[BEFORE]:.1f} s before DATA and "
        f"{sink.hung_for_s[AFTER]:.1f} s after it; {OTHERS} others sent {moved_s:.1f} s after the hang began; "
        f"lost {OTHERS + 2 - len(arrived)}, doubled {sink.count_doubles()} of 2 cut attempts"
    )
    assert all(TIMEOUT_S - TOLERANCE_S < took_s < TIMEOUT_S + TOLERANCE_S for took_s in sink.hung_for_s.values())
    assert attempts == {BEFORE: 2, AFTER: 2} | dict.fromkeys(others, 1)
    # Only the server that had the whole message can double it, with the same Message-ID.
    assert arrived == {BEFORE: 1, AFTER: 2} | dict.fromkeys(others, 1)
    assert sink.count_doubles() == 1


@pytest.mark.once
def test_an_installation_waits_twenty_seconds(tmp_path: Path):
    site = Site(url="", environment=make_environment({"DATA_DIR": str(tmp_path)}))
    code = "from django.conf import settings; print(settings.EMAIL_TIMEOUT)"
    printed = site.manage("shell", "--verbosity", "0", "-c", code)
    assert printed.strip() == "20"
