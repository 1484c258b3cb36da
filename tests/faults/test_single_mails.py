"""F4, F5 and F15: what happens to one mail is its own affair, whatever the server or its facts do to it."""

from collections.abc import Callable, Iterator

import pytest

from registration.mail.retry import FIRST_GAP_S
from tests.faults.installation import POLL_S, START_S, Blank, Installation, install, queue_mails
from tests.faults.people import sign_in
from tests.faults.sinks import FaultySink
from tests.smtp import start_sink

pytestmark = pytest.mark.xdist_group("faults-single-mails")

PATIENCE_S = POLL_S + START_S
DUE = "UPDATE registration_outgoingmail SET next_attempt_at = {now} WHERE recipient = '{address}' AND state = 'queued'"


@pytest.fixture(scope="module")
def server() -> Iterator[FaultySink]:
    sink = FaultySink()
    with start_sink(sink):
        yield sink


@pytest.fixture(scope="module")
def site(blank: Blank, server: FaultySink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("single")
    with install(blank, folder, email_url=f"smtp://127.0.0.1:{server.port}") as installation:
        installation.start("web", *installation.deliverers)
        yield installation


def read_mail(site: Installation, address: str, columns: str) -> tuple:
    [row] = site.database.read(f"SELECT {columns} FROM registration_outgoingmail WHERE recipient = '{address}'")
    return row


def wait_for_attempt(site: Installation, address: str, n: int) -> None:
    """Wait until attempt `n` at this mail is over; the next one may follow at once, as its gap is drawn by lot."""

    def is_over() -> bool:
        attempts, lease_token = read_mail(site, address, "attempts, lease_token")
        return attempts >= n and lease_token is None

    site.wait_until(
        is_over,
        timeout_s=PATIENCE_S,
        what=f"attempt {n} at {address}",
    )


def hurry(site: Installation, address: str, n: int) -> None:
    """Let the gap before the next attempt pass, and nudge the worker with another mail: one nudge empties the queue."""
    site.database.read(DUE.format(now=site.database.now, address=address))
    queue_mails(site, [f"hurry{n}.{address}"])


def test_a_busy_server_gets_the_mail_at_the_third_attempt_after_growing_gaps(
    site: Installation, server: FaultySink, report: Callable[[str], None]
):
    address = "busy@ministry.example"
    server.answers[address] = ["451 try later", "451 try later"]
    queue_mails(site, [address])
    gaps_s = []
    for n in (1, 2):
        wait_for_attempt(site, address, n)
        state, code, next_at = read_mail(site, address, f"state, last_code, {site.database.epoch('next_attempt_at')}")
        assert (state, code) == ("queued", 451)
        gaps_s.append(next_at - server.attempts[address][-1])
        hurry(site, address, n)  # the gap itself may be two minutes
    wait_for_attempt(site, address, 3)
    report(
        f"F4: 451, 451, 250: {len(server.attempts[address])} attempts, {server.count_arrivals()[address]} delivery, "
        f"gaps of {gaps_s[0]:.0f} s and {gaps_s[1]:.0f} s, drawn from up to 60 s and up to 120 s"
    )
    # Full jitter may draw a second gap shorter than the first one; what grows is the bound it is drawn from, which
    # tests/registration/mail/test_retry.py holds over many draws. One second is the way from the answer to the row.
    for n, gap_s in enumerate(gaps_s, start=1):
        assert 0 <= gap_s <= FIRST_GAP_S * 2**n + 1
    assert read_mail(site, address, "state, attempts") == ("sent", 3)
    assert len(server.attempts[address]) == 3
    assert server.count_arrivals()[address] == 1


def test_a_refused_recipient_is_given_up_after_one_attempt_and_shown(
    site: Installation, server: FaultySink, report: Callable[[str], None]
):
    address = "gone@ministry.example"
    server.answers[address] = ["550 no such mailbox"]
    queue_mails(site, [address])
    wait_for_attempt(site, address, 1)
    assert read_mail(site, address, "state, last_code, last_error") == ("given_up", 550, "no such mailbox")
    [(state, number)] = site.database.read(
        f"SELECT state, number FROM registration_registration WHERE email = '{address}'"
    )
    assert state == "draft"  # as invited: an address that refuses mail ends no registration

    staff = sign_in(site, "secretariat")
    page = staff.get("/admin/registration/outgoingmail/?state__exact=given_up")
    assert page.status == 200
    assert address in page.text
    assert "Given up" in page.text
    report(
        f"F5: 550 for a recipient: {len(server.attempts[address])} attempt, given up, in the admin's outbox; "
        f"registration {number} stands"
    )
    assert len(server.attempts[address]) == 1


def test_a_mail_that_cannot_be_rendered_is_given_up_after_three_and_delays_nobody(
    site: Installation, server: FaultySink, report: Callable[[str], None]
):
    poison = "poison@ministry.example"
    others = [f"healthy{n}@ministry.example" for n in range(20)]
    queue_mails(site, [*others[:10], poison, *others[10:]], broken=(poison,))
    delivered_s = site.wait_until(
        lambda: set(others) <= set(server.count_arrivals()), timeout_s=PATIENCE_S, what="the other mails"
    )
    for n in (1, 2, 3):
        wait_for_attempt(site, poison, n)
        hurry(site, poison, n)
    state, attempts, error = read_mail(site, poison, "state, attempts, last_error")
    slowest_s = max(
        row[0]
        for row in site.database.read(
            f"SELECT {site.database.epoch('sent_at')} - {site.database.epoch('created_at')} "
            "FROM registration_outgoingmail WHERE recipient LIKE 'healthy%'"
        )
    )
    report(
        f"F15: {state} after {attempts} attempts; {len(others)} others sent {delivered_s:.1f} s after the last was "
        f"queued, the slowest after {slowest_s:.1f} s"
    )
    assert (state, attempts, error) == ("given_up", 3, "rendering: KeyError")
    assert poison not in server.attempts
    assert slowest_s < POLL_S + 5
    assert {address: server.count_arrivals()[address] for address in others} == dict.fromkeys(others, 1)
