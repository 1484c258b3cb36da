"""The nomination letter: once for everybody, replaced with the old one kept, opened by nobody else."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from registration.models import Link, State
from registration.review.policy import NominationMissing, check_nomination
from registration.review.services import approve
from seminar.access import staff_actor
from seminar.models import AuditEntry, Delegation, FocalPoint, NominationDocument, StoredFile
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_user
from tests.registration.intake.desk_pages import (
    DESK,
    make_pdf,
    make_staff_desk,
    open_desk,
    press,
    sign_in_as,
    upload_letter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    return tmp_path


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation(nomination_waiver_reason=""))


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def list_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_letter_counts_for_everybody_and_lets_approve(visitor: Client, focal_point: FocalPoint, folder: Path):
    person = make_registration(focal_point.delegation, State.ENDORSED)
    with pytest.raises(NominationMissing):
        check_nomination(Delegation.objects.get())
    assert "Not uploaded yet" in visitor.get(f"{DESK}{person.number}/").text
    answer = press(visitor, focal_point, "letter/", letter=make_pdf())
    assert "counts for everybody of your delegation" in answer.text
    assert "open or replace it" in visitor.get(f"{DESK}{person.number}/").text
    check_nomination(Delegation.objects.get())
    approved = approve(actor=staff_actor(make_user("approver")), registration_id=person.pk, now=NOW)
    assert approved.state == State.APPROVED
    [file] = list_files(folder)
    assert b"Mongolia nominates" not in file.read_bytes()  # encrypted


def test_the_letter_comes_back_as_it_was_sent(visitor: Client, focal_point: FocalPoint):
    letter = upload_letter(focal_point.delegation, "口上書.pdf")
    answer = visitor.get(f"{DESK}letter/{letter.pk}/")
    assert answer.content == make_pdf().read()
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


def test_a_replaced_letter_is_kept_and_told_as_such(visitor: Client, focal_point: FocalPoint):
    first = upload_letter(focal_point.delegation, "first.pdf")
    press(visitor, focal_point, "letter/", letter=make_pdf("second.pdf"))
    page = visitor.get(f"{DESK}letter/").text
    assert page.index("second.pdf") < page.index("Present letter") < page.index("first.pdf") < page.index("replaced")
    assert visitor.get(f"{DESK}letter/{first.pk}/").status_code == 200
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert Delegation.objects.get().nomination_document == NominationDocument.objects.exclude(pk=first.pk).get()
    assert [entry.action for entry in AuditEntry.objects.all()] == ["upload_letter", "upload_letter"]


def test_a_removed_letter_leaves_neither_row_nor_file(
    visitor: Client, focal_point: FocalPoint, folder: Path, django_capture_on_commit_callbacks
):
    letter = upload_letter(focal_point.delegation)
    with django_capture_on_commit_callbacks(execute=True):
        press(visitor, focal_point, f"letter/{letter.pk}/remove/")
    assert NominationDocument.objects.count() == StoredFile.objects.count() == len(list_files(folder)) == 0
    assert Delegation.objects.get().nomination_document is None
    assert AuditEntry.objects.order_by("-position")[0].action == "remove_letter"


def test_a_letter_by_which_people_were_approved_is_replaced_not_removed(visitor: Client, focal_point: FocalPoint):
    letter = upload_letter(focal_point.delegation)
    make_registration(focal_point.delegation, State.APPROVED)
    answer = press(visitor, focal_point, f"letter/{letter.pk}/remove/")
    assert "Upload another one in its place instead." in answer.text
    assert Delegation.objects.get().nomination_document == letter
    sign_in_as("secretariat").post(f"{make_staff_desk(focal_point)}letter/{letter.pk}/remove/")
    assert Delegation.objects.get().nomination_document is None


def test_nobody_else_opens_a_letter(visitor: Client, focal_point: FocalPoint):
    letter = upload_letter(focal_point.delegation)
    other = open_desk(make_focal_point(make_delegation(focal_point.delegation.seminar)))
    assert other.get(f"{DESK}letter/{letter.pk}/").status_code == 404
    assert press(other, FocalPoint.objects.order_by("-pk")[0], f"letter/{letter.pk}/remove/").status_code == 404
    assert NominationDocument.objects.count() == 1
    delegate = Client()
    member = make_registration(focal_point.delegation)
    delegate.get(f"/en/i/{Link.objects.ensure(registration=member).make_token()}/")
    assert delegate.get(f"{DESK}letter/{letter.pk}/").status_code == 302
    assert visitor.get(f"{DESK}letter/{letter.pk + 1}/").status_code == 404
    assert visitor.get(f"{DESK}letter/{'9' * 40}/").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("secretariat", 200), ("approver", 200), ("desk", 403)])
def test_staff_who_decide_open_it_from_the_registration(focal_point: FocalPoint, role: str, status: int):
    letter = upload_letter(focal_point.delegation)
    person = make_registration(focal_point.delegation, State.ENDORSED)
    address = f"{make_staff_desk(focal_point)}letter/{letter.pk}/"
    client = sign_in_as(role)
    assert client.get(address).status_code == status
    page = client.get(f"/admin/registration/registration/{person.pk}/change/").text
    assert (address in page) == (status == 200)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("letter.exe", b"MZ"),
        ("letter.pdf", b"<html>%%EOF"),
        ("letter.svg", b"<svg/>"),
        ("letter.pdf", b""),
        ("letter.png", b"\x89PNG\r\n\x1a\n truncated"),
    ],
)
def test_what_is_no_letter_is_refused_with_what_to_do(
    visitor: Client, focal_point: FocalPoint, folder: Path, name: str, content: bytes
):
    answer = press(visitor, focal_point, "letter/", letter=SimpleUploadedFile(name, content))
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert StoredFile.objects.count() == len(list_files(folder)) == 0


def test_a_full_disk_is_said_and_the_letter_before_stays(
    visitor: Client, focal_point: FocalPoint, monkeypatch: pytest.MonkeyPatch
):
    letter = upload_letter(focal_point.delegation)

    def refuse(*_arguments: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "save", refuse)  # the store, whatever it is
    answer = press(visitor, focal_point, "letter/", letter=make_pdf("second.pdf"))
    assert answer.status_code == 507
    assert "there is no room on our disk" in answer.text
    assert Delegation.objects.get().nomination_document == letter
    assert StoredFile.objects.count() == 1


def test_a_lost_file_is_not_found_rather_than_an_error(visitor: Client, focal_point: FocalPoint, folder: Path):
    letter = upload_letter(focal_point.delegation)
    for path in list_files(folder):
        path.unlink()
    assert visitor.get(f"{DESK}letter/{letter.pk}/").status_code == 404
