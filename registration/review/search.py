"""Finds people by what somebody types: parts of a name in any order, number, address, organization, in any script.

Door: `search(rows, text)`. Letters of full and half width, of either case, hiragana for katakana, and the variants of a
kanji find each other, whichever of them was stored.
"""

import unicodedata
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat

from registration.models import Registration
from registration.review.duplicates import KANJI_VARIANTS

SEARCHED = (
    "number",
    "passport_name",
    "given_names",
    "family_name",
    "name_native",
    "reading_ja",
    "email_key",
    "organization",
)
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
    haystack = reduce(lambda a, b: [*a, Value(" "), b], [F(name) for name in SEARCHED[1:]], [F(SEARCHED[0])])
    words = unicodedata.normalize("NFKC", text[:LONGEST]).split()[:MOST_WORDS]
    if words:
        rows = rows.alias(searched=Concat(*haystack))
    for word in words:
        rows = rows.filter(reduce(or_, (Q(searched__icontains=form) for form in list_forms(word))))
    return rows


def list_forms(word: str) -> list[str]:
    """Return the spellings under which a word may be stored, in a fixed order."""
    plain = unicodedata.normalize("NFKC", word)
    katakana = plain.translate(_TO_KATAKANA)
    forms = {plain, word, katakana, katakana.translate(_TO_HALFWIDTH)}
    forms |= {plain.translate(_TO_PLAIN_KANJI), plain.translate(_TO_PLAIN_KANJI).translate(_TO_VARIANT_KANJI)}
    forms.add(plain.translate(_TO_FULLWIDTH))
    # SQLite folds the case of ASCII alone.
    return sorted({cased for form in forms for cased in _list_cases(form)})


def _list_cases(form: str) -> set[str]:
    return {form} if form.isascii() else {form, form.lower(), form.upper(), form.title()}
