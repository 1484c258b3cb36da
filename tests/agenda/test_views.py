"""The public programme: the current edition or a named one, by day, in both languages and the seminar's zone."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from agenda.models import Disclosure, ProgrammeItem
from seminar.models import OrganizingBody
from tests.agenda.rows import MORNING, keep_pdf, make_item, make_presentation, permit, publish_programme
from tests.factories import make_delegation, make_seminar

pytestmark = pytest.mark.django_db


def test_without_an_edition_the_page_says_so(client: Client):
    for language, text in (
        ("en", "No seminar is published yet"),
        ("ja", "公開中のセミナーはまだありません"),
    ):
        page = client.get(f"/{language}/")
        assert page.status_code == 200
        assert text in page.text


def test_days_follow_the_zone_of_the_seminar_and_times_too(client: Client):
    seminar = make_seminar()
    make_item(seminar, datetime(2013, 2, 26, 15, 30, tzinfo=UTC), "After midnight in Tokyo")
    make_item(seminar, datetime(2013, 2, 26, 1, 0, tzinfo=UTC), "In the morning")
    publish_programme(seminar)
    days = client.get("/en/aecs20/").context["programme_days"]
    assert [(day.heading, [(line.start, line.end, line.title) for line in day.lines]) for day in days] == [
        ("Tuesday 26 February 2013", [("10:00", "10:45", "In the morning")]),
        ("Wednesday 27 February 2013", [("00:30", "01:15", "After midnight in Tokyo")]),
    ]


def test_items_at_the_same_time_stand_in_the_order_of_the_file(client: Client):
    seminar = make_seminar()
    start = datetime(2013, 2, 26, 1, tzinfo=UTC)
    make_item(seminar, start, "second", list_order=2)
    make_item(seminar, start, "first", list_order=1)
    publish_programme(seminar)
    (day,) = client.get("/en/aecs20/").context["programme_days"]
    assert [line.title for line in day.lines] == ["first", "second"]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            [
                "The 20th Asian Export Control Seminar",
                "26–28 February 2013",
                "11 January 2013, 18:00 (Tokyo)",
                "Opening",
            ],
        ),
        (
            "ja",
            ["第20回アジア輸出管理セミナー", "2013年2月26日～28日", "2013年1月11日 18:00（東京）", "Opening（日本語）"],
        ),
    ],
)
def test_the_page_speaks_the_language_of_its_address(client: Client, language: str, texts: list[str]):
    seminar = make_seminar()
    make_item(seminar, datetime(2013, 2, 26, 1, tzinfo=UTC), "Opening", summary_en="<b>About</b> it")
    publish_programme(seminar)
    page = client.get(f"/{language}/aecs20/", headers={"Accept-Language": "en" if language == "ja" else "ja"})
    assert page["Content-Language"] == language
    assert [text for text in texts if text not in page.text] == []
    assert "<b>About</b>" not in page.text


def test_delegations_are_counted_by_category_without_host_and_press(client: Client):
    seminar = make_seminar()
    for category, n in (("asian", 2), ("mecr", 1), ("host", 3), ("press", 1)):
        for _ in range(n):
            make_delegation(seminar, category=category)
    counts = client.get("/en/aecs20/").context["delegation_counts"]
    assert [(line.label, line.count) for line in counts] == [
        ("Asian countries and regions", 2),
        ("Multilateral export control regimes", 1),
    ]


def test_bodies_stand_in_their_order(client: Client):
    seminar = make_seminar()
    for order, name in ((2, "METI"), (1, "CISTEC")):
        OrganizingBody.objects.create(seminar=seminar, list_order=order, role="organizer", name_en=name, name_ja=name)
    assert [body.name for body in client.get("/en/").context["bodies"]] == ["CISTEC", "METI"]


def test_the_current_edition_is_the_one_that_runs_or_comes_next_then_the_one_that_ended_last(client: Client, settings):
    for number, start, end in (
        (19, date(2012, 2, 7), date(2012, 2, 9)),
        (20, date(2013, 2, 26), date(2013, 2, 28)),
        (21, date(2014, 2, 18), date(2014, 2, 20)),
    ):
        make_seminar(slug=f"aecs{number}", number=number, title_en=f"Seminar {number}", start_date=start, end_date=end)
    make_seminar(slug="hidden", number=22, title_en="Hidden", is_published=False)

    def current_on(day: str) -> int:
        settings.DEMO_NOW = datetime.fromisoformat(f"{day}T12:00:00+09:00")
        settings.DEMO_NOW_SINCE = datetime.now(UTC)
        return client.get("/en/").context["seminar"].number

    expected = {
        "2011-01-01": 19,
        "2012-02-09": 19,
        "2012-02-10": 20,
        "2013-02-28": 20,
        "2013-03-01": 21,
        "2015-01-01": 21,
    }
    assert {day: current_on(day) for day in expected} == expected


@pytest.mark.parametrize("slug", ["aecs99", "hidden"])
def test_an_edition_that_is_unknown_or_not_published_is_not_found(client: Client, slug: str):
    make_seminar(slug="hidden", is_published=False)
    assert client.get(f"/en/{slug}/").status_code == 404


def test_the_page_asks_the_database_as_often_for_30_items_as_for_1_and_8_times_at_most(
    client: Client, django_assert_num_queries, django_assert_max_num_queries
):
    seminar = make_seminar()
    first = make_presentation(make_item(seminar), make_delegation(seminar))
    publish_programme(seminar)
    keep_pdf(first)
    permit(first, Disclosure.PUBLIC)
    with django_assert_max_num_queries(8) as one:
        assert "slides" not in client.get("/en/aecs20/").text
    for n in range(29):
        more = make_presentation(make_item(seminar, title=f"Item {n}"), make_delegation(seminar))
        keep_pdf(more)
        permit(more, Disclosure.PUBLIC)
    publish_programme(seminar)
    with django_assert_num_queries(len(one)):
        page = client.get("/en/aecs20/").text
    assert page.count("File in English (PDF,") == 30


def test_a_draft_programme_is_seen_by_nobody_and_an_unpublished_change_not_either(client: Client):
    seminar = make_seminar()
    item = make_item(seminar, title="Opening")
    page = client.get("/en/aecs20/")
    assert "Opening" not in page.text
    assert "The programme follows." in page.text
    assert [client.get(f"/en/aecs20/{name}").status_code for name in ("agenda.json", "agenda.ics", "materials/")] == [
        404, 404, 404,
    ]  # fmt: skip
    publish_programme(seminar)
    ProgrammeItem.objects.filter(pk=item.pk).update(title_en="Changed")
    page = client.get("/en/aecs20/")
    assert "Opening" in page.text
    assert "Changed" not in page.text
    publish_programme(seminar)
    assert "Changed" in client.get("/en/aecs20/").text


def test_a_filter_shows_items_of_one_kind_and_a_kind_that_is_none_shows_all(client: Client):
    seminar = make_seminar()
    make_item(seminar, title="Opening", kind="welcome_speech")
    make_item(seminar, MORNING.replace(hour=3), title="Lunch", kind="break")
    publish_programme(seminar)

    def list_titles(query: str) -> list[str]:
        days = client.get(f"/en/aecs20/{query}").context["programme_days"]
        return [line.title for day in days for line in day.lines]

    assert list_titles("?kind=break") == ["Lunch"]
    assert list_titles("?kind=nonsense") == list_titles("?utm=1") == list_titles("") == ["Opening", "Lunch"]
    assert client.get("/en/aecs20/?kind=tour").context["programme_days"] == []
    assert 'href="/ja/aecs20/?kind=break"' in client.get("/en/aecs20/?kind=break&x=1").text


def test_times_of_presentations_follow_from_their_minutes(client: Client):
    seminar = make_seminar()
    item = make_item(seminar, kind="national_presentations", minutes_each=15)
    for order, (name, minutes) in enumerate((("Japan", None), ("Mongolia", 20), ("India", None)), start=1):
        make_presentation(item, make_delegation(seminar, formal_name_en=name), order, minutes=minutes)
    publish_programme(seminar)
    ((line,),) = [day.lines for day in client.get("/en/aecs20/").context["programme_days"]]
    assert [(each.time, each.delegation) for each in line.presentations] == [
        ("10:00–10:15", "Japan"),
        ("10:15–10:35", "Mongolia"),
        ("10:35–10:50", "India"),
    ]


def test_text_in_the_other_language_is_marked_as_such(client: Client):
    seminar = make_seminar()
    make_presentation(make_item(seminar), title_en="Controls of dual-use goods")
    make_presentation(make_item(seminar, title="Second"), title_ja="輸出管理の課題")
    publish_programme(seminar)
    assert '<span lang="en">Controls of dual-use goods</span>' in client.get("/ja/aecs20/").text
    assert '<span lang="ja">輸出管理の課題</span>' in client.get("/en/aecs20/").text


def test_an_earlier_edition_stays_readable_under_its_own_address(client: Client):
    earlier = make_seminar(slug="aecs19", number=19, start_date=date(2012, 2, 7), end_date=date(2012, 2, 9))
    make_item(earlier, title="What was said in 2012")
    publish_programme(earlier)
    make_seminar()
    assert "What was said in 2012" in client.get("/en/aecs19/").text
    assert "What was said in 2012" not in client.get("/en/aecs20/").text
