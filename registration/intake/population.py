"""Fills an edition with invented registrations for benchmarks, many at once, and queues no mail.

Door: `populate(...)`. The same seed makes the same people in the same edition, and makes them once.
"""

import itertools
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from registration import lifecycle
from registration.intake.demo import EDITION
from registration.intake.forms import ASKED_ROLES, make_badge_name
from registration.intake.invented_answers import invent_answers
from registration.intake.invented_people import Person, invent_person
from registration.models import Registration, RoleQuota, State
from registration.models.consents import CONSENT_TEXTS
from registration.models.states import ENDED
from seminar.foundation.audit import Actor, record
from seminar.foundation.edition_files import LoadReport, read_files
from seminar.foundation.transactions import recorded, retried
from seminar.loading import check_ground, write_ground
from seminar.models import AuditEntry, Delegation, Seminar

OWN_SLUG = "populated"
BATCH = 500
OVERRIDE_SHARE = 0.05  # of approvals that find the quota full
SHARED_SHARE = 0.01  # of people who use their office's mailbox
QUOTA_PERCENT = 45  # of an average delegation's people in a new edition: about as many as are approved

_STATES = {
    State.APPROVED: 46,
    State.ENDORSED: 16,
    State.SUBMITTED: 10,
    State.DRAFT: 9,
    State.WAITLISTED: 5,
    State.RETURNED: 4,
    State.WITHDRAWN: 4,
    State.REJECTED: 3,
    State.CANCELLED: 3,
}
_ROLES = dict(zip(ASKED_ROLES, (70, 10, 10, 7, 3), strict=True))
_REASONS = {
    State.RETURNED: "Please write your name as in the passport.",
    State.REJECTED: "The delegation asked for somebody else.",
    State.CANCELLED: "Travel was not approved.",
    State.WITHDRAWN: "A meeting at home.",
}
_OVERRIDE = "Agreed with the organizers."
_POSITIONS = ("Director", "Deputy Director", "Senior Officer", "Officer", "Counsellor", "Adviser", "課長補佐")
_DIVISIONS = ("", "Export Control Division", "Licensing Division", "Trade Policy", "Enforcement Unit")
_BODIES = (
    "Ministry of Commerce",
    "Ministry of Foreign Affairs",
    "Customs Service",
    "Ministry of Economy",
    "Secretariat",
)


class UnknownEdition(Exception):
    """The named edition does not exist, or has no delegation that anybody could belong to."""


class OtherNumber(Exception):
    """The seed made another number of registrations here before: `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


@dataclass(frozen=True)
class Population:
    """What stands there now; `is_new` where this call made it."""

    slug: str
    count: int
    is_new: bool


@retried
def populate(
    *,
    actor: Actor,
    registrations: int,
    seed: int,
    now: datetime,
    slug: str = OWN_SLUG,
    progress: Callable[[int], None] = lambda _done: None,
) -> Population:
    """Make `registrations` people in the edition `slug`, and that edition itself where it is OWN_SLUG and missing.

    `progress` hears how many are done. Raises UnknownEdition, OtherNumber.
    """
    with recorded():
        seminar = _find_or_make_edition(slug, registrations)
        subject = f"seminar:{seminar.pk}"
        earlier = AuditEntry.objects.filter(action="populate", subject=subject, details__seed=seed).first()
        if earlier is not None:
            if earlier.details["registrations"] != registrations:
                raise OtherNumber(earlier.details["registrations"])
            return Population(slug, registrations, is_new=False)
        numbers = lifecycle.take_numbers(seminar, registrations)
        people = _Dealer(seminar, seed, now).deal(numbers)
        done = 0
        while batch := list(itertools.islice(people, BATCH)):
            lifecycle.insert_invented(people=batch)
            done += len(batch)
            progress(done)
        details = {"registrations": registrations, "seed": seed}
        record(actor=actor, action="populate", subject=subject, now=now, seminar_id=seminar.pk, details=details)
    return Population(slug, registrations, is_new=True)


def _find_or_make_edition(slug: str, registrations: int) -> Seminar:
    """Return the edition, locked; a new one has the shipped edition's delegations, and is shown to nobody outside."""
    seminar = Seminar.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if seminar is not None:
        return seminar
    if slug != OWN_SLUG:
        raise UnknownEdition
    ground = check_ground(read_files(EDITION), [])
    values: dict[str, Any] = {
        **ground.seminar,
        "slug": OWN_SLUG,
        "title_en": "An edition of invented people",
        "title_ja": "架空の参加者の回",
        "is_published": False,
    }
    quota = registrations * QUOTA_PERCENT // 100 // len(ground.delegations) + 1
    delegations = [(place, {**row, "quota": row["quota"] and quota}) for place, row in ground.delegations]
    return write_ground(replace(ground, seminar=values, delegations=delegations), LoadReport())


