"""Uploads are what they say or are refused, photos lose what cameras write, and no row is without its file."""

import io
import os
import resource
import signal
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image

from registration import tasks
from seminar.foundation.private_files import (
    JPEG,
    StorageFull,
    check_photo,
    check_upload,
    clean_name,
    find_path,
    read,
    remove,
    serve,
    store,
    sweep_orphans,
)
from seminar.models import StoredFile

PDF_FILE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def make_picture(size: tuple[int, int] = (60, 80), kind: str = "JPEG", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "navy").save(written, kind, **options)
    return written.getvalue()


def make_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of Solongo"
    exif.get_ifd(0x8825)[2] = (47.0, 55.0, 0.0)  # latitude
    return exif.tobytes()


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_bomb() -> bytes:
    """Return a small PNG that says it has 20,000 by 20,000 pixels."""
    picture = bytearray(make_picture((8, 8), "PNG"))
    picture[16:24] = (20_000).to_bytes(4, "big") * 2
    picture[29:33] = zlib.crc32(bytes(picture[12:29])).to_bytes(4, "big")
    return bytes(picture)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.svg", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.png", "kind"),
        (b"<html><script>alert(1)</script>", "photo.jpg", "kind"),
        (PDF_FILE, "photo.jpg", "kind"),
        (make_picture(), "letter.pdf", "kind"),
        (make_picture(), "photo.jpg.exe", "kind"),
        (make_picture(), "photo", "kind"),
        (b"", "photo.jpg", "kind"),
        (make_bomb(), "photo.png", "too_many_pixels"),
        (make_picture((400, 400), quality=95)[:900], "photo.jpg", "damaged"),
        (make_picture(kind="PNG")[:60], "photo.png", "damaged"),
        (PDF_FILE[:-8], "letter.pdf", "damaged"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "letter.pdf", "too_large"),
    ],
)
def test_a_file_that_lies_or_is_damaged_is_refused(content: bytes, name: str, code: str):
    with pytest.raises(forms.ValidationError) as refused:
        check_upload(upload(content, name))
    assert refused.value.code == code
    assert refused.value.messages[0].endswith(".")


def test_a_photo_is_made_anew_upright_and_without_its_cameras_words():
    taken = make_picture((1600, 1200), exif=make_exif())
    assert b"Solongo" in taken
    checked = check_photo(upload(taken, "IMG_1.JPEG"))
    assert (checked.name, checked.content_type) == ("IMG_1.jpg", JPEG)
    photo = Image.open(io.BytesIO(checked.content))
    assert photo.size == (900, 1200)  # upright
    assert not photo.getexif()
    assert b"Solongo" not in checked.content


def test_a_photo_with_a_transparent_background_is_taken():
    picture = io.BytesIO()
    Image.new("RGBA", (90, 120), (0, 0, 0, 0)).save(picture, "PNG")
    assert check_photo(upload(picture.getvalue(), "photo.png")).content_type == JPEG


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\letters\\口上書.pdf", "口上書.pdf"),
        ("a\r\nb\u202egpj.pdf", "abgpj.pdf"),
        ("", "file"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_what_no_disk_or_header_takes(name: str, kept: str):
    assert clean_name(name) == kept


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def list_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_file_is_stored_under_a_name_of_our_own_and_served_as_a_download(folder: Path, is_encrypted: bool):
    row = store(check_upload(upload(PDF_FILE, "口上書.pdf")), now=timezone.now(), is_encrypted=is_encrypted)
    assert list_files(folder) == [row.pk.hex]
    on_disk = (folder / find_path(row.pk)).read_bytes()
    assert (on_disk == PDF_FILE) is not is_encrypted
    assert b"endobj" not in on_disk or not is_encrypted
    answer = serve(row)
    assert answer.content == PDF_FILE
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_file_whose_content_is_lost_is_not_found(folder: Path):
    row = store(check_upload(upload(PDF_FILE, "letter.pdf")), now=timezone.now())
    (folder / find_path(row.pk)).unlink()
    with pytest.raises(Http404):
        serve(row)


@pytest.mark.django_db
def test_a_full_disk_leaves_neither_row_nor_file(folder: Path):
    """The limit on a file's size makes writing fail half-way, as a full disk does."""
    big = check_upload(upload(b"%PDF-" + os.urandom(3_000_000) + b"%%EOF", "letter.pdf"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(StorageFull), transaction.atomic():
            store(big, now=timezone.now())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert StoredFile.objects.count() == 0
    assert list_files(folder) == []


@pytest.mark.django_db
def test_a_rollback_leaves_a_file_that_is_swept_a_day_later(folder: Path):
    kept = store(check_upload(upload(PDF_FILE, "kept.pdf")), now=timezone.now())
    with transaction.atomic():
        lost = store(check_upload(upload(PDF_FILE, "lost.pdf")), now=timezone.now())
        transaction.set_rollback(True)
    assert sweep_orphans() == 0  # its transaction might still be open
    yesterday = (timezone.now() - timedelta(hours=25)).timestamp()
    for row in (kept, lost):
        os.utime(default_storage.path(find_path(row.pk)), (yesterday, yesterday))
    tasks.sweep_files()
    assert list_files(folder) == [kept.pk.hex]


@pytest.mark.django_db(transaction=True)
def test_a_removed_file_goes_with_the_commit(folder: Path):
    row = store(check_upload(upload(PDF_FILE, "letter.pdf")), now=timezone.now())
    with transaction.atomic():
        name = row.pk.hex
        remove(row)
        assert list_files(folder) == [name]
    assert list_files(folder) == []
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db
def test_what_is_stored_is_read_back(folder: Path):
    row = store(check_upload(upload(make_picture(), "photo.jpg")), now=timezone.now(), is_encrypted=True)
    checked = check_upload(upload(make_picture(), "photo.jpg"))
    assert read(StoredFile.objects.get()) == checked.content
    assert row.size == len(checked.content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_copies_and_letters_lose_what_cameras_write_and_stand_upright(kind: str):
    ending = {"JPEG": "jpg", "PNG": "png"}[kind]
    checked = check_upload(upload(make_picture((60, 80), kind, exif=make_exif()), f"passport.{ending}"))
    assert b"Solongo" not in checked.content
    picture = Image.open(io.BytesIO(checked.content))
    assert (picture.format, picture.size) == (kind, (80, 60))
    assert not picture.getexif()


def test_a_transparent_picture_lies_on_white():
    written = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(written, "PNG")
    photo = Image.open(io.BytesIO(check_photo(upload(written.getvalue(), "photo.png")).content))
    assert min(photo.getpixel((20, 20))) > 250


@pytest.mark.django_db
def test_nothing_is_swept_where_no_file_was_ever_kept(settings, tmp_path: Path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "none"}}
    settings.STORAGES = {**settings.STORAGES, "default": place}
    assert sweep_orphans() == 0
