"""Form fields: what they hand on, and what they say when they refuse."""

import pytest
from django import forms
from django.utils.translation import override

from seminar.foundation.fields import EmailField, TextField

pytestmark = pytest.mark.once

CANNOT_BE_STORED = "This text holds characters that cannot be stored. Please type it again instead of pasting it."


def refusal(field: forms.Field, value: object) -> list[str]:
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    return list(refused.value.messages)


@pytest.mark.parametrize("name", ["O'Brien", "Wiratmoko", "عبد الرحمن", "髙橋", "第２０回"])
def test_a_name_of_any_script_is_taken_as_it_is(name: str):
    assert TextField().clean(name) == name


def test_what_is_typed_is_composed_and_trimmed():
    assert TextField().clean("  Nguye\u0302\u0303n \u3000 An ") == "Nguyễn An"


@pytest.mark.parametrize("value", ["", None, " ", "\u3000", "\u200b\u200d", "\u3164"])
def test_what_nobody_sees_counts_as_nothing(value: str | None):
    assert TextField(required=False).clean(value) == ""
    assert refusal(TextField(), value) == ["This field is required."]


@pytest.mark.parametrize("value", ["a\u202eb", "a\x00b", "\ud800", "one\ntwo", "a" + "\u0316" * 31])
def test_what_cannot_be_stored_is_refused_in_the_readers_words(value: str):
    assert refusal(TextField(), value) == [CANNOT_BE_STORED]
    with override("ja"):
        assert refusal(TextField(), value)[0] not in ("", CANNOT_BE_STORED)


def test_a_paragraph_keeps_its_lines():
    assert TextField(is_multiline=True).clean("one\r\ntwo") == "one\ntwo"


def test_the_limit_counts_composed_characters():
    decomposed = "e\u0302\u0323"
    assert TextField(max_length=200).clean(decomposed * 200) == "ệ" * 200
    too_long = ["Shorten this text: it may have 200 characters at most."]
    assert refusal(TextField(max_length=200), decomposed * 201) == too_long
    assert refusal(TextField(max_length=200), "a" * 201) == too_long


# How long each takes was measured by hand: under 35 ms, most under 10.
@pytest.mark.parametrize(
    "rubbish",
    ["x" * 100_000, "\u0315\u0300" * 50_000, "\ufdfa" * 100_000, "a\u200b" * 50_000, "@" * 100_000, "\u202e" * 100_000],
)
def test_100_kilobytes_of_rubbish_are_refused(rubbish: str):
    for field in (TextField(), TextField(is_multiline=True, max_length=5000), EmailField()):
        assert refusal(field, rubbish) == [f"Shorten this text: it may have {field.limit} characters at most."]


def test_an_address_is_taken_as_typed_with_fullwidth_characters_made_plain():
    assert EmailField().clean(" Aya.Ito＠ministry．example ") == "Aya.Ito@ministry.example"


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "a@b",
        "a@b.example, c@d.example",
        "a b@c.example",
        '"a b"@c.example',
        "a@[127.0.0.1]",
        "髙@b.example",
        "ı@b.example",
        "a@münchen.example",
        "a@b.example\u200da",
        "a" * 65 + "@b.example",
    ],
)
def test_what_no_mail_server_takes_is_no_address(address: str):
    assert refusal(EmailField(), address) == ["Enter an e-mail address such as name@ministry.example."]


def test_a_line_break_in_an_address_is_refused():
    assert refusal(EmailField(), "a@b.example\nBcc: c@d.example") == [CANNOT_BE_STORED]


def test_an_address_may_be_left_out_where_it_is_not_required():
    assert EmailField(required=False).clean("") == ""
