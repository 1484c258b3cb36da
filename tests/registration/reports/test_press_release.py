"""The closing report: from the data, in both languages, its section 3 word for word."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agenda.models import Theme
from registration.intake.demo import EDITION
from registration.intake.loading import load_edition
from seminar.models import Delegation, PastEdition, Seminar
from tests.factories import NOW, make_delegation, make_registration, make_seminar

pytestmark = pytest.mark.django_db

SECTION_3 = (Path(__file__).parents[2] / "agenda" / "section3.txt").read_text(encoding="utf-8").strip()


def write(language: str = "en", slug: str = "aecs20") -> str:
    out = StringIO()
    call_command("press_release", "--seminar", slug, "--language", language, stdout=out)
    return out.getvalue()


@pytest.fixture
def seminar20() -> Seminar:
    load_edition(EDITION, now=NOW)
    return Seminar.objects.get(slug="aecs20")


def test_section_3_of_the_20th_is_that_of_the_source_word_for_word(seminar20: Seminar):
    assert f"\n{SECTION_3}\n" in write()


def test_section_3_follows_the_data(seminar20: Seminar):
    Delegation.objects.filter(code="TUR").update(formal_name_en="Republic of Türkiye")
    make_delegation(seminar20, code="NPL", list_order=155, article="", formal_name_en="Nepal")
    report = write()
    assert "the Republic of Türkiye (first-time participant)" in report
    assert "1) Asian countries: 16 countries and regions" in report
    assert "the Socialist Republic of Viet Nam, and Nepal." in report


def test_the_programme_stands_there_with_its_numbers(seminar20: Seminar):
    report = write()
    for text in (
        "The 20th Asian Export Control Seminar took place in Tokyo on 26–28 February 2013.",
        "organized by the Center for Information on Security Trade Control (CISTEC), together with the Ministry of "
        "Economy, Trade and Industry (METI) and Ministry of Foreign Affairs (MOFA)",
        "124 people of 40 countries, regions and organizations took part. No edition before had as many delegations.",
        "since 1993",
        "For the first time: the United Mexican States and the Republic of Turkey.",
        "Welcome speeches (2)",
        "25 delegations presented what they do in 3 sessions",
        "15 presentations were held in 3 sessions",
        "In 2 rounds, 6 groups discussed 3 themes: Development of national legislation; Collaboration with industry; "
        "Inter-agency cooperation and coordination.",
        "Groups were moderated by the United States of America, Australia, the Federal Republic of Germany, the "
        "Republic of Korea, the Republic of Singapore and the European Union.",
        "Facility tours (2)\n\nJapan Atomic Energy Agency, Tokai, received by Japan Atomic Energy Agency (JAEA)\n",
        "Release date: 28 February 2013",
        "Tel: +81-(0)3-3501-1511",
    ):
        assert text in report


def test_the_japanese_report_is_japanese(seminar20: Seminar):
    report = write("ja")
    assert "40の国・地域及び機関から124名が参加しました。" in report
    assert "第20回アジア輸出管理セミナーの開催結果について" in report
    assert "2回開催し、3つのテーマ（国内法の整備、産業界との連携、関係省庁間の協力・調整）" in report
    assert re.findall(r"(?:[A-Za-z]+ ){3,}[A-Za-z]+", report) == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_parts_are_separated_by_one_blank_line(seminar20: Seminar, language: str):
    report = write(language)
    assert "\n\n\n" not in report
    assert [line for line in report.splitlines() if line != line.rstrip()] == []
    assert "{" not in report


def test_the_largest_is_said_only_where_it_is_known_and_true():
    seminar = make_seminar()
    delegation = make_delegation(seminar)
    for _ in range(2):
        make_registration(delegation, "approved")
    assert "No edition before" not in write()
    past = PastEdition.objects.create(
        seminar=seminar, number=19, start_date="2012-02-07", end_date="2012-02-09", people=2, delegations=2
    )
    assert "No edition before" not in write()
    PastEdition.objects.filter(pk=past.pk).update(people=1)
    assert "2 people of 1 countries" in write()
    assert "No edition before had as many people." in write()


def test_themes_taken_over_are_said_to_be_those_of_the_edition_before(seminar20: Seminar):
    earlier = make_seminar(slug="aecs19", number=19)
    for theme in Theme.objects.filter(seminar=seminar20):
        theme.carried_from = Theme.objects.create(
            seminar=earlier, code=theme.code, list_order=1, title_en=theme.title_en
        )
        theme.save()
    assert "The themes were those of edition 19." in write()


def test_what_has_no_data_is_left_out():
    make_seminar()
    report = write()
    for text in ("Welcome", "National", "Breakout", "tour", "Results", "Release date", "Division"):
        assert text not in report


def test_an_unknown_edition_is_said_in_one_line():
    with pytest.raises(CommandError, match=r"^There is no edition 'aecs99'\.$"):
        write(slug="aecs99")
