"""F5: a mail server that refuses everybody stops the whole queue, and nothing goes over the wire in clear text."""

import base64
import time
from collections.abc import Callable
from pathlib import Path

from registration.mail.retry import PAUSE_S
from tests.faults.installation import POLL_S, START_S, Blank, end_pause, install, queue_mails
from tests.faults.sinks import start_wire_server
from tests.servers import make_certificate

MAILS = 8
SECRET = "a-secret-of-the-mail-server"
MODES = ["no STARTTLS", "STARTTLS refused", "unknown certificate", "authentication refused"]
WATCHED_S = POLL_S + 2  # one poll at the least


def test_a_server_that_refuses_everybody_pauses_the_queue_in_silence(
    blank: Blank, tmp_path: Path, tmp_path_factory, report: Callable[[str], None]
):
    certificates = tmp_path_factory.mktemp("certificates")
    trusted, unknown = (make_certificate(certificates / f"{name}.pem") for name in ("trusted", "unknown"))
    with (
        start_wire_server(trusted, unknown) as server,
        install(
            blank,
            tmp_path,
            email_url=f"smtp+tls://seminar:{SECRET}@127.0.0.1:{server.port}",
            SSL_CERT_FILE=str(trusted),
        ) as site,
    ):
        queue_mails(site, ["first@ministry.example"])
        for mode in MODES[:-1]:  # one look each by the poller that needs no Celery
            server.mode = mode
            site.site.manage("deliver_mail", "--once")
            assert server.count_sessions(mode) == 1
            end_pause(site)
        server.mode = MODES[-1]
        site.start(*site.deliverers)
        site.wait_until(lambda: server.count_sessions(server.mode) > 0, timeout_s=POLL_S + START_S, what="an attempt")
        queue_mails(site, [f"n{n}@ministry.example" for n in range(MAILS)])  # each of them nudges the worker
        started = server.sessions[-1][0]
        time.sleep(WATCHED_S)
        refused = server.count_sessions(server.mode)
        may = 1 + int((time.time() - started) // PAUSE_S)
        states = site.database.read("SELECT state, attempts, count(*) FROM registration_outgoingmail GROUP BY 1, 2")
        assert server.recipients == []

        server.mode = "well"
        end_pause(site)
        site.wait_until_sent(timeout_s=POLL_S + START_S)
        after = site.database.read("SELECT DISTINCT state, attempts FROM registration_outgoingmail")

    in_clear = {line.text.split()[0].upper() for line in server.lines if not line.is_encrypted}
    report(
        f"F5: {', '.join(MODES)}: {states} while refused, {refused} attempt(s) by the whole queue in {WATCHED_S} s; "
        f"in clear text only {sorted(in_clear)}; then {len(server.recipients)} sent at the first attempt"
    )
    assert states == [("queued", 0, 1 + MAILS)]  # no attempt was used up
    assert refused <= may
    assert after == [("sent", 1)]
    assert len(server.recipients) == len(set(server.recipients)) == 1 + MAILS
    assert in_clear <= {"EHLO", "STARTTLS", "QUIT"}
    encoded = base64.b64encode(f"\0seminar\0{SECRET}".encode()).decode()
    assert any(encoded in line.text for line in server.lines if line.is_encrypted)  # it would have been seen in clear
    assert not any(SECRET in line.text or encoded in line.text for line in server.lines if not line.is_encrypted)
