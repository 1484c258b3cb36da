"""Keeps uploaded files outside the web root, under names of our own, and hands them out to those who were let in.

Doors: `check_upload` says what a file really is, `store` writes it with its row, `remove`, `serve`, `sweep_orphans`. A
file is written and on disk before its row is; what a rollback leaves behind is swept. Source: RELIABILITY of the field,
docs/adr/0016-passport-numbers-and-private-files.md.
"""

from __future__ import annotations

import io
import logging
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from seminar.foundation.encryption import decrypt_bytes, encrypt_bytes
from seminar.models import StoredFile

logger = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a telephone's largest photo; each costs three bytes while it is decoded
PHOTO_SIZE = (900, 1200)  # pixels at the most, the three by four of a passport photo
ORPHANED_AFTER = timedelta(hours=24)  # a younger file may belong to a transaction that is still open
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
_BEGINNINGS = {JPEG: b"\xff\xd8\xff", PNG: b"\x89PNG\r\n\x1a\n", PDF: b"%PDF-"}
_ENDINGS = {"jpg": JPEG, "jpeg": JPEG, "png": PNG, "pdf": PDF}
_FILE_NAME = re.compile(r"[0-9a-f]{32}")
_FORMATS = {JPEG: "JPEG", PNG: "PNG"}


class StorageFull(Exception):
    """The file could not be written: the disk is full or does not answer. Nothing was kept of it."""


@dataclass(frozen=True)
class CheckedFile:
    """A file whose content is what it says it is, ready to be stored."""

    name: str
    content_type: str
    content: bytes


def check_upload(
    upload: UploadedFile[bytes], *, allowed: tuple[str, ...] = (JPEG, PNG, PDF), most_bytes: int = MOST_BYTES
) -> CheckedFile:
    """Return an uploaded file of the `allowed` content types. Raises forms.ValidationError with what to do."""
    if (upload.size or 0) > most_bytes:
        raise forms.ValidationError(
            _("Choose a file of at most %(limit)d MB."), code="too_large", params={"limit": most_bytes // 1024 // 1024}
        )
    content = upload.read()
    name = clean_name(upload.name or "")
    content_type = _ENDINGS.get(name.rpartition(".")[2].lower())
    if content_type not in allowed or not content.startswith(_BEGINNINGS[content_type]):
        raise _refuse_kind(allowed)
    if content_type == PDF:
        if b"%%EOF" not in content[-2048:]:
            raise forms.ValidationError(_("This file is damaged. Choose another one."), code="damaged")
    else:
        content = _make_anew(_open_picture(content, content_type), content_type)
    return CheckedFile(name, content_type, content)


def check_photo(upload: UploadedFile[bytes]) -> CheckedFile:
    """Return a photo made anew: upright, of PHOTO_SIZE at the most, without what its camera wrote into it.

    Raises forms.ValidationError with what to do.
    """
    checked = check_upload(upload, allowed=(JPEG, PNG))
    picture = ImageOps.exif_transpose(_open_picture(checked.content, checked.content_type))
    picture.thumbnail(PHOTO_SIZE)
    return CheckedFile(f"{checked.name.rpartition('.')[0]}.jpg", JPEG, _make_anew(picture, JPEG))


def store(checked: CheckedFile, *, now: datetime, is_encrypted: bool = False) -> StoredFile:
    """Write a checked file and its row, inside the caller's transaction. Raises StorageFull."""
    row = StoredFile(
        id=uuid4(),
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.content),
        is_encrypted=is_encrypted,
        created_at=now,
    )
    path = find_path(row.pk)
    content = encrypt_bytes(checked.content) if is_encrypted else checked.content
    try:
        default_storage.save(path, ContentFile(content))
        _flush_to_disk(path)
    except OSError as error:
        _discard(path)
        raise StorageFull from error
    row.save(force_insert=True)
    return row


def remove(row: StoredFile) -> None:
    """Remove a row that nothing points to any more, and after the commit its file."""
    path = find_path(row.pk)
    row.delete()
    transaction.on_commit(lambda: _discard(path), robust=True)


