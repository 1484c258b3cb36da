"""Likely duplicates: whatever the order, accents, case, cuts and script of a name, and never oneself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registration.review.duplicates import Likeness, Person, find_duplicates, fold_name

pytestmark = pytest.mark.once

PARTS = st.text(alphabet="abcdefghinorstuABDéöñ山田太郎カナ-'", min_size=1, max_size=9)
NAMES = st.lists(PARTS, min_size=1, max_size=4)
PEOPLE = st.builds(
    lambda email_key, names: (email_key, tuple(" ".join(parts) for parts in names)),
    st.sampled_from(["", "a@x.example", "b@x.example"]),
    st.lists(NAMES, max_size=3),
)


def likeness_of(one: str, other: str) -> list[Likeness]:
    found = find_duplicates(Person(1, names=(one,)), [Person(2, names=(other,))])
    return [likeness for duplicate in found for likeness in duplicate.likenesses]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solongo Tsend", "TSEND SOLONGO"),
        ("José Muñoz", "MUNOZ, Jose"),
        ("Abdul-Rahman Ali", "Abdulrahman ALI"),
        ("Nguyễn Văn Đức", "Nguyen Van Duc"),
        ("髙橋 太郎", "高橋太郎"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ ハナコ"),
        ("Ｔａｎａｋａ Ａｙａ", "Tanaka Aya"),
        ("O'Brien Liam", "Liam O’Brien"),
    ],
)
def test_one_name_written_in_two_ways_is_the_same(one: str, other: str):
    assert likeness_of(one, other) == [Likeness.SAME_NAME]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solongo Tsend", "Solongo Tsend-Ayush Tsend"),
        ("MD ARIFUR RAHMAN", "Arifur Rahman"),
        ("Solongo Batbayar", "Solongo Batbajar"),
        ("Chanthou Sokhom", "Chantou Sokhom"),
    ],
)
def test_a_slip_of_the_pen_or_a_middle_name_is_similar(one: str, other: str):
    assert likeness_of(one, other) == [Likeness.SIMILAR_NAME]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Min-jun", "Kim Min-ji"),
        ("Solongo Tsend", "Solongo Batbayar"),
        ("Suharto", "Suharto Ahmad"),
        ("山田 太郎", "山田 花子"),
        ("Li Na", "Li Ni"),
        ("", ""),
    ],
)
def test_relatives_and_short_names_are_other_people(one: str, other: str):
    assert likeness_of(one, other) == []


def test_an_address_counts_beside_the_name_and_the_surest_stand_first():
    person = Person(1, "a@x.example", ("Solongo Tsend", "ツェンド ソロンゴ"))
    others = [
        Person(2, "b@x.example", ("Solongo Tsendd",)),
        Person(3, "a@x.example", ("Somebody Else",)),
        Person(4, "a@x.example", ("Tsend Solongo", "ツェンドソロンゴ")),
        Person(5, "", ("Nobody",)),
    ]
    assert [(found.key, found.likenesses) for found in find_duplicates(person, others)] == [
        (3, (Likeness.ADDRESS,)),
        (4, (Likeness.ADDRESS, Likeness.SAME_NAME)),
        (2, (Likeness.SIMILAR_NAME,)),
    ]


@given(PEOPLE, PEOPLE)
@example(("", ("B AAAA-A",)), ("", ("AAAA AAAA-A",)))  # a part that stands twice
def test_likeness_is_symmetric(one, other):
    a, b = Person(1, *one), Person(2, *other)
    there = [found.likenesses for found in find_duplicates(a, [a, b])]
    back = [found.likenesses for found in find_duplicates(b, [a, b])]
    assert there == back


@given(PEOPLE)
def test_nobody_is_their_own_duplicate(one):
    person = Person(1, *one)
    assert find_duplicates(person, [person]) == []


@given(st.data(), NAMES, NAMES)
def test_the_order_of_the_parts_does_not_matter(data, parts, other):
    shuffled = data.draw(st.permutations(parts))
    assert fold_name(" ".join(shuffled)) == fold_name(" ".join(parts))
    assert likeness_of(" ".join(shuffled), " ".join(other)) == likeness_of(" ".join(parts), " ".join(other))


@given(NAMES)
def test_case_and_width_do_not_matter(parts):
    name = " ".join(parts)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name.upper())
    assert fold_name(wide) == fold_name(name)
