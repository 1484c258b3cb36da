"""F16: a web process killed with -9 between its commit and the nudge costs seconds, never a mail."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from tests.faults.installation import Blank, install
from tests.faults.people import Answer, nominate, open_desk, read_nomination
from tests.faults.sinks import FaultySink

MAIL_S = 60
ADDRESS = "nominee@ministry.example"
COMMITTED = f"SELECT count(*) FROM registration_outgoingmail WHERE recipient = '{ADDRESS}'"


def test_a_web_process_killed_after_its_commit_leaves_the_mail_to_the_poller(
    blank: Blank, sink: FaultySink, tmp_path: Path, report: Callable[[str], None]
):
    answers: list[Answer] = []

    def ask() -> None:
        with suppress(OSError, HTTPException):  # what the person sees of a killed process
            answers.append(nominate(desk, form | {"email": ADDRESS}))

    with install(blank, tmp_path, email_url=f"smtp://127.0.0.1:{sink.port}") as site:
        site.start("web", *site.deliverers)
        desk = open_desk(site)
        form = read_nomination(desk)
        site.wait_until_sent(timeout_s=MAIL_S)

        # A broker that hangs holds the web process exactly where it is to die: after the commit, in the nudge.
        site.broker.hold()
        request = threading.Thread(target=ask)
        request.start()
        try:
            site.wait_until(lambda: site.database.read(COMMITTED) == [(1,)], timeout_s=2, what="the commit")
            site.kill("web")
            killed_at = time.monotonic()
        finally:
            site.broker.renew()
            request.join()
        site.wait_until_sent(timeout_s=MAIL_S)
        sent_s = time.monotonic() - killed_at

        site.start("web")
        assert ADDRESS in site.database.read("SELECT email FROM registration_registration ORDER BY id DESC")[0]
        again = nominate(desk, form | {"email": ADDRESS})  # as the person does who saw an error

    report(f"F16: web killed between commit and task: mail sent {sent_s:.1f} s later, doubled {sink.count_doubles()}")
    assert answers == []  # it was killed before it answered
    assert again.status == 302
    assert sink.count_arrivals()[ADDRESS] == 1
    assert sent_s < MAIL_S
