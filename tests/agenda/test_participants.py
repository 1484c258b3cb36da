"""Who takes part: four sections in the source's own order and wording, on a page and in the closing report."""

from pathlib import Path

import pytest
from django.test import Client

from agenda.participants import list_sections, write_section_3
from registration.intake.demo import EDITION
from registration.intake.loading import load_edition
from seminar.models import Delegation, Seminar
from tests.factories import NOW, make_delegation, make_seminar

pytestmark = pytest.mark.django_db

# What the closing report on the 20th seminar says.
SECTION_3 = (Path(__file__).parent / "section3.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.fixture
def aecs20() -> Seminar:
    load_edition(EDITION, now=NOW)
    return Seminar.objects.get(slug="aecs20")


def test_the_20th_seminars_section_is_right_word_for_word(aecs20: Seminar):
    assert write_section_3(aecs20, "en") == SECTION_3


def test_it_follows_the_data_where_a_delegation_is_added_renamed_or_declines(aecs20: Seminar):
    Delegation.objects.filter(seminar=aecs20, code="TUR").update(formal_name_en="Republic of Türkiye", first_time=False)
    Delegation.objects.filter(seminar=aecs20, code="UN-C").update(state=Delegation.State.DECLINED)
    make_delegation(
        aecs20, code="BTN", category="asian", list_order=15, article="the", formal_name_en="Kingdom of Bhutan",
        first_time=True,
    )  # fmt: skip
    text = write_section_3(aecs20, "en")
    assert "1) Asian countries: 16 countries and regions" in text
    assert "Bangladesh, the Kingdom of Bhutan (first-time participant), the Kingdom of Cambodia" in text
    assert "the Republic of Singapore, the Republic of Türkiye, and the United States of America." in text
    assert "3) Cooperating organizations: 10 organizations" in text
    assert "; 2 panels from the UN Security Council; and World" in text


def test_the_japanese_section_has_japanese_names_and_counts(aecs20: Seminar):
    text = write_section_3(aecs20, "ja")
    assert "1) アジア諸国・地域：15の国・地域" in text
    assert "メキシコ合衆国（初参加）、シンガポール共和国" in text
    assert "3つの国連安全保障理事会の専門家パネル" in text
    assert "CISTEC" not in text


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["Mongolia"], "Mongolia."), (["Mongolia", "India"], "Mongolia and India."), ([], "")],
)
def test_one_two_and_no_countries_read_well(names: list[str], expected: str):
    seminar = make_seminar()
    for order, name in enumerate(names):
        make_delegation(seminar, list_order=order, formal_name_en=name)
    text = write_section_3(seminar, "en")
    assert text.endswith(expected or "organizations")


def test_the_page_shows_the_four_sections_and_marks_who_comes_for_the_first_time(aecs20: Seminar, client: Client):
    page = client.get("/en/aecs20/participants/").text
    assert "Asian countries and regions" in page
    assert "15 countries and regions" in page
    assert "the People&#x27;s Republic of Bangladesh" in page
    assert page.count("First-time participant") == 2
    assert page.count("3 panels from the UN Security Council") == 1
    assert "Center for Information on Security Trade Control" not in page.split("<main")[1].split("</main>")[0]
    assert "トルコ共和国" in client.get("/ja/aecs20/participants/").text
    assert "/en/aecs20/participants/" in client.get("/en/aecs20/").text


def test_the_page_costs_two_statements_whatever_its_length(aecs20: Seminar, client: Client, django_assert_num_queries):
    client.get("/en/aecs20/participants/")
    with django_assert_num_queries(2):
        client.get("/en/aecs20/participants/")
    assert [len(section.entries) for section in list_sections(aecs20)] == [15, 10, 9, 4]


def test_a_draft_edition_has_no_such_page(aecs20: Seminar, client: Client):
    Seminar.objects.update(is_published=False)
    assert client.get("/en/aecs20/participants/").status_code == 404
