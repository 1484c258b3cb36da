"""Text in two columns, read in the language of the moment."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from seminar.foundation.bilingual import Bilingual, read_bilingual

pytestmark = pytest.mark.once


class Place(SimpleNamespace):
    city = Bilingual("city")


TOKYO = Place(city_en="Tokyo", city_ja="東京")


@pytest.mark.parametrize(("language", "city"), [("en", "Tokyo"), ("ja", "東京"), ("ja-jp", "東京"), ("fr", "Tokyo")])
def test_the_column_of_the_active_language_is_read(language: str, city: str):
    with override(language):
        assert TOKYO.city == city


def test_the_other_language_stands_in_where_one_is_empty():
    assert read_bilingual(Place(city_en="", city_ja="東京"), "city", "en") == "東京"
    assert read_bilingual(Place(city_en="Tokyo", city_ja=""), "city", "ja") == "Tokyo"


def test_without_any_language_english_is_read():
    with override(None):
        assert TOKYO.city == "Tokyo"


def test_on_the_class_it_is_itself_and_carries_its_heading():
    assert isinstance(Place.city, Bilingual)
    assert Place.city.short_description == "city"
