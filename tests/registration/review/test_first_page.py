"""The first page of the admin, as a member of staff reads it."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from registration.models import MailPause, State
from registration.review.first_page import describe_days_left
from seminar.models import Delegation, PastEdition, Seminar
from tests.factories import NOW, make_delegation, make_registration, make_seminar, make_user

DUE_AT = datetime(2013, 1, 11, 9, 0, tzinfo=UTC)  # 18:00 in Tokyo


def read_cards(client: Client) -> dict[str, str]:
    """Return {label: note} of the cards, those that are urgent marked with an exclamation mark."""
    cards = client.get("/admin/").context["cards"]
    return {str(card.label): f"{card.note}{'!' if card.is_urgent else ''}" for card in cards}


@pytest.mark.once
@pytest.mark.parametrize(
    ("now", "words"),
    [
        (DUE_AT - timedelta(days=3), "3 days left"),
        (datetime(2013, 1, 10, 14, 59, tzinfo=UTC), "1 day left"),  # a minute before midnight in Tokyo
        (datetime(2013, 1, 10, 15, 0, tzinfo=UTC), "Closes today"),
        (DUE_AT, "Closed today"),
        (DUE_AT + timedelta(days=1), "Closed 1 day ago"),
        (DUE_AT + timedelta(days=2), "Closed 2 days ago"),
    ],
)
def test_the_days_to_the_deadline_are_said_in_words_of_the_seminars_zone(now: datetime, words: str):
    assert describe_days_left(DUE_AT, now=now, time_zone="Asia/Tokyo") == words


@pytest.mark.once
def test_the_days_to_the_deadline_are_said_in_japanese():
    with translation.override("ja"):
        words = describe_days_left(DUE_AT, now=DUE_AT - timedelta(days=3), time_zone="Asia/Tokyo")
    assert words == "締切まであと3日"


@pytest.mark.django_db
class TestCards:
    @pytest.fixture
    def seminar(self) -> Seminar:
        return make_seminar()

    @pytest.fixture
    def client(self, sign_in, seminar: Seminar) -> Client:
        return sign_in(make_user("approver"))

    @time_machine.travel(NOW, tick=False)
    def test_an_edition_in_which_nothing_waits_says_so_kindly(self, client: Client):
        assert read_cards(client) == {
            "Waiting for approval": "Nobody waits for approval.",
            "Waiting for endorsement": "No focal point is asked.",
            "Returned for correction": "No correction is awaited.",
            "Change requests": "Nobody asked for a change.",
            "Delegations without nominations": "Every delegation has nominated or declined.",
            "Mails given up": "Every mail found its way so far.",
            "Submitted late": "Everybody was in time.",
            "Approved": "",
            "All registrations": "",
        }
        page = client.get("/admin/").text
        assert "Nobody has submitted a registration yet." in page
        assert "There are no delegations yet." in page

    @time_machine.travel(NOW, tick=False)
    def test_what_waits_says_for_how_long_and_what_is_urgent_is_marked_in_words(self, client: Client, seminar: Seminar):
        delegation = make_delegation(seminar, quota=2)
        for state, days in ((State.ENDORSED, 5), (State.RETURNED, 4), (State.SUBMITTED, 0), (State.APPROVED, 0)):
            make_registration(delegation, state, state_changed_at=NOW - timedelta(days=days))
        make_delegation(seminar, quota=None)
        cards = read_cards(client)
        assert cards["Waiting for approval"] == "The longest for 5\xa0days!"
        assert cards["Waiting for endorsement"] == "All within the last hour"
        assert cards["Returned for correction"] == "1 silent for more than 3 days, the longest for 4\xa0days!"
        assert cards["Delegations without nominations"] == "3 days left"
        assert cards["Approved"] == "1 of 2 places taken"
        assert client.get("/admin/").text.count("Needs attention") == 2

    def test_people_beyond_the_quota_are_counted_apart(self, client: Client, seminar: Seminar):
        make_delegation(seminar, quota=2, approved_count=3, beyond_quota_count=1)
        assert read_cards(client)["Approved"] == "2 of 2 places taken, 1 people beyond the quota"

    @pytest.mark.parametrize(("days", "is_urgent"), [(3, True), (4, False), (-2, True)])
    def test_silent_delegations_are_urgent_in_the_last_three_days(
        self, client: Client, seminar: Seminar, days: int, is_urgent: bool
    ):
        make_delegation(seminar)
        with time_machine.travel(seminar.nominations_due_at - timedelta(days=days) + timedelta(seconds=1)):
            assert read_cards(client)["Delegations without nominations"].endswith("!") is is_urgent

    def test_what_waits_for_approval_is_listed_oldest_first(self, client: Client, seminar: Seminar):
        delegation = make_delegation(seminar)
        made = [
            make_registration(delegation, State.ENDORSED, state_changed_at=NOW - timedelta(days=days))
            for days in (1, 3, 2)
        ]
        [card] = [card for card in client.get("/admin/").context["cards"] if card.label == "Waiting for approval"]
        rows = client.get(card.url).context["cl"].result_list
        assert [row.pk for row in rows] == [made[1].pk, made[2].pk, made[0].pk]


@pytest.mark.django_db
def test_every_tile_leads_to_a_list_with_as_many_rows(sign_in):
    seminar = make_seminar()
    for people in (0, 1, 3):
        delegation = make_delegation(seminar)
        for _ in range(people):
            make_registration(delegation)
    client = sign_in(make_user("desk"))
    page = client.get("/admin/")
    [section] = [section for section in page.context["sections"] if section.template.endswith("_delegations.html")]
    links = re.findall(r'href="(\S+delegation__id__exact=\d+)"', page.text)
    totals = [tile.total for _label, tiles in section.values["groups"] for tile in tiles]
    assert [client.get(link).context["cl"].result_count for link in links] == totals == [0, 1, 3]


@pytest.mark.django_db
def test_a_tile_says_in_words_what_its_colour_shows(sign_in):
    seminar = make_seminar()
    delegation = make_delegation(seminar)
    for state in (State.ENDORSED, State.RETURNED):
        make_registration(delegation, state)
    make_delegation(seminar)
    make_delegation(seminar, state=Delegation.State.DECLINED)
    page = sign_in(make_user("approver")).get("/admin/").text
    for words in ("0 of 3 approved", "1 waiting", "1 returned", "none nominated", "declined"):
        assert words in page


@pytest.mark.django_db
def test_each_total_of_the_days_leads_to_a_list_with_as_many_rows(sign_in):
    delegation = make_delegation(quota=None)
    for n, state in enumerate(State):
        for _ in range(n):
            make_registration(delegation, state, submitted_at=NOW)
    client = sign_in(make_user("approver"))
    table = client.get("/admin/").text.partition("<tfoot>")[2].partition("</tfoot>")[0]
    links = re.findall(r'href="(.+?)">(\d+)<', table)
    assert [int(n) for _link, n in links] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [client.get(link).context["cl"].result_count for link, _n in links] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_the_chart_holds_quiet_days_too_and_the_line_of_the_past_edition(sign_in):
    seminar = make_seminar()
    PastEdition.objects.create(
        seminar=seminar, number=19, start_date="2012-02-07", end_date="2012-02-09", people=121, delegations=33
    )
    delegation = make_delegation(seminar)
    for state, days in ((State.SUBMITTED, 4), (State.RETURNED, 2), (State.SUBMITTED, 2)):
        make_registration(delegation, state, submitted_at=NOW - timedelta(days=days))
    page = sign_in(make_user("approver")).get("/admin/").text
    chart = json.loads(re.search(r'<script id="days-data" type="application/json">(.+?)</script>', page)[1])
    assert chart["labels"] == ["4 Jan 2013", "5 Jan 2013", "6 Jan 2013", "7 Jan 2013", "8 Jan 2013"]
    assert chart["states"] == [
        {"state": "submitted", "label": "Submitted", "data": [1, 0, 1, 0, 0]},
        {"state": "returned", "label": "Returned for correction", "data": [0, 0, 1, 0, 0]},
    ]
    assert chart["so_far"]["data"] == [1, 1, 3, 3, 3]
    assert chart["past"] == {"label": "People at edition 19", "value": 121}
    assert "Edition 19 had 121 people of 33 delegations." in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("desk", (True, True, False)),
        ("secretariat", (True, True, True)),
        ("approver", (True, True, True)),
        ("administrator", (False, False, False)),
    ],
)
def test_each_role_sees_the_sections_that_it_may(sign_in, role: str, sees: tuple[bool, ...]):
    make_registration(state=State.SUBMITTED)
    MailPause.objects.create(since=timezone.now(), until=timezone.now(), error="535 <b>refused</b>")
    page = sign_in(make_user(role)).get("/admin/").text
    assert tuple(title in page for title in ("at a glance", "by day", "are paused")) == sees
    assert "<b>refused" not in page


@pytest.mark.django_db
def test_the_alert_is_gone_with_the_pause(sign_in):
    make_seminar()
    client = sign_in(make_user("secretariat"))
    pause = MailPause.objects.create(since=timezone.now(), until=timezone.now(), code=535, error="no such account")
    page = client.get("/admin/").text
    assert "535 no such account" in page
    pause.delete()
    assert "are paused" not in client.get("/admin/").text


@pytest.mark.django_db
def test_the_first_page_is_quick_with_10000_registrations(sign_in):
    """Less than a second of this process's own time, in which SQLite counts too: 0.1 s, measured."""
    seminar = make_seminar()
    delegations = [make_delegation(seminar, quota=None) for _ in range(43)]
    kind = type(make_registration(delegations[0]))
    kind.objects.bulk_create(
        kind(
            seminar=seminar,
            delegation=delegations[n % 43],
            number=f"N{n}",
            email=f"{n}@ministry.example",
            email_key=f"{n}@ministry.example",
            state=State.values[n % len(State.values)],
            created_at=NOW,
            state_changed_at=NOW,
            submitted_at=NOW - timedelta(hours=n % 1000),
        )
        for n in range(10_000)
    )
    client = sign_in(make_user("approver"))
    client.get("/admin/")
    started = time.process_time()
    page = client.get("/admin/")
    assert time.process_time() - started < 1
    assert {str(card.label): card.value for card in page.context["cards"]}["All registrations"] == 10_001
