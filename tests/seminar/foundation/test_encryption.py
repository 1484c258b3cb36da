"""What is encrypted lies nowhere in clear, is read with any of the keys, and a wrong key is refused in words."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from seminar.foundation.encryption import (
    WrongKey,
    check_keys,
    decrypt_bytes,
    encrypt_bytes,
    make_lookup_key,
    mask,
)
from seminar.models import KeyCheck


def test_a_value_is_read_after_a_new_key_was_put_before_the_old_one(settings):
    sealed, key = encrypt_bytes(b"TZ1007919"), make_lookup_key("BD", "TZ1007919")
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *settings.DATA_KEYS]
    assert decrypt_bytes(sealed) == b"TZ1007919"
    assert make_lookup_key("BD", "TZ1007919") == key
    assert encrypt_bytes(b"x") != encrypt_bytes(b"x")


def test_a_lookup_key_says_nothing_without_the_key_and_keeps_its_parts_apart(settings):
    assert make_lookup_key("A", "BC") != make_lookup_key("AB", "C")
    before = make_lookup_key("A", "BC")
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    assert make_lookup_key("A", "BC") != before


@pytest.mark.parametrize(
    ("text", "shown"), [("TZ1007919", "••••••919"), ("AB12", "•••2"), ("12", "••"), ("", ""), ("A1B2C3", "••••C3")]
)
def test_a_masked_value_shows_three_characters_at_the_most(text: str, shown: str):
    assert mask(text) == shown


@pytest.mark.django_db
def test_a_wrong_key_is_refused_in_words_before_anything_is_read(settings):
    check_keys()
    check_keys()
    assert KeyCheck.objects.count() == 1
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(WrongKey, match="none of the keys that this database was written with"):
        check_keys()


@pytest.mark.django_db
def test_a_lost_oldest_key_is_named(settings):
    first, second = settings.DATA_KEYS[0], Fernet.generate_key().decode()
    settings.DATA_KEYS = [second, first]
    check_keys()
    settings.DATA_KEYS = [second]
    with pytest.raises(WrongKey, match="looked up by"):
        check_keys()


@pytest.mark.django_db
def test_prepare_stops_at_a_wrong_key(settings):
    call_command("prepare")
    settings.DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="DATA_KEYS"):
        call_command("prepare")


@pytest.mark.django_db
def test_the_check_itself_lies_encrypted():
    check_keys()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM seminar_keycheck")
        assert "seminar" not in cursor.fetchone()[0]
