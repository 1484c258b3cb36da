"""What people type: normalised for everybody's names, and refused where nobody types it on purpose."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seminar.foundation.text import (
    TextRefused,
    is_email,
    join_name,
    make_email_key,
    normalise_code,
    normalise_text,
)

pytestmark = pytest.mark.once

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
# What goes wrong together: blanks of all kinds, invisible characters, marks that compose, letters of many scripts.
TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \t\n\r\u00a0\u2003\u3000" + ZERO_WIDTH + BIDI_CONTROLS),
        st.sampled_from("\u2063\u3164\ufe0f\u0301\u0308\u3099"),
        st.sampled_from("aeÅÅ\u212bかが髙橋０Ａﾊﾞﾟ가ﬁعبد"),
        st.characters(),
    ),
    max_size=30,
)
NAMES = [
    "O'Brien",
    "Wiratmoko",
    "عبد الرحمن",
    "髙橋",
    "Nguyễn Thị",
    "‘Abd",
    "می\u200cخواهم",
    "ක්\u200dර",
    "山田\u3000花子",
]


def refuse_or(function, text: str) -> str | None:
    try:
        return function(text)
    except TextRefused:
        return None


@given(TRICKY, st.booleans())
@example("a\u200d\u00a0", False)
@example("a \u200d \u200d", True)
@settings(deadline=None)
def test_what_was_normalised_stays_as_it_is(text: str, is_multiline: bool):
    once = refuse_or(lambda text: normalise_text(text, is_multiline=is_multiline), text)
    if once is not None:
        assert normalise_text(once, is_multiline=is_multiline) == once


@given(TRICKY)
@example("a \u00a8b")
@example("\u3164")
@settings(deadline=None)
def test_a_normalised_code_stays_as_it_is(text: str):
    once = refuse_or(normalise_code, text)
    if once is not None:
        assert normalise_code(once) == once
        assert unicodedata.is_normalized("NFKC", once)


@given(TRICKY, st.booleans())
@settings(deadline=None)
def test_what_comes_out_is_composed_trimmed_and_without_control_characters(text: str, is_multiline: bool):
    out = refuse_or(lambda text: normalise_text(text, is_multiline=is_multiline), text)
    if out is None:
        return
    assert unicodedata.is_normalized("NFC", out)
    assert out == out.strip()
    allowed = "\n" if is_multiline else ""
    controls = [c for c in out if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")]
    assert [c for c in controls if c not in allowed] == []
    assert not set(out) & set(BIDI_CONTROLS)
    assert "  " not in out
    out.encode()  # a lone surrogate would raise


@given(st.text(alphabet=ZERO_WIDTH + " \u00a0\u3000\u2063\u3164\ufe0f\u180e\u034f\U000e0041", max_size=10))
@settings(deadline=None)
def test_text_that_nobody_sees_is_empty(text: str):
    assert normalise_text(text) == ""
    assert normalise_code(text) == ""


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_stay_as_their_owners_write_them(name: str):
    assert normalise_text(name) == unicodedata.normalize("NFC", name).replace("\u3000", " ")


def test_letters_typed_in_parts_are_composed():
    assert normalise_text("Nguye\u0302\u0303n") == "Nguyễn"
    assert normalise_text("か\u3099") == "が"


@pytest.mark.parametrize("length", [1, 200])
def test_names_of_1_and_of_200_characters_stay_whole(length: int):
    assert normalise_text("髙" * length) == "髙" * length


def test_blanks_are_trimmed_and_runs_of_them_are_one():
    assert normalise_text("\u3000 Ana \t \u00a0Lima\u2003") == "Ana Lima"
    assert normalise_text("\ufeffAna\u200b Li\u00adma\u2060") == "Ana Lima"


def test_fullwidth_digits_stay_in_text_and_are_plain_in_a_code():
    assert normalise_text("第２０回") == "第２０回"
    assert normalise_code(" ＴＲ１２３４　") == "TR1234"


@pytest.mark.parametrize("character", BIDI_CONTROLS)
def test_direction_controls_are_refused(character: str):
    for text in (f"a{character}b", character, f"{character}a"):
        with pytest.raises(TextRefused):
            normalise_text(text)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ue000", "\uffff"])
def test_control_surrogate_private_and_unassigned_characters_are_refused(character: str):
    for text in (f"a{character}b", character):
        with pytest.raises(TextRefused):
            normalise_text(text)
        with pytest.raises(TextRefused):
            normalise_text(text, is_multiline=True)


@pytest.mark.parametrize("between", ["", "\u200b", "\u200d"])
def test_a_letter_under_heaps_of_marks_is_refused(between: str):
    assert normalise_text("a" + f"{between}\u0316" * 30).count("\u0316") == 30
    with pytest.raises(TextRefused):
        normalise_text("a" + f"{between}\u0316" * 31)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_line_breaks_are_refused_in_a_line_and_kept_in_a_paragraph(line_break: str):
    with pytest.raises(TextRefused):
        normalise_text(f"Ana{line_break}Bcc: x@y.example")
    assert normalise_text(f"one{line_break}two{line_break}", is_multiline=True) == "one\ntwo"


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_unicodes_own_line_separators_are_refused_even_in_a_paragraph(separator: str):
    with pytest.raises(TextRefused):
        normalise_text(f"a{separator}b", is_multiline=True)


@given(st.from_regex(r"[A-Za-z0-9._+-]{1,20}@[A-Za-z0-9-]{1,20}\.example", fullmatch=True))
@settings(deadline=None)
def test_spellings_of_one_mailbox_have_one_key(address: str):
    key = make_email_key(address)
    fullwidth = "".join(chr(ord(c) + 0xFEE0) for c in address)
    assert {make_email_key(spelling) for spelling in (address.upper(), f" {address} ", fullwidth, key)} == {key}


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("a@b.example", True),
        ("o'brien+seminar@ministry.go.example", True),
        ("a" * 64 + "@b.example", True),
        ("a" * 65 + "@b.example", False),
        ("a@" + "b" * 250 + ".example", False),
        ("a@b..example", False),
        ("a.@b.example\n", False),
        ("a@b.example, c@d.example", False),
        ("a b@c.example", False),
        ("a@b.example\nBcc: c@d.example", False),
        ("@b.example", False),
        ("a@", False),
        ("a@-b.example", False),
        ("髙@b.example", False),
        ("a@ｂ.example", False),
        ("", False),
    ],
)
def test_only_one_plain_mailbox_is_an_address(address: str, answer: bool):
    assert is_email(address) is answer


@pytest.mark.parametrize(
    ("given_names", "family_name", "whole"),
    [
        ("Solongo", "Tsend", "Solongo Tsend"),
        ("Wiratmoko", "", "Wiratmoko"),
        ("", "Ito", "Ito"),
        ("花子", "山田", "山田 花子"),
        ("민준", "김", "김 민준"),
        ("たろう", "Tanaka", "Tanaka たろう"),
        ("", "", ""),
    ],
)
def test_a_name_stands_in_the_order_of_its_script(given_names: str, family_name: str, whole: str):
    assert join_name(given_names, family_name) == whole
