"""Dates and times as a reader of English or Japanese expects them, with the zone named. Pure."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

_LOCALES = {"en": "en_GB", "ja": "ja_JP"}


def _locale(language: str) -> str:
    return _LOCALES["ja" if language.startswith("ja") else "en"]


@lru_cache(maxsize=256)  # a thousand mails of one edition name the same days
def format_days(start: date, end: date, language: str) -> str:
    """Return "26–28 February 2013" or "2013年2月26日～28日"; one day alone as that day."""
    if start == end:
        return format_date(start, "long", locale=_locale(language))
    is_same_year, is_same_month = start.year == end.year, (start.year, start.month) == (end.year, end.month)
    if language.startswith("ja"):
        last = "d日" if is_same_month else "M月d日" if is_same_year else "y年M月d日"
        return f"{format_date(start, 'y年M月d日', locale='ja_JP')}～{format_date(end, last, locale='ja_JP')}"
    first, dash = ("d", "–") if is_same_month else ("d MMMM", " – ") if is_same_year else ("d MMMM y", " – ")
    return f"{format_date(start, first, locale='en_GB')}{dash}{format_date(end, 'd MMMM y', locale='en_GB')}"


def format_day(day: date, language: str) -> str:
    """Return "Tuesday 26 February 2013" or "2013年2月26日（火）"."""
    if language.startswith("ja"):
        return format_date(day, "y年M月d日（E）", locale="ja_JP")
    return format_date(day, "EEEE d MMMM y", locale="en_GB")


@lru_cache(maxsize=256)
def format_moment(moment: datetime, *, time_zone: str, city: str, language: str) -> str:
    """Return "11 January 2013, 18:00 (Tokyo)" or "2013年1月11日 18:00（東京）" in the zone of the seminar."""
    local = moment.astimezone(ZoneInfo(time_zone))
    clock_time = format_time(local, "HH:mm", locale=_locale(language))
    day = format_date(local, "long", locale=_locale(language))
    return f"{day} {clock_time}（{city}）" if language.startswith("ja") else f"{day}, {clock_time} ({city})"


def format_clock_time(moment: datetime, *, time_zone: str) -> str:
    """Return "18:00" in the zone of the seminar."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%H:%M")


def format_date_short(moment: datetime, *, time_zone: str, language: str) -> str:
    """Return "8 Jan 2013" or "2013年1月8日", the day in the zone of the seminar."""
    return format_day_short(moment.astimezone(ZoneInfo(time_zone)).date(), language)


def format_day_short(day: date, language: str) -> str:
    """Return "8 Jan 2013" or "2013年1月8日"."""
    if language.startswith("ja"):
        return format_date(day, "y年M月d日", locale="ja_JP")
    return format_date(day, "medium", locale=_locale(language))


def format_zone(day: date, time_zone: str) -> str:
    """Return the distance of a zone from UTC on a day, such as "UTC+09:00"."""
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(time_zone)).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"
