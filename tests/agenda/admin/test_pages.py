"""The secretariat's pages of the programme: a day as rows, the check, publishing, the preview, copying."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from agenda.models import Presentation, ProgrammeItem, Theme, Tour
from agenda.publishing import read_published
from seminar.models import AuditEntry
from tests.agenda.rows import MORNING, keep_pdf, make_item, make_presentation, make_tour, publish_programme
from tests.factories import make_delegation, make_seminar, make_user

pytestmark = pytest.mark.django_db

DAY = "/admin/agenda/programmeitem/day/2013-02-26/"
CHECK = "/admin/agenda/programmeversion/check/"


@pytest.fixture
def secretariat(sign_in) -> Client:
    return sign_in(make_user("secretariat"))


def read_form(page: str) -> dict[str, str]:
    """Return what the day's form would send as it stands."""
    values = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and "checkbox" not in tag and not name.group(1).startswith("csrf"):
            values[name.group(1)] = value.group(1) if value else ""
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen.group(1) if chosen else ""
    return values


def test_a_day_is_edited_in_rows_and_a_row_is_added(secretariat: Client):
    seminar = make_seminar()
    item = make_item(seminar, title="Opening")
    make_item(seminar, MORNING + timedelta(days=1), title="Another day")
    page = secretariat.get(DAY).text
    assert "Another day" not in page
    form = read_form(page)
    form |= {"items-0-start": "10:15", "items-0-end": "11:00", "items-0-room_ja": "大会議室"}
    form |= {"items-1-start": "11:00", "items-1-end": "11:30", "items-1-kind": "break", "items-1-title_en": "Coffee"}
    assert secretariat.post(DAY, form).status_code == 302
    item.refresh_from_db()
    assert (item.start_at, item.end_at) == (MORNING + timedelta(minutes=15), MORNING + timedelta(minutes=60))
    assert item.room_ja == "大会議室"
    coffee = ProgrammeItem.objects.get(title_en="Coffee")
    assert (coffee.start_at, coffee.kind) == (MORNING + timedelta(minutes=60), "break")
    assert AuditEntry.objects.get().action == "edit_programme_of_seminar"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"items-0-end": "09:00"}, "The end must lie after the start."),
        ({"items-0-title_en": "", "items-0-title_ja": ""}, "Enter a title in one language at least."),
        ({"items-0-title_en": "x" * 500}, "Shorten this text: it may have 300 characters at most."),
        ({"items-0-title_en": "a\x00b"}, "This text holds characters that cannot be stored."),
        ({"items-0-kind": "nonsense"}, "Select a valid choice."),
        ({"items-0-start": "late"}, "Enter a valid time."),
        ({"items-0-minutes_each": "-5"}, "Ensure this value is greater than or equal to 0."),
        ({"items-1-title_en": "No time"}, "This field is required."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(secretariat: Client, typed: dict[str, str], error: str):
    make_item(make_seminar(), title="Opening")
    before = list(ProgrammeItem.objects.values())
    answer = secretariat.post(DAY, read_form(secretariat.get(DAY).text) | typed)
    assert answer.status_code == 422
    assert error in answer.text
    assert list(ProgrammeItem.objects.values()) == before


def test_the_running_order_is_changed_by_number(secretariat: Client):
    seminar = make_seminar()
    item = make_item(seminar, kind="national_presentations", minutes_each=15)
    for order, name in enumerate(("Japan", "Mongolia"), start=1):
        make_presentation(item, make_delegation(seminar, short_name_en=name), order)
    form = read_form(secretariat.get(DAY).text) | {"running-0-list_order": "2", "running-1-list_order": "1"}
    assert secretariat.post(DAY, form).status_code == 302
    names = [str(each.delegation) for each in Presentation.objects.order_by("list_order")]
    assert names == ["Mongolia", "Japan"]


def test_who_saves_over_somebody_elses_change_is_told(secretariat: Client):
    item = make_item(make_seminar(), title="Opening")
    form = read_form(secretariat.get(DAY).text) | {"items-0-title_en": "Mine"}
    ProgrammeItem.objects.filter(pk=item.pk).update(title_en="Theirs")
    answer = secretariat.post(DAY, form)
    assert answer.status_code == 409
    assert "Somebody else changed this day meanwhile." in answer.text
    assert 'value="Mine"' in answer.text
    assert ProgrammeItem.objects.get().title_en == "Theirs"


def test_an_item_with_files_is_not_deleted_here(secretariat: Client):
    keep_pdf(make_presentation(make_item(make_seminar())))
    answer = secretariat.post(DAY, read_form(secretariat.get(DAY).text) | {"items-0-DELETE": "on"})
    assert (answer.status_code, ProgrammeItem.objects.count()) == (422, 1)
    assert "Files hang on this item. Remove them first." in answer.text
    item = ProgrammeItem.objects.get()
    secretariat.post(f"/admin/agenda/programmeitem/{item.pk}/delete/", {"post": "yes"})
    assert ProgrammeItem.objects.count() == 1


@pytest.mark.parametrize("day", ["2013-02-25", "2013-03-01", "nonsense", "2013-02-30", "99999-01-01"])
def test_a_day_outside_the_seminar_is_404(secretariat: Client, day: str):
    make_seminar()
    assert secretariat.get(f"/admin/agenda/programmeitem/day/{day}/").status_code == 404


def test_publishing_warns_of_clashes_and_missing_languages_and_goes_all_the_same(secretariat: Client, client: Client):
    seminar = make_seminar()
    make_item(seminar, title="Opening", title_ja="", room_en="Hall", room_ja="ホール")
    make_item(seminar, title="Other", room_en="Hall", room_ja="ホール")
    page = secretariat.get(CHECK).text
    for text in ("1 clash", "One room holds one thing at a time.", "1 text in one language alone", "title (Japanese)",
                 "2 changes that visitors do not see yet", "Publish all the same", "Opening: new"):  # fmt: skip
        assert text in page
    number = re.search(r'name="number" value="(\d+)"', page)
    assert number
    secretariat.post("/admin/agenda/programmeversion/publish/", {"number": number.group(1)})
    assert read_published(seminar).number == 1
    assert "Visitors see version 1" in secretariat.get(CHECK).text
    assert "Other" in Client().get("/en/aecs20/").text


def test_the_preview_shows_the_draft_to_staff_alone(secretariat: Client):
    seminar = make_seminar()
    make_item(seminar, title="Opening")
    assert "Opening（日本語）" in secretariat.get("/admin/agenda/programmeversion/preview/ja/").text
    assert secretariat.get("/admin/agenda/programmeversion/preview/fr/").status_code == 404
    assert "Opening" not in Client().get("/en/aecs20/").text


def test_national_presentations_are_ordered_anew_without_losing_anybodys_work(secretariat: Client):
    seminar = make_seminar()
    first = make_item(seminar, kind="national_presentations", first_position=1, last_position=1)
    second = make_item(
        seminar, MORNING + timedelta(hours=2), kind="national_presentations", first_position=2, last_position=3
    )
    late = make_delegation(seminar, presentation_order=2, short_name_en="Late")
    early = make_delegation(seminar, presentation_order=1, short_name_en="Early")
    make_delegation(seminar, presentation_order=3, short_name_en="New")
    kept = make_presentation(first, late, title_en="A title")
    make_presentation(second, early)
    secretariat.post("/admin/agenda/programmeitem/order/")
    orders = [
        (each.item_id, str(each.delegation))
        for each in Presentation.objects.order_by("item__start_at", "list_order").select_related("delegation")
    ]
    assert orders == [(first.pk, "Early"), (second.pk, "Late"), (second.pk, "New")]
    kept.refresh_from_db()
    assert kept.title_en == "A title"


def test_copying_offers_editions_with_a_programme_and_says_what_came(secretariat: Client):
    make_seminar()
    earlier = make_seminar(
        slug="aecs19", number=19, title_en="The 19th", start_date="2012-02-07", end_date="2012-02-09"
    )
    make_seminar(slug="empty", number=1, title_en="Nothing there")
    make_item(earlier, MORNING - timedelta(days=384), title="Opening")
    page = secretariat.get("/admin/agenda/programmeitem/copy/").text
    form = page[page.index('name="source"') :]
    assert "The 19th" in form
    assert "Nothing there" not in form
    answer = secretariat.post("/admin/agenda/programmeitem/copy/", {"source": earlier.pk}, follow=True)
    assert "1 items, 0 presentations, 0 themes and 0 tours are here." in answer.text
    answer = secretariat.post("/admin/agenda/programmeitem/copy/", {"source": earlier.pk})
    assert answer.status_code == 422
    assert "Nothing was copied." in answer.text


@pytest.mark.parametrize(
    ("path", "values", "error"),
    [
        ("theme", {"code": "A", "list_order": "1"}, "Enter a title in one language at least."),
        ("tour", {"returns_at_0": "2013-02-26", "returns_at_1": "08:00"}, "The end must lie after the start."),
        ("tour", {"departs_at_0": "0001-01-01"}, "Enter a year in four digits, such as 2013."),
        ("tour", {"code": "JAEA"}, "already exists"),
        ("tour", {"rules_en": "x" * 6000}, "Shorten this text"),
    ],
)
def test_the_plain_lists_say_what_is_wrong(secretariat: Client, path: str, values: dict[str, str], error: str):
    make_tour(make_seminar())
    tour = {
        "code": "NEW", "list_order": "2", "title_en": "Port", "departs_at_0": "2013-02-26", "departs_at_1": "09:00",
        "returns_at_0": "2013-02-26", "returns_at_1": "12:00", "capacity": "10",
    }  # fmt: skip
    answer = secretariat.post(f"/admin/agenda/{path}/add/", (tour if path == "tour" else {}) | values)
    assert answer.status_code == 200
    assert error in answer.text
    assert (Tour.objects.count(), Theme.objects.count()) == (1, 0)


def test_a_tour_is_added_with_its_rules_line_by_line(secretariat: Client):
    make_seminar()
    values = {
        "code": "PORT", "list_order": "1", "title_en": "Port", "departs_at_0": "2013-02-26", "departs_at_1": "09:00",
        "returns_at_0": "2013-02-26", "returns_at_1": "12:00", "capacity": "10", "rules_en": "No bags.\r\nNo pets.",
    }  # fmt: skip
    assert secretariat.post("/admin/agenda/tour/add/", values).status_code == 302
    tour = Tour.objects.get()
    assert (tour.rules_en, tour.departs_at) == (["No bags.", "No pets."], MORNING - timedelta(hours=1))


def test_the_first_page_says_how_many_changes_wait(secretariat: Client):
    seminar = make_seminar()
    make_item(seminar, title="Opening")
    assert "Changes of the programme to publish" in secretariat.get("/admin/").text
    publish_programme(seminar)
    assert "Visitors see the programme as it is." in secretariat.get("/admin/").text


@pytest.mark.parametrize(
    "tampered",
    [
        {"items-TOTAL_FORMS": "x"},
        {"items-TOTAL_FORMS": "100000", "items-INITIAL_FORMS": "0"},
        {"running-TOTAL_FORMS": "7"},
        {"running-TOTAL_FORMS": "7", "running-INITIAL_FORMS": "7"},
        {"items-0-id": "999999"},
        {"items-0-id": "x"},
        {"items-0-title_en": "two\nlines"},
        {"items-0-title_en": "\u202eright to left"},
    ],
)
def test_a_form_that_no_page_made_is_refused_and_changes_nothing(secretariat: Client, tampered: dict[str, str]):
    seminar = make_seminar()
    make_presentation(make_item(seminar, title="Opening"))
    before = list(ProgrammeItem.objects.values()), list(Presentation.objects.values())
    answer = secretariat.post(DAY, read_form(secretariat.get(DAY).text) | tampered)
    assert answer.status_code in (302, 422)
    assert (list(ProgrammeItem.objects.values()), list(Presentation.objects.values())) == before


def test_items_of_another_edition_are_not_reached_from_a_day(secretariat: Client):
    make_item(make_seminar(), title="Opening")
    earlier = make_seminar(slug="aecs19", number=19, start_date="2012-02-07", end_date="2012-02-09")
    other = make_item(earlier, title="Theirs")
    form = read_form(secretariat.get(DAY).text) | {"items-0-id": str(other.pk), "items-0-title_en": "Taken over"}
    assert secretariat.post(DAY, form).status_code in (302, 422)
    assert sorted(ProgrammeItem.objects.values_list("title_en", flat=True)) == ["Opening", "Theirs"]
    assert other.seminar_id != ProgrammeItem.objects.get(title_en="Opening").seminar_id
