"""Encrypts what the database must not show, and finds equal values by a keyed hash.

Doors: `EncryptedTextField`, `encrypt_bytes`, `decrypt_bytes`, `make_lookup_key`, `mask`, `check_keys`. Keys are
DATA_KEYS, newest first: the newest encrypts, all of them decrypt. The hash is keyed by the oldest, so that a new key
alone changes no hash. Source: docs/adr/0016-passport-numbers-and-private-files.md.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

SHOWN = 3  # characters of a masked value
DOT = "•"
_KNOWN = "seminar"


class WrongKey(Exception):
    """DATA_KEYS are not the ones that this database was written with; the message is for who starts the process."""


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that lies encrypted in its column; looked for by nothing but whether it is empty."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt_bytes(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt_bytes(value.encode()).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in ("isnull", "exact"):
            return super().get_lookup(lookup_name)
        return None


def encrypt_bytes(plain: bytes) -> bytes:
    return _read_cipher(tuple(settings.DATA_KEYS)).encrypt(plain)


def decrypt_bytes(sealed: bytes) -> bytes:
    """Return what was encrypted with any of the keys. Raises WrongKey."""
    try:
        return _read_cipher(tuple(settings.DATA_KEYS)).decrypt(sealed)
    except InvalidToken:
        raise WrongKey("a value was encrypted with a key that is not among DATA_KEYS") from None


def make_lookup_key(*parts: str) -> str:
    """Return 64 characters that are equal for equal `parts` and say nothing of them without the key."""
    message = "\0".join(parts).encode()
    return hmac.new(_derive_hash_key(settings.DATA_KEYS[-1]), message, hashlib.sha256).hexdigest()


def mask(text: str) -> str:
    """Return a value with its last characters alone readable: "••••••919"; of a short one less, or nothing."""
    shown = min(SHOWN, len(text) // 3)
    return DOT * (len(text) - shown) + text[len(text) - shown :]


def check_keys() -> None:
    """Compare DATA_KEYS with those that this database was first used with. Raises WrongKey with one line for people."""
    from seminar.models import KeyCheck  # models import this module

    sealed = encrypt_bytes(_KNOWN.encode()).decode()
    row, _is_new = KeyCheck.objects.get_or_create(
        pk=KeyCheck.ID, defaults={"sealed": sealed, "lookup_key": make_lookup_key(_KNOWN)}
    )
    try:
        decrypt_bytes(row.sealed.encode())
    except WrongKey:
        raise WrongKey("DATA_KEYS holds none of the keys that this database was written with.") from None
    if not hmac.compare_digest(row.lookup_key, make_lookup_key(_KNOWN)):
        raise WrongKey("The last of DATA_KEYS is not the one that passport numbers are looked up by in this database.")


@lru_cache(maxsize=8)
def _read_cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@lru_cache(maxsize=8)
def _derive_hash_key(key: str) -> bytes:
    return hmac.new(key.encode(), b"seminar lookup key", hashlib.sha256).digest()
