"""What invented people would have answered beyond a first submission, in all the tables beside the registration. Pure
but for the dice. Door: `invent_answers`."""

import random
from datetime import date, time, timedelta
from typing import Any

from registration.models import Particulars, Registration, State, Travel, TravelDocument
from registration.models.states import EDITABLE
from seminar.models import Delegation

COMPLETE_SHARE = 0.7  # of those who have submitted; the others have begun
_FLIGHTS = ("NH 842", "JL 752", "SQ 638", "TG 676", "CX 520", "KE 703", "OM 501")
_HOTELS = ("", "", "Bay Hotel", "Garden Hotel", "Station Hotel")
_EPOCH = date(1955, 1, 1)


def invent_answers(dice: random.Random, registration: Registration) -> dict[str, Any]:
    """Return {name: answer} of one person; none for drafts and for the host side and the press, but what they eat.

    Passport numbers are of no country's pattern, and each is another one.
    """
    if registration.state in EDITABLE or registration.delegation.category == Delegation.Category.PRESS:
        return {}
    answers = _invent_needs(dice)
    if not registration.delegation.needs_nomination or (
        registration.state != State.APPROVED and dice.random() > COMPLETE_SHARE
    ):
        return answers
    return answers | _invent_passport(dice, registration) | _invent_journey(dice, registration)


def _invent_needs(dice: random.Random) -> dict[str, Any]:
    diets = list(Particulars.Diet.values)
    return {
        "dietary": dice.choices(diets, [70, 12, 1, 9, 4, 4])[0],
        "emergency_name": f"Relative {dice.randrange(1000, 9999)}",
        "emergency_relation": dice.choice(("spouse", "parent", "colleague")),
        "emergency_phone": f"+8135500{dice.randrange(1000, 9999)}",
    }


def _invent_passport(dice: random.Random, registration: Registration) -> dict[str, Any]:
    country = registration.delegation.iso_3166_alpha2 or dice.choice(("FR", "DE", "GB", "US", "JP"))
    types = TravelDocument.Type
    return {
        "sex": dice.choice((Particulars.Sex.FEMALE, Particulars.Sex.MALE)),
        "birth_date": _EPOCH + timedelta(days=dice.randrange(0, 14_000)),
        "nationality": country,
        "passport_type": dice.choices((types.ORDINARY, types.OFFICIAL, types.DIPLOMATIC), (50, 40, 10))[0],
        "passport_number": f"ZZ{registration.number.rpartition('-')[2]:0>7}",
        "passport_issuer": country,
        "passport_expiry_date": registration.seminar.end_date + timedelta(days=dice.randrange(60, 3600)),
    }


def _invent_journey(dice: random.Random, registration: Registration) -> dict[str, Any]:
    start, end = registration.seminar.start_date, registration.seminar.end_date
    return {
        "visa_need": dice.choice(Travel.VisaNeed.values),
        "arrival_date": start - timedelta(days=dice.randrange(0, 3)),
        "arrival_time": time(dice.randrange(6, 23), dice.choice((0, 15, 30, 45))),
        "arrival_flight": dice.choice(_FLIGHTS),
        "departure_date": end + timedelta(days=dice.randrange(0, 3)),
        "hotel": dice.choice(_HOTELS),
        "wants_ticket": dice.random() < 0.3,
    }
