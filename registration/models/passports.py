"""How long a passport must last: until the departure, and better for half a year more. Pure."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from registration.models.answer_columns import read_answer
from registration.models.answers import describe_value
from registration.models.registration import Registration

PASSPORT_MARGIN = timedelta(days=183)  # half a year, which many borders ask for


def find_departure(registration: Registration) -> date:
    """Return the day of departure, the seminar's last one where the person gave none."""
    departure: date | None = read_answer(registration, "departure_date")
    return departure or registration.seminar.end_date


def warn_of_passport(registration: Registration, *, is_own: bool = False) -> str:
    """Return the sentence on a passport that expires before the departure or within six months of it, if it does so.

    `is_own`: for its holder, else for staff.
    """
    expiry: date | None = read_answer(registration, "passport_expiry_date")
    departure = find_departure(registration)
    if expiry is None or expiry >= departure + PASSPORT_MARGIN:
        return ""
    values = {"day": describe_value("passport_expiry_date", expiry)}
    if is_own:
        text = _(
            "The passport expires on %(day)s, within six months of the departure. Many countries let nobody in or "
            "through with such a passport: please ask whether it can be renewed in time."
        )
        return text % values
    if expiry < departure:
        return _("The passport expires on %(day)s, before the departure: it cannot be approved like this.") % values
    return _("The passport expires on %(day)s, within six months of the departure.") % values
