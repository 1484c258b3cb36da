"""Finds registrations that may be of one person: same passport, address or birth date, same or similar name. Pure.

It warns, never decides.

Door: `find_duplicates(person, others)`. Source: docs/adr/0012-likely-duplicates.md.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

SIMILAR_FROM = 88.0  # of 100, on sorted name parts
SHORTEST_COMPARED = 6  # letters; shorter names are alike by chance and count only where they are equal
FEWEST_SHARED_PARTS = 2  # of a name whose every part stands in a longer one

# One person writes either form; the right one stands for both. Beyond what Unicode's compatibility forms unite.
KANJI_VARIANTS = {
    "髙": "高", "﨑": "崎", "嵜": "崎", "濵": "浜", "濱": "浜", "德": "徳", "邉": "辺", "邊": "辺", "齋": "斎",
    "齊": "斉",
    "澤": "沢", "廣": "広", "國": "国", "櫻": "桜", "眞": "真", "惠": "恵", "龍": "竜", "瀨": "瀬", "𠮷": "吉",
    "桒": "桑",
}  # fmt: skip
_FOLDED = str.maketrans(
    {**KANJI_VARIANTS, "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Person:
    """What one registration says of its person; `names` in any script and order of parts, each whole."""

    key: int
    email_key: str = ""
    names: tuple[str, ...] = ()
    passport_key: str = ""
    birth_date: date | None = None


class Likeness(Enum):
    """Why two registrations may be of one person, the surest first."""

    PASSPORT = "passport"
    ADDRESS = "address"
    SAME_NAME = "same name"
    SIMILAR_NAME = "similar name"
    BIRTH_DATE = "birth date"  # beside another likeness alone: a day has many children


@dataclass(frozen=True)
class Duplicate:
    key: int
    likenesses: tuple[Likeness, ...]


def find_duplicates(person: Person, others: Sequence[Person]) -> list[Duplicate]:
    """Return who of `others` may be `person`, the surest first, then by key; never `person` itself."""
    found: dict[int, set[Likeness]] = {}
    keys: list[int] = []
    names: list[str] = []
    for other in others:
        if other.key == person.key:
            continue
        if person.email_key and other.email_key == person.email_key:
            found.setdefault(other.key, set()).add(Likeness.ADDRESS)
        if person.passport_key and other.passport_key == person.passport_key:
            found.setdefault(other.key, set()).add(Likeness.PASSPORT)
        for name in _fold_all(other.names):
            keys.append(other.key)
            names.append(name)
    for own in _fold_all(person.names):
        for place in _list_similar(own, names):
            likeness = Likeness.SAME_NAME if _is_same(own, names[place]) else Likeness.SIMILAR_NAME
            found.setdefault(keys[place], set()).add(likeness)
    if person.birth_date:
        born_then = {other.key for other in others if other.birth_date == person.birth_date}
        for key in born_then & set(found):
            found[key].add(Likeness.BIRTH_DATE)
    order = list(Likeness)
    duplicates = [Duplicate(key, _choose(likenesses)) for key, likenesses in found.items()]
    return sorted(duplicates, key=lambda one: ([order.index(likeness) for likeness in one.likenesses], one.key))


def fold_name(text: str) -> str:
    """Return the parts of a name, sorted, each once, in one line, without case, accents, width, hyphens and points."""
    folded = text.lower() if text.isascii() else _fold_letters(text)
    return " ".join(sorted(set(_BETWEEN.sub(" ", folded.replace("'", "")).split())))


def _fold_all(names: Sequence[str]) -> set[str]:
    return {folded for name in names if name and (folded := fold_name(name))}


def _fold_letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in "’‘ʼ·・")
    return unicodedata.normalize("NFC", kept)


def _list_similar(own: str, names: Sequence[str]) -> set[int]:
    """Return the places in `names` of those that are `own`, nearly `own`, or `own` with parts more or less."""
    parts, length = frozenset(own.split()), _count_letters(own)
    places = {
        place
        for place, name in enumerate(names)
        if (len(name) <= len(own) or all(part in name for part in parts) or _count_letters(name) == length)
        and (_is_same(own, name) or _is_within(parts, frozenset(name.split())))
    }
    if length >= SHORTEST_COMPARED:
        matches = process.extract(own, names, scorer=ratio, score_cutoff=SIMILAR_FROM, limit=None)
        places.update(place for name, _score, place in matches if _count_letters(name) >= SHORTEST_COMPARED)
    return places


def _count_letters(name: str) -> int:
    return len(name) - name.count(" ")


def _is_same(one: str, other: str) -> bool:
    """Return whether two folded names have the same letters, however these are cut into parts."""
    return _count_letters(one) == _count_letters(other) and sorted(one.replace(" ", "")) == sorted(
        other.replace(" ", "")
    )


def _is_within(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether every part of the shorter name stands in the longer one: a middle name is often left out."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    return len(shorter) >= FEWEST_SHARED_PARTS and shorter <= longer


def _choose(likenesses: set[Likeness]) -> tuple[Likeness, ...]:
    """A name that is the same in one script need not be called similar in another."""
    if Likeness.SAME_NAME in likenesses:
        likenesses = likenesses - {Likeness.SIMILAR_NAME}
    return tuple(likeness for likeness in Likeness if likeness in likenesses)
