"""Days and moments as readers of English and of Japanese expect them."""

from datetime import UTC, date, datetime

import pytest

from seminar.foundation.dates import format_clock_time, format_date_short, format_day, format_days, format_moment

pytestmark = pytest.mark.once

# 23:30 in UTC is already the next day, and the next year, in Tokyo.
NEW_YEARS_EVE = datetime(2012, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "english", "japanese"),
    [
        (date(2013, 2, 26), date(2013, 2, 26), "26 February 2013", "2013年2月26日"),
        (date(2013, 2, 26), date(2013, 2, 28), "26–28 February 2013", "2013年2月26日～28日"),
        (date(2013, 2, 28), date(2013, 3, 2), "28 February – 2 March 2013", "2013年2月28日～3月2日"),
        (date(2013, 12, 30), date(2014, 1, 2), "30 December 2013 – 2 January 2014", "2013年12月30日～2014年1月2日"),
        (date(2013, 2, 26), date(2014, 2, 28), "26 February 2013 – 28 February 2014", "2013年2月26日～2014年2月28日"),
    ],
)
def test_a_range_of_days_says_nothing_twice(start: date, end: date, english: str, japanese: str):
    assert format_days(start, end, "en") == english
    assert format_days(start, end, "ja") == japanese


def test_a_day_has_its_weekday():
    assert format_day(date(2013, 2, 26), "en") == "Tuesday 26 February 2013"
    assert format_day(date(2013, 2, 26), "ja") == "2013年2月26日（火）"


def test_a_moment_stands_in_the_zone_of_the_seminar_and_names_it():
    zone = {"time_zone": "Asia/Tokyo"}
    assert format_moment(NEW_YEARS_EVE, **zone, city="Tokyo", language="en") == "1 January 2013, 08:30 (Tokyo)"
    assert format_moment(NEW_YEARS_EVE, **zone, city="東京", language="ja") == "2013年1月1日 08:30（東京）"


def test_a_time_of_day_stands_in_the_zone_of_the_seminar():
    assert format_clock_time(NEW_YEARS_EVE, time_zone="Asia/Tokyo") == "08:30"
    assert format_clock_time(NEW_YEARS_EVE, time_zone="America/New_York") == "18:30"


def test_a_short_date_is_the_day_in_the_zone_of_the_seminar():
    assert format_date_short(NEW_YEARS_EVE, time_zone="Asia/Tokyo", language="en") == "1 Jan 2013"
    assert format_date_short(NEW_YEARS_EVE, time_zone="Asia/Tokyo", language="ja") == "2013年1月1日"
    assert format_date_short(NEW_YEARS_EVE, time_zone="UTC", language="en") == "31 Dec 2012"


def test_any_other_language_reads_english():
    assert format_day(date(2013, 2, 26), "fr") == "Tuesday 26 February 2013"
