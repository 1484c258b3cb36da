"""What pages cost: the form, a submission, the delegate's whole way, the list of 10,000 registrations."""

import statistics
from urllib.parse import urlencode

from django.test import Client

from registration.intake.population import OWN_SLUG, populate
from registration.mail.dispatch import dispatch
from registration.models import OutgoingMail
from seminar.access import SECRETARIAT
from seminar.admin_site import CHOSEN_EDITION
from seminar.foundation import clock
from seminar.foundation.audit import SYSTEM
from seminar.models import Delegation, Seminar
from tests.benchmarks import walk
from tests.benchmarks.browser import Browser
from tests.benchmarks.clocks import compare_cpu_ms, count_statements, measure_cpu_ms
from tests.benchmarks.figures import Figure
from tests.benchmarks.outbox import send_bare
from tests.factories import make_user

NOTE = {"name": "Solongo Tsend", "email": "solongo@ministry.example", "text": "Kept as it is."}
LIST = "/admin/registration/registration/"
FEW, MANY = 100, 10_000


def measure_form(delegation: Delegation) -> list[Figure]:
    """Compare the form's page with a bare crispy form of as many fields of each kind."""
    browser = walk.open_link(walk.make_draft(delegation))
    browser.get(walk.FORM_PAGE)
    bare = f"/bare/form/?{urlencode(browser.count_fields())}"
    here, baseline = compare_cpu_ms(lambda: browser.get(walk.FORM_PAGE), lambda: browser.get(bare), rounds=60)
    return [Figure("form page", "ms CPU", here, baseline, 1.5, is_ratio=True)]


def measure_submission(delegation: Delegation, *, rounds: int = 40) -> list[Figure]:
    """Compare a submission, with its state, audit and mail rows, with a bare insert behind a form with CSRF."""
    ready = [walk.get_ready_to_submit(delegation) for _ in range(rounds + 5)]
    writer = Browser()
    writer.get("/bare/insert/")
    here, baseline = compare_cpu_ms(
        lambda: walk.submit(ready.pop()), lambda: writer.post("/bare/insert/", NOTE), rounds=rounds
    )
    return [Figure("submission", "ms CPU", here, baseline, 6, is_ratio=True)]


def measure_way(delegation: Delegation, *, rounds: int = 15) -> list[Figure]:
    """Count and time the delegate's whole way, web and worker; beside it as many bare pages, inserts and mails."""
    dispatch()
    web, worker, bare = [], [], []
    requests = mails = 0
    for n in range(rounds + 1):
        browser = walk.open_link(walk.make_draft(delegation))
        walk.walk(browser)
        delivering = measure_cpu_ms(dispatch)
        requests, mails = (
            browser.requests,
            OutgoingMail.objects.filter(registration__number=_number_of(browser)).count(),
        )
        bare_way = _measure_bare_way(browser, mails)
        if n:  # the first one warms up
            web.append(browser.cpu_ms)
            worker.append(delivering)
            bare.append(bare_way)
    draft = walk.make_draft(delegation)
    statements = count_statements(lambda: walk.walk(walk.open_link(draft)))
    both = statistics.median(a + b for a, b in zip(web, worker, strict=True))
    print(f"    of these {statistics.median(web):.0f} ms web, {statistics.median(worker):.0f} ms worker, {mails} mails")
    return [
        Figure("whole way: requests", "", requests, None, 12),
        Figure("whole way: SQL statements", "", statements, None, 80),
        Figure("whole way: web and worker", "ms CPU", both, statistics.median(bare), 150),
    ]


def _number_of(browser: Browser) -> str:
    start = browser.page.index("BENCH-")
    return browser.page[start : start + len("BENCH-00000")]


def _measure_bare_way(way: Browser, mails: int) -> float:
    """Return the CPU in ms of as many requests to bare pages, every third one an insert, and of as many bare mails."""
    bare = Browser()
    for n in range(way.requests):
        if n % 3 == 2:
            bare.post("/bare/insert/", NOTE)
        else:
            bare.get("/bare/form/?text=10&select=2&checkbox=3")
    sent = list(OutgoingMail.objects.filter(state="sent").order_by("-pk")[:mails])
    return bare.cpu_ms + measure_cpu_ms(lambda: send_bare(sent))


def measure_list() -> list[Figure]:
    """Time the admin's list of MANY registrations and count its statements, there and with FEW."""
    populate(actor=SYSTEM, registrations=FEW, seed=1, now=clock.now())
    seminar = Seminar.objects.get(slug=OWN_SLUG)
    client = sign_in(seminar)
    client.get(LIST)
    statements_of_few = count_statements(lambda: client.get(LIST))
    populate(actor=SYSTEM, registrations=MANY - FEW, seed=2, now=clock.now())
    answer = client.get(LIST)
    assert answer.status_code == 200, answer
    rows = answer.text.partition("<tbody")[2].partition("</tbody")[0].count("<tr")
    bare = f"/bare/rows/?edition={seminar.pk}&rows={rows}"
    statements = count_statements(lambda: client.get(LIST))
    here, baseline = compare_cpu_ms(lambda: client.get(LIST), lambda: client.get(bare), rounds=15)
    print(f"    {rows} of {MANY} rows on the page")
    return [
        Figure(f"list of {MANY}: SQL statements", "", statements, count_statements(lambda: client.get(bare)), 10),
        Figure(f"list of {MANY}: statements, to {FEW}", "", statements, statements_of_few, 1, is_ratio=True),
        Figure(f"list of {MANY}", "ms CPU", here, baseline, 40),
    ]


def sign_in(seminar: Seminar) -> Client:
    """Return the browser of a member of the secretariat who chose that edition."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(make_user(SECRETARIAT), backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[CHOSEN_EDITION] = seminar.pk
    session.save()
    return client
