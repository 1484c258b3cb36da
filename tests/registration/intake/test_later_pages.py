"""What is asked after the first submission: of whom, until when, what is refused, and who can read it."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration.models import Link, Particulars, Registration, State, Travel, TravelDocument, UnsavedAnswers
from registration.models.answers import LATER_STAGES, find_stage, list_later_stages, may_edit
from seminar.foundation.encryption import decrypt_bytes
from seminar.models import AuditEntry, Delegation, Seminar, StoredFile
from tests.factories import make_delegation, make_focal_point, make_registration, make_seminar
from tests.registration.intake.pages import open_page
from tests.seminar.foundation.test_private_files import PDF_FILE, make_exif, make_picture, upload

pytestmark = pytest.mark.django_db

MY = "/en/aecs20/my"
PASSPORT = {
    "passport_type": "ordinary",
    "passport_number": "ｔｚ 1007919",
    "passport_issuer": "MN",
    "passport_expiry_date": "2017-06-30",
}
PERSON = {"sex": "F", "birth_date": "1980-05-04", "nationality": "MN", "mobile": "+976 9911 2233"}
VISA = {"visa_need": "yes", "visa_mission": "Embassy of Japan in Ulaanbaatar"}
TRAVEL = {
    "arrival_date": "2013-02-24",
    "arrival_time": "18:05",
    "departure_date": "2013-03-01",
    "wants_ticket": "on",
}
NEEDS = {"dietary": "halal", "emergency_name": "Bold Tsend", "emergency_phone": "+97699112234"}


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    return tmp_path


@pytest.fixture
def registration(settings) -> Registration:
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = datetime(2013, 1, 8, 1, 0, tzinfo=UTC), timezone.now()
    seminar = make_seminar(
        visa_requests_due_at=datetime(2013, 1, 18, 9, 0, tzinfo=UTC),
        materials_due_at=datetime(2013, 2, 12, 9, 0, tzinfo=UTC),
        changes_close_at=datetime(2013, 2, 15, 9, 0, tzinfo=UTC),
    )
    return make_registration(make_delegation(seminar), State.APPROVED)


@pytest.fixture
def visitor(client: Client, registration: Registration) -> Client:
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    return client


def send(client: Client, stage: str, answers: dict[str, Any], base: str = MY) -> Any:
    return client.post(f"{base}/form/{stage}/", {**open_page(client, f"form/{stage}", base), **answers})


def travel_to(settings: Any, moment: datetime) -> None:
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = moment, timezone.now()


def test_each_page_is_saved_and_shown_as_done(visitor: Client, registration: Registration):
    before = visitor.get(f"{MY}/").text
    assert before.count("To do by 18 January 2013, 18:00 (Tokyo)") == 3  # personal data, passport, visa
    assert before.count("To do by 15 February 2013, 18:00 (Tokyo)") == 3  # travel, meals, photo
    pages = {"person": PERSON, "passport": PASSPORT, "visa": VISA, "travel": TRAVEL, "needs": NEEDS}
    for stage, answers in pages.items():
        assert send(visitor, stage, answers)["Location"] == f"{MY}/", stage
    send(visitor, "presentation", {"presents": "no"})
    page = visitor.get(f"{MY}/").text
    assert "To do by 18 January" not in page
    document = TravelDocument.objects.get()
    assert (document.passport_number, document.passport_expiry_date) == ("TZ1007919", date(2017, 6, 30))
    assert Particulars.objects.get().mobile == "+97699112233"
    assert Travel.objects.get().wants_ticket is True
    assert AuditEntry.objects.filter(action="edit").count() == 6
    registration.refresh_from_db()
    assert (registration.state, registration.version) == (State.APPROVED, 6)


def test_a_passport_number_is_nowhere_in_clear(visitor: Client, registration: Registration):
    Registration.objects.update(state=State.SUBMITTED)
    send(visitor, "passport", PASSPORT)
    page = visitor.get(f"{MY}/form/passport/").text
    assert "TZ1007919" not in page
    assert "••••••919" in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT passport_number FROM registration_traveldocument")
        [stored] = cursor.fetchone()
    assert "1007919" not in stored
    assert decrypt_bytes(stored.encode()) == b"TZ1007919"
    assert "1007919" not in str(list(AuditEntry.objects.values_list("details", flat=True)))
    registration.refresh_from_db()
    assert "1007919" not in registration.passport_key
    assert "TZ1007919" not in visitor.get(f"{MY}/").text


def test_the_masked_number_stands_for_the_saved_one(visitor: Client, registration: Registration):
    Registration.objects.update(state=State.SUBMITTED)
    send(visitor, "passport", PASSPORT)
    send(visitor, "passport", {**PASSPORT, "passport_number": "••••••919", "passport_type": "official"})
    document = TravelDocument.objects.get()
    assert (document.passport_number, document.passport_type) == ("TZ1007919", "official")


def test_an_unfinished_passport_number_is_not_kept_beside_its_column(visitor: Client):
    hidden = open_page(visitor, "form/passport")
    visitor.post(f"{MY}/form/passport/autosave/", {**hidden, **PASSPORT})
    visitor.post(f"{MY}/form/passport/", {**hidden, **PASSPORT, "passport_expiry_date": "2012-01-01"})
    kept = UnsavedAnswers.objects.get().values
    assert kept["passport_issuer"] == "MN"
    assert "passport_number" not in kept


@pytest.mark.parametrize(
    ("stage", "answers", "field", "message"),
    [
        ("passport", {"passport_number": "12 3/4"}, "passport_number", "4 to 20 letters and digits"),
        ("passport", {"passport_expiry_date": "2013-02-27"}, "passport_expiry_date", "expires before you depart"),
        ("passport", {"passport_expiry_date": "31.12.2017"}, "passport_expiry_date", "year-month-day"),
        ("passport", {"passport_issuer": "XX"}, "passport_issuer", "Choose one of the list"),
        ("person", {"birth_date": "2012-01-01"}, "birth_date", "as in your passport"),
        ("person", {"birth_date": "1880-01-01"}, "birth_date", "as in your passport"),
        ("person", {"mobile": "03-3501-1511"}, "mobile", "country code"),
        ("person", {"mobile": "x" * 100_000}, "mobile", "Shorten"),
        ("travel", {"departure_date": "2013-02-20"}, "departure_date", "not before your arrival"),
        ("travel", {"arrival_date": "2031-02-24"}, "arrival_date", "two months away"),
        ("travel", {"arrival_time": "25:00"}, "arrival_time", "hours and minutes"),
        ("travel", {"hotel": "a\u202eb"}, "hotel", "cannot be stored"),
        ("travel", {"hotel_from": "2013-02-25", "hotel_until": "2013-02-25"}, "hotel_until", "after the first night"),
        ("passport", {"passport_issue_date": "2013-01-09"}, "passport_issue_date", "date of issue as in your passport"),
        ("passport", {"passport_issue_date": "2018-01-01"}, "passport_issue_date", "date of issue as in your passport"),
        ("needs", {"dietary": "steak"}, "dietary", "Choose one of the list"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field_and_kept(
    visitor: Client, stage: str, answers: dict[str, str], field: str, message: str
):
    typed = {"passport": PASSPORT, "person": PERSON, "travel": TRAVEL, "needs": NEEDS}[stage] | answers
    answer = send(visitor, stage, typed)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.text
    assert message in answer.text.partition(f'id="id_{field}_error"')[2][:400]
    assert not TravelDocument.objects.exists()
    assert not Particulars.objects.exists()


def test_fullwidth_digits_are_a_day(visitor: Client):
    send(visitor, "person", PERSON | {"birth_date": "１９８０-０５-０４"})
    assert Particulars.objects.get().birth_date == date(1980, 5, 4)


def test_the_same_passport_twice_is_refused_at_its_field(visitor: Client, registration: Registration):
    send(visitor, "passport", PASSPORT)
    other = make_registration(registration.delegation)
    second = Client()
    second.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=other).make_token()]))
    answer = send(second, "passport", PASSPORT)
    assert answer.status_code == 422
    assert "already registered" in answer.text
    assert TravelDocument.objects.count() == 1
    assert send(second, "passport", {**PASSPORT, "passport_issuer": "KZ"}).status_code == 302


def test_who_a_person_is_stays_after_approval_and_what_is_free_does_not(visitor: Client, registration: Registration):
    assert send(visitor, "passport", PASSPORT).status_code == 302  # it was not given before
    assert visitor.get(f"{MY}/form/passport/")["Location"] == f"{MY}/"
    hidden = open_page(visitor, "form/needs")
    visitor.post(f"{MY}/form/passport/", {**hidden, **PASSPORT, "passport_number": "AB123456"})
    assert TravelDocument.objects.get().passport_number == "TZ1007919"
    send(visitor, "needs", NEEDS)
    assert send(visitor, "needs", NEEDS | {"dietary": "vegan"}).status_code == 302
    assert Particulars.objects.get().dietary == "vegan"


def test_free_pages_close_with_changes_but_for_who_has_a_deadline_of_their_own(
    visitor: Client, registration: Registration, settings
):
    hidden = open_page(visitor, "form/needs")
    travel_to(settings, datetime(2013, 2, 15, 9, 1, tzinfo=UTC))
    answer = visitor.post(f"{MY}/form/needs/", {**hidden, **NEEDS}, follow=True)
    assert "can no longer be changed here" in answer.text
    assert not Particulars.objects.exists()
    assert visitor.post(f"{MY}/form/needs/autosave/", {**hidden, **NEEDS}).status_code == 409
    Registration.objects.update(due_at=datetime(2013, 2, 20, 9, 0, tzinfo=UTC))
    assert send(visitor, "needs", NEEDS).status_code == 302


def test_a_late_page_says_so_and_can_still_be_filled_in(visitor: Client, settings):
    travel_to(settings, datetime(2013, 1, 19, 0, 0, tzinfo=UTC))
    assert "Late: it was due by 18 January 2013, 18:00 (Tokyo)" in visitor.get(f"{MY}/").text
    assert send(visitor, "person", PERSON).status_code == 302


@pytest.mark.parametrize(
    ("category", "role", "codes"),
    [
        ("asian", "delegate", ["person", "passport", "visa", "travel", "needs", "presentation", "photo"]),
        ("asian", "observer", ["person", "passport", "visa", "travel", "needs", "photo"]),
        ("host", "interpreter", ["needs", "photo"]),
        ("press", "staff", ["photo"]),
    ],
)
def test_only_what_the_role_needs_is_asked(category: str, role: str, codes: list[str]):
    registration = make_registration(make_delegation(category=category), State.APPROVED, role=role)
    assert [stage.code for stage in list_later_stages(registration)] == codes


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("stage", [stage.code for stage in LATER_STAGES])
def test_every_pair_of_page_and_state_is_open_or_closed(state: str, stage: str, registration: Registration):
    registration.state = state
    page = find_stage(stage)
    assert page is not None
    expected = state not in (State.REJECTED, State.WITHDRAWN, State.CANCELLED)
    assert may_edit(registration, page, datetime(2013, 1, 8, tzinfo=UTC)) is expected
    after = registration.seminar.changes_close_at + timedelta(seconds=1)
    assert may_edit(registration, page, after) is (state in (State.DRAFT, State.RETURNED))


def test_a_photo_is_cleaned_stored_replaced_and_the_copy_of_a_passport_encrypted(
    visitor: Client, folder: Path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        taken = upload(make_picture((1600, 1200), exif=make_exif()), "IMG_1.jpg")
        assert send(visitor, "photo", {"photo": taken}).status_code == 302
        send(visitor, "passport", {**PASSPORT, "passport_copy": upload(PDF_FILE, "passport.pdf")})
    copy = TravelDocument.objects.get().passport_copy
    assert copy is not None
    assert copy.is_encrypted
    assert "IMG_1.jpg" in visitor.get(f"{MY}/form/photo/").text
    with django_capture_on_commit_callbacks(execute=True):
        send(visitor, "photo", {"photo": upload(make_picture(), "new.jpg")})
    assert sorted(StoredFile.objects.values_list("name", flat=True)) == ["new.jpg", "passport.pdf"]
    on_disk = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert len(on_disk) == 2
    assert not any(b"Solongo" in content or b"endobj" in content for content in on_disk)


def test_a_picture_that_is_none_is_refused_at_its_field(visitor: Client, folder: Path):
    answer = send(visitor, "photo", {"photo": upload(b"<svg onload='alert(1)'/>", "photo.jpg")})
    assert answer.status_code == 422
    assert "Choose a JPEG or PNG picture." in answer.text
    assert not StoredFile.objects.exists()


def test_a_full_disk_is_said_at_the_file_and_the_typed_words_stay(visitor: Client, settings, tmp_path: Path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": blocked}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    answer = send(visitor, "passport", {**PASSPORT, "passport_copy": upload(PDF_FILE, "passport.pdf")})
    assert answer.status_code == 422
    assert "could not be kept just now" in answer.text
    assert 'value="2017-06-30"' in answer.text
    assert not StoredFile.objects.exists()
    assert not TravelDocument.objects.exists()


def test_two_people_on_one_later_page_both_see_both_answers(visitor: Client, registration: Registration):
    focal_point = make_focal_point(registration.delegation)
    desk = Client()
    desk.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=focal_point).make_token()]))
    base = f"/en/aecs20/delegation/{registration.number}"
    hidden = open_page(desk, "form/travel", base)
    send(visitor, "travel", TRAVEL)
    answer = desk.post(f"{base}/form/travel/", {**hidden, **TRAVEL, "arrival_date": "2013-02-25"})
    assert answer.status_code == 409
    assert "24 February 2013" in answer.text
    assert "25 February 2013" in answer.text
    assert Travel.objects.get().arrival_date == date(2013, 2, 24)


def test_a_focal_point_of_another_delegation_finds_no_page(registration: Registration, client: Client):
    stranger = make_focal_point(make_delegation(Seminar.objects.get()))
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(focal_point=stranger).make_token()]))
    assert client.get(f"/en/aecs20/delegation/{registration.number}/form/passport/").status_code == 404
    assert Delegation.objects.count() == 2


def test_regions_are_called_what_they_are(visitor: Client):
    page = visitor.get(f"{MY}/form/person/").text
    assert ">Taiwan</option>" in page
    assert ">Hong Kong</option>" in page
    japanese = visitor.get("/ja/aecs20/my/form/person/").text
    for name in ("台湾", "香港", "モンゴル", "フィリピン"):
        assert f">{name}</option>" in japanese
    assert ">国際連合</option>" not in japanese  # nobody's nationality, but an issuer of passports
    assert ">国際連合</option>" in visitor.get("/ja/aecs20/my/form/passport/").text
    assert not re.search(r">[A-Z][a-z]+</option>", japanese)


def test_a_page_that_the_role_does_not_need_is_called_so(visitor: Client, registration: Registration):
    Registration.objects.update(role="observer")
    page = visitor.get(f"{MY}/").text
    assert "Not needed" in page
    assert f"{MY}/form/presentation/" not in page
    desk = Client()
    link = Link.objects.ensure(focal_point=make_focal_point(registration.delegation))
    desk.get(reverse("registration:open_link", args=[link.make_token()]))
    assert "Not needed" in desk.get(f"/en/aecs20/delegation/{registration.number}/").text
    assert "Presentation" not in desk.get("/en/aecs20/delegation/").text.split("<tbody>")[1].split("</tbody>")[0]


def test_an_unknown_day_of_arrival_is_not_late_when_visa_requests_are(visitor: Client, settings):
    travel_to(settings, datetime(2013, 1, 19, 0, 0, tzinfo=UTC))
    page = visitor.get(f"{MY}/").text
    assert page.count("Late: it was due by 18 January 2013, 18:00 (Tokyo)") == 3
    assert "To do by 15 February 2013, 18:00 (Tokyo)" in page
    Seminar.objects.update(travel_due_at=datetime(2013, 2, 1, 9, 0, tzinfo=UTC))
    assert "To do by 1 February 2013, 18:00 (Tokyo)" in visitor.get(f"{MY}/").text


def test_a_passport_that_expires_soon_after_is_taken_and_its_holder_warned(visitor: Client):
    answer = send(visitor, "passport", {**PASSPORT, "passport_expiry_date": "2013-06-30"})
    assert answer.status_code == 302
    page = visitor.get(f"{MY}/").text
    assert "within six months of the departure. Many countries let nobody in" in page
    send(visitor, "travel", {**TRAVEL})
    assert "within six months of the departure" in visitor.get(f"{MY}/").text


@pytest.mark.parametrize(("moment", "status"), [("2013-01-08", 422), ("2031-01-08", 302)])
def test_the_least_age_goes_by_the_clock_of_the_domain(visitor: Client, settings, moment: str, status: int):
    travel_to(settings, datetime.fromisoformat(f"{moment}T00:00:00+00:00"))
    Seminar.objects.update(changes_close_at=datetime(2032, 1, 1, tzinfo=UTC), end_date="2031-12-01")
    Link.objects.update(expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert send(visitor, "person", {**PERSON, "birth_date": "2000-01-01"}).status_code == status


def test_the_telephone_of_another_person_is_not_filled_in_with_ones_own(visitor: Client):
    page = visitor.get(f"{MY}/form/needs/").text
    field = next(part for part in page.split("<input") if 'name="emergency_phone"' in part)
    assert 'autocomplete="off"' in field.split(">")[0]
