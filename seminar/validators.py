"""What a column of the edition may hold, wherever it is typed: in the admin or in a file."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
RESERVED_SLUGS = frozenset({"i", "lost-link", "register"})  # what stands there in addresses, see registration/urls.py


def validate_time_zone(name: str) -> None:
    """Raise ValidationError for what is no zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("Enter a time zone such as Asia/Tokyo.")) from None


def validate_year(day: date) -> None:
    """Raise ValidationError for days that no seminar was or will be held on."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValidationError(_("Enter a day between the years 1900 and 2200."))


def validate_texts(value: Any) -> None:
    """Raise ValidationError for anything but a list of texts."""
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ValidationError(_('Enter a list of texts, such as ["First theme", "Second theme"].'))


def validate_slug_is_free(slug: str) -> None:
    """Raise ValidationError for a short name that other pages have."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This short name is taken by a page of the site. Enter another one."))
