"""Who may look at a whole passport number does, and each look stands in the audit trail; others see its end alone."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from registration import lifecycle
from registration.models import Registration, State, Travel, TravelDocument
from registration.review.person import list_duplicates, list_warnings
from registration.review.policy import PassportExpires, check_passport
from registration.review.services import approve
from seminar.access import staff_actor
from seminar.foundation.audit import SYSTEM
from seminar.foundation.private_files import check_upload, store
from seminar.foundation.transactions import recorded
from seminar.models import AuditEntry
from tests.factories import NOW, make_delegation, make_registration, make_user
from tests.seminar.foundation.test_private_files import PDF_FILE, make_picture, upload

pytestmark = pytest.mark.django_db

PASSPORT = {
    "passport_type": "ordinary",
    "passport_number": "TZ1007919",
    "passport_issuer": "MN",
    "passport_expiry_date": date(2017, 6, 30),
}


def give(registration: Registration, **answers: object) -> Registration:
    with recorded():
        given = lifecycle.update_fields(actor=SYSTEM, registration=registration, fields=answers, now=NOW, is_later=True)
    return Registration.objects.select_related("delegation", "seminar").get(pk=given.pk)


def sign_in(group: str) -> Client:
    client = Client()
    client.force_login(make_user(group), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(registration: Registration, page: str) -> str:
    return f"/admin/registration/registration/{registration.pk}/{page}/"


def list_looks() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="view_").values_list("action", flat=True))


def test_the_registrations_page_shows_the_end_of_the_number_and_its_photo(tmp_path: Path, settings):
    registration = give(make_registration(state=State.ENDORSED), **PASSPORT)
    for group in ("desk", "secretariat"):
        page = sign_in(group).get(address(registration, "change")).text
        assert "••••••919" in page
        assert "TZ1007919" not in page
    assert list_looks() == []


def test_a_look_is_a_post_and_recorded_each_time():
    registration = give(make_registration(state=State.ENDORSED), **PASSPORT)
    client = sign_in("approver")
    assert "TZ1007919" not in client.get(address(registration, "passport")).text
    assert list_looks() == []
    answer = client.post(address(registration, "passport"), {"number": "1"})
    assert "TZ1007919" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    client.post(address(registration, "passport"), {"number": "1"})
    assert list_looks() == ["view_passport"] * 2
    assert "Passport number looked at" in client.get(address(registration, "change")).text
    assert "TZ1007919" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_the_desk_may_not_look():
    registration = give(make_registration(state=State.ENDORSED), **PASSPORT)
    assert sign_in("desk").post(address(registration, "passport"), {"number": "1"}).status_code == 403
    assert list_looks() == []


def test_the_copy_is_a_download_and_recorded_and_the_photo_is_neither(settings, tmp_path: Path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    copy = store(check_upload(upload(PDF_FILE, "passport.pdf")), now=timezone.now(), is_encrypted=True)
    photo = store(check_upload(upload(make_picture(), "photo.jpg")), now=timezone.now())
    registration = give(make_registration(state=State.APPROVED), **PASSPORT, passport_copy=copy, photo=photo)
    client = sign_in("secretariat")
    answer = client.post(address(registration, "passport"), {"copy": "1"})
    assert answer.content == PDF_FILE
    assert answer.headers["Content-Disposition"] == 'attachment; filename="passport.pdf"'
    shown = client.get(address(registration, "photo"))
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert list_looks() == ["view_passport_copy"]


@pytest.mark.parametrize(
    ("expiry", "departure", "is_refused", "words"),
    [
        (date(2013, 2, 27), None, True, "before the departure"),  # the seminar ends on the 28th
        (date(2013, 2, 28), None, False, "within six months"),
        (date(2013, 3, 2), date(2013, 3, 3), True, "before the departure"),
        (date(2013, 8, 29), date(2013, 3, 1), False, "within six months"),
        (date(2013, 9, 1), date(2013, 3, 1), False, ""),
        (None, None, False, ""),
    ],
)
def test_a_passport_that_expires_blocks_or_warns(expiry: date | None, departure: date | None, is_refused: bool, words):
    registration = make_registration(state=State.ENDORSED)
    if expiry:
        TravelDocument.objects.create(registration=registration, passport_expiry_date=expiry)
    Travel.objects.create(registration=registration, departure_date=departure)
    said = [warning for warning in list_warnings(registration) if "passport" in warning]
    assert len(said) == bool(words)
    assert all(words in warning for warning in said)
    actor = staff_actor(make_user("approver"))
    if is_refused:
        with pytest.raises(PassportExpires):
            check_passport(registration)
        with pytest.raises(PassportExpires):
            approve(actor=actor, registration_id=registration.pk, version=0, now=NOW)
    else:
        approve(actor=actor, registration_id=registration.pk, version=0, now=NOW)


def test_an_ended_registration_of_the_same_passport_and_one_of_the_same_name_and_day_are_shown():
    delegation = make_delegation()
    own = give(make_registration(delegation, given_names="Saule", family_name="Nur"), **PASSPORT)
    same = make_registration(delegation, State.WITHDRAWN, given_names="X", family_name="Y", passport_name="X Y")
    Registration.objects.filter(pk=same.pk).update(passport_key=own.passport_key)
    alike = make_registration(delegation, given_names="Saule", family_name="Nur", passport_name="SAULE NUR")
    own = give(own, birth_date=date(1980, 5, 4))
    give(alike, birth_date=date(1980, 5, 4))
    found = {line.registration.pk: line.reasons for line in list_duplicates(own)}
    assert found[same.pk] == ["Same passport"]
    assert found[alike.pk][-1] == "Same date of birth"
    stranger = make_registration(delegation, given_names="Q", family_name="Z", passport_name="Q Z")
    give(stranger, birth_date=date(1980, 5, 4))
    assert stranger.pk not in {line.registration.pk for line in list_duplicates(own)}


def test_the_same_passport_in_two_active_registrations_is_refused_by_the_database():
    delegation = make_delegation()
    give(make_registration(delegation), **PASSPORT)
    second = make_registration(delegation)
    with pytest.raises(lifecycle.PassportTaken), recorded():
        lifecycle.update_fields(actor=SYSTEM, registration=second, fields=PASSPORT, now=NOW + timedelta(seconds=1))


def test_the_desk_sees_the_last_characters_of_a_passport_and_nothing_else_of_it():
    registration = give(
        make_registration(state=State.ENDORSED),
        **{**PASSPORT, "passport_expiry_date": date(2013, 6, 30), "birth_date": date(1980, 5, 4), "nationality": "MN"},
    )
    page = sign_in("desk").get(address(registration, "change")).text
    assert "••••••919" in page
    for hidden in ("Ordinary", "30 June 2013", "4 May 1980", "six months"):
        assert hidden not in page
        assert hidden in sign_in("secretariat").get(address(registration, "change")).text