class _Dealer:
    """Deals people out to an edition's delegations, and remembers where a place and a head are still free."""

    def __init__(self, seminar: Seminar, seed: int, now: datetime) -> None:
        self._seminar = seminar
        self._dice = random.Random(seed)  # noqa: S311 (no secret: the same seed makes the same people)
        rows = Delegation.objects.filter(seminar=seminar).select_for_update(no_key=True)
        self._delegations = list(rows.order_by("pk"))
        if not self._delegations:
            raise UnknownEdition
        self._room = {d.pk: _count_room(d) for d in self._delegations}
        quotas = RoleQuota.objects.filter(delegation__seminar=seminar, quota__isnull=False)
        self._role_room = {(one.delegation_id, one.role): (one.quota or 0) - one.approved_count for one in quotas}
        heads = Registration.objects.active().filter(seminar=seminar, is_head=True)
        self._with_head = set(heads.values_list("delegation_id", flat=True))
        due_at = seminar.nominations_due_at
        self._opens_at = seminar.registration_opens_at or due_at - timedelta(days=40)
        self._closes_at = min(due_at, now) if now > self._opens_at else due_at

    def deal(self, numbers: list[str]) -> Iterator[tuple[Registration, dict[str, Any]]]:
        """Yield each registration with its answers in the rows beside it."""
        for number in numbers:
            delegation = self._dice.choice(self._delegations)
            registration = Registration(seminar=self._seminar, delegation=delegation, number=number)
            self._name(registration, invent_person(self._dice, delegation.iso_3166_alpha2))
            self._place(registration)
            self._date(registration)
            yield registration, invent_answers(self._dice, registration)

    def _name(self, registration: Registration, person: Person) -> None:
        for name in ("title", "given_names", "family_name", "passport_name", "name_native", "reading_ja"):
            setattr(registration, name, getattr(person, name))
        registration.badge_name = make_badge_name(person.given_names, person.family_name)
        domain = re.sub("[^a-z0-9-]", "", registration.delegation.code.lower()).strip("-") or "delegation"
        registration.shares_address = self._dice.random() < SHARED_SHARE
        mailbox = "office" if registration.shares_address else f"{person.mailbox}.{registration.number.split('-')[-1]}"
        registration.email = f"{mailbox}@{domain}.example"
        registration.language = "ja" if person.reading_ja and self._dice.random() < 0.8 else "en"
        registration.position = self._dice.choice(_POSITIONS)
        registration.division = self._dice.choice(_DIVISIONS)
        registration.organization = self._dice.choice(_BODIES)
        registration.role = self._dice.choices(list(_ROLES), list(_ROLES.values()))[0]

    def _place(self, registration: Registration) -> None:
        """Give the state, and with it a place of the quota and the head's flag where one is free."""
        key = registration.delegation_id
        state = self._dice.choices(list(_STATES), list(_STATES.values()))[0]
        room = self._room[key]
        in_role = (key, registration.role)
        role_room = self._role_room.get(in_role, 1)
        if state == State.APPROVED and (room is not None or in_role in self._role_room):
            if (room is None or room > 0) and role_room > 0:
                self._room[key] = None if room is None else room - 1
                if in_role in self._role_room:
                    self._role_room[in_role] = role_room - 1
            elif self._dice.random() < OVERRIDE_SHARE:
                registration.quota_override_reason = _OVERRIDE
            else:
                state = State.WAITLISTED
        registration.state = state
        registration.state_reason = _REASONS.get(state, "")
        registration.is_head = state not in ENDED and key not in self._with_head
        if registration.is_head:
            self._with_head.add(key)
        if state != State.DRAFT:
            for name, texts in CONSENT_TEXTS.items():
                is_given = name == "data_handling_consent" or self._dice.random() < 0.7
                setattr(registration, name, texts[-1].version if is_given else "")
        elif self._dice.random() < 0.5:  # not opened yet
            for name in ("title", "passport_name", "badge_name", "name_native", "reading_ja", "position", "division"):
                setattr(registration, name, "")

    def _date(self, registration: Registration) -> None:
        created_at = self._between(self._opens_at, self._closes_at)
        registration.created_at = registration.state_changed_at = created_at
        registration.version = 0
        if registration.state == State.DRAFT:
            return
        submitted_at = self._between(created_at, self._closes_at)
        registration.submitted_at = registration.consents_given_at = submitted_at
        registration.state_changed_at = submitted_at
        registration.version = 2
        if registration.state != State.SUBMITTED:
            registration.state_changed_at = self._between(submitted_at, self._closes_at)
            registration.version = 3

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + timedelta(seconds=int(self._dice.random() * (last - first).total_seconds()))


def _count_room(delegation: Delegation) -> int | None:
    if delegation.quota is None:
        return None
    return delegation.quota + delegation.beyond_quota_count - delegation.approved_count
