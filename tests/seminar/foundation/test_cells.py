"""No cell of an export begins a formula, and each is read back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminar.foundation.cells import make_safe, undo_safe

pytestmark = pytest.mark.once
FORMULAS = [
    "=1+1",
    "+81 3 3501 1511",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
    "﹦1",
    "−1",
    "\u3000=1",
    '"=1',
    "\ufeff=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_a_formula_gets_an_apostrophe(text: str):
    assert make_safe(text) == f"'{text}"
    assert undo_safe(make_safe(text)) == text


@pytest.mark.parametrize("text", ["", "Taro", "'Abd al-Rahman", "O'Neill", "高橋 太郎", "a=b", "1-2"])
def test_other_texts_stay_as_they_are(text: str):
    assert make_safe(text) == text
    assert undo_safe(text) == text


@given(st.text())
def test_every_text_comes_back(text: str):
    assert undo_safe(make_safe(text)) == text


@given(st.text(alphabet="'=+-@＝ a", max_size=8))
def test_apostrophes_in_any_number_come_back(text: str):
    assert undo_safe(make_safe(text)) == text
    assert make_safe(text).lstrip(" ")[:1] not in ("=", "+", "-", "@", "＝")
