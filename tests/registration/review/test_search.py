"""Finding people by what somebody types, whichever spelling was stored."""

import pytest

from registration.models import Registration
from registration.review.search import search
from tests.factories import make_delegation, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> None:
    delegation = make_delegation()
    make_registration(
        delegation, given_names="太郎", family_name="髙橋", name_native="髙橋 太郎", reading_ja="タカハシ タロウ",
        passport_name="TARO TAKAHASHI", organization="ＡＢＣ株式会社", number="AECS20-0001", email="taro@x.example",
    )  # fmt: skip
    make_registration(
        delegation, given_names="Ángela", family_name="Müller", passport_name="ANGELA MUELLER",
        reading_ja="ｱﾝｼﾞｪﾗ", organization="Ministry of Economy", number="AECS20-0002", email="Angela@x.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("髙橋", {"0001"}),
        ("高橋", {"0001"}),
        ("太郎 髙橋", {"0001"}),
        ("髙橋　太郎", {"0001"}),
        ("takahashi TARO", {"0001"}),
        ("ｔａｋａｈａｓｈｉ", {"0001"}),
        ("タカハシ", {"0001"}),
        ("ﾀｶﾊｼ", {"0001"}),
        ("たかはし", {"0001"}),
        ("アンジェラ", {"0002"}),
        ("あんじぇら", {"0002"}),
        ("abc", {"0001"}),
        ("ａｂｃ株式", {"0001"}),
        ("müller ángela", {"0002"}),
        ("MÜLLER", {"0002"}),
        ("angela@X.example", {"0002"}),
        ("economy", {"0002"}),
        ("aecs20-000", {"0001", "0002"}),
        ("ＡＥＣＳ２０－０００２", {"0002"}),
        ("takahashi economy", set()),
        ("100%", set()),
        ("x" * 100_000, set()),
        ("a " * 50_000, {"0001", "0002"}),
    ],
)
def test_people_are_found_in_every_spelling(people, text: str, found: set[str]):
    numbers = search(Registration.objects.all(), text).values_list("number", flat=True)
    assert {number[-4:] for number in numbers} == found