def read(row: StoredFile) -> bytes:
    """Return a file's content. Raises FileNotFoundError where a restore or a hand has lost it."""
    with default_storage.open(find_path(row.pk)) as file:
        content: bytes = file.read()
    return decrypt_bytes(content) if row.is_encrypted else content


def serve(row: StoredFile, *, is_shown: bool = False) -> HttpResponse:
    """Answer with a file, for the caller has checked who asks: as a download, or within a page where `is_shown`.

    Raises Http404 where a restore or a hand has lost its content.
    """
    try:
        content = read(row)
    except FileNotFoundError:
        logger.warning("the content of file %s is lost", row.pk)
        raise Http404 from None
    headers = {
        "Content-Disposition": content_disposition_header(not is_shown, row.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(content, content_type=row.content_type, headers=headers)


def sweep_orphans() -> int:
    """Remove files whose row never came or is gone, ORPHANED_AFTER their writing; return how many."""
    limit = timezone.now() - ORPHANED_AFTER
    swept = 0
    for folder in _list_folders():
        names = {name for name in default_storage.listdir(folder)[1] if _FILE_NAME.fullmatch(name)}
        known = {row_id.hex for row_id in StoredFile.objects.filter(pk__in=names).values_list("pk", flat=True)}
        for name in sorted(names - known):
            if default_storage.get_modified_time(f"{folder}/{name}") < limit:
                _discard(f"{folder}/{name}")
                swept += 1
    return swept


def _list_folders() -> list[str]:
    try:
        return list(default_storage.listdir("")[0])
    except FileNotFoundError:  # no file was ever kept here
        return []


def find_path(file_id: UUID) -> str:
    """Return where the storage keeps a file."""
    return f"{file_id.hex[:2]}/{file_id.hex}"


def clean_name(name: str) -> str:
    """Return a file's name without folders, control characters and what no file system takes; "file" for none."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem, dot, ending = kept.strip(" .").rpartition(".")
    return f"{(stem or 'file')[:120]}{dot}{ending[:10]}"


def _flush_to_disk(path: str) -> None:
    """Have a local disk write the file before its row is committed; other storages answer when they have it."""
    if isinstance(default_storage, FileSystemStorage):
        with open(default_storage.path(path), "rb+") as file:
            os.fsync(file.fileno())


def _discard(path: str) -> None:
    try:
        default_storage.delete(path)
    except OSError:
        logger.warning("the file %s could not be removed; it is swept later", path)


def _open_picture(content: bytes, content_type: str) -> Image.Image:
    """Return a picture decoded whole; its pixels are counted before that. Raises forms.ValidationError."""
    too_many = forms.ValidationError(
        _("This picture has too many pixels. Choose one of at most 6,000 by 6,000."), code="too_many_pixels"
    )
    try:
        picture = Image.open(io.BytesIO(content), formats=[_FORMATS[content_type]])
        if picture.width * picture.height > MOST_PIXELS:
            raise too_many
        picture.load()
    except Image.DecompressionBombError as error:
        raise too_many from error
    except (OSError, SyntaxError, ValueError) as error:
        raise forms.ValidationError(_("This file is damaged. Choose another one."), code="damaged") from error
    return picture


def _make_anew(picture: Image.Image, content_type: str) -> bytes:
    """Return a picture upright and on white, without what its camera wrote into it: places, times, names."""
    upright = ImageOps.exif_transpose(picture)
    has_depths = "A" in upright.getbands() or "transparency" in upright.info
    layer = upright.convert("RGBA" if has_depths else "RGB")
    clean = Image.new("RGB", layer.size, "white")
    clean.paste(layer, mask=layer if has_depths else None)
    written = io.BytesIO()
    if content_type == JPEG:
        clean.save(written, "JPEG", quality=90)
    else:
        clean.save(written, "PNG")
    return written.getvalue()


def _refuse_kind(allowed: tuple[str, ...]) -> forms.ValidationError:
    if PDF in allowed:
        return forms.ValidationError(_("Choose a PDF, JPEG or PNG file."), code="kind")
    return forms.ValidationError(_("Choose a JPEG or PNG picture."), code="kind")
