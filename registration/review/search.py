"""Finds people by what somebody types: parts of a name in any order, number, address, organization, in any script.

Door: `search(rows, text)`. Letters of full and half width, of either case, hiragana for katakana, and the variants of a
kanji find each other, whichever of them was stored.
"""

import unicodedata
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from registration.models import Registration
from registration.review.duplicates import KANJI_VARIANTS

PLAIN = ("number", "email_key")  # kept in plain letters
WRITTEN = ("passport_name", "given_names", "family_name", "name_native", "reading_ja", "organization")
SEARCHED = (*PLAIN, *WRITTEN)
MOST_WORDS = 8
LONGEST = 200  # characters of a search that are looked at

_TO_FULLWIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_PLAIN_KANJI = str.maketrans(KANJI_VARIANTS)
_TO_VARIANT_KANJI = str.maketrans({plain: variant for variant, plain in reversed(KANJI_VARIANTS.items())})
# Halfwidth katakana with their marks come apart in NFKD and together in NFKC; Unicode has no way back, so here it is.
_TO_HALFWIDTH = {
    ord(unicodedata.normalize("NFKC", half)): half
    for half in (chr(code) + mark for code in range(0xFF61, 0xFFA0) for mark in ("", "\uff9e", "\uff9f"))
    if len(unicodedata.normalize("NFKC", half)) == 1
}


def search(rows: QuerySet[Registration], text: str) -> QuerySet[Registration]:
    """Return those of `rows` in which every word of `text` occurs, in some spelling."""
    for word in unicodedata.normalize("NFKC", text[:LONGEST]).split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, [condition for form in list_forms(word) for condition in _find(form)]))
    return rows


def _find(form: str) -> list[Q]:
    """Return where one spelling may stand. Case is folded for ASCII by both databases; beyond it, forms name each."""
    if form.isascii():
        return [Q((f"{name}__icontains", form)) for name in SEARCHED]
    return [Q(GreaterThan(StrIndex(F(name), Value(form)), 0)) for name in WRITTEN]


def list_forms(word: str) -> list[str]:
    """Return the spellings under which a word may be stored, in a fixed order."""
    plain = unicodedata.normalize("NFKC", word)
    katakana = plain.translate(_TO_KATAKANA)
    forms = {plain, word, katakana, katakana.translate(_TO_HALFWIDTH)}
    forms |= {plain.translate(_TO_PLAIN_KANJI), plain.translate(_TO_PLAIN_KANJI).translate(_TO_VARIANT_KANJI)}
    forms.add(plain.translate(_TO_FULLWIDTH))
    return sorted({cased for form in forms for cased in _list_cases(form)})


def _list_cases(form: str) -> set[str]:
    return {form} if form.isascii() else {form, form.lower(), form.upper(), form.title()}
