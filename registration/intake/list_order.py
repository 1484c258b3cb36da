"""Who heads a delegation, and in which order its people stand in lists.

Doors: `read_standing`, `set_head`, `move`. What a page showed goes along as a mark; where somebody else changed head or
order since, nothing is written. Head and order are not among what a registration's version guards.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import F

from registration.lifecycle import HeadTaken
from registration.models import Registration
from seminar.foundation.audit import Actor, record
from seminar.foundation.transactions import recorded, retried
from seminar.models import Delegation

IN_LIST_ORDER = ("-is_head", F("list_position").asc(nulls_last=True), "number", "pk")


class StandingChanged(Exception):
    """Head or order are no longer what the page showed; nothing was written."""


@dataclass(frozen=True)
class Standing:
    """A delegation's active people, head first, then in their order."""

    people: list[Registration]

    @property
    def head(self) -> Registration | None:
        return self.people[0] if self.people and self.people[0].is_head else None

    @property
    def head_mark(self) -> str:
        return self.head.number if self.head else "none"

    @property
    def order_mark(self) -> str:
        """32 characters that stand for head and order."""
        numbers = [person.number for person in self.people]
        return sha256(f"{self.head_mark}:{','.join(numbers)}".encode()).hexdigest()[:32]


def read_standing(delegation: Delegation) -> Standing:
    return Standing(list(Registration.objects.active().filter(delegation=delegation).order_by(*IN_LIST_ORDER)))


@retried
def set_head(*, actor: Actor, delegation: Delegation, number: str, seen: str, now: datetime) -> None:
    """Make the active registration `number` the head in place of another one; an empty number: nobody.

    `seen`: the `head_mark` that the page showed. Raises StandingChanged, Registration.DoesNotExist, HeadTaken.
    """
    with recorded():
        standing = _read_locked(delegation)
        if standing.head_mark != seen:
            raise StandingChanged
        head = _find(standing, number) if number else None
        if head == standing.head:
            return
        if standing.head:
            Registration.objects.filter(pk=standing.head.pk).update(is_head=False)
            _record(actor, "clear_head", standing.head, now)
        if head:
            place_at_head(head)
            _record(actor, "set_head", head, now)


def place_at_head(registration: Registration) -> None:
    """Mark it as the head. Raises HeadTaken where the delegation has another active one."""
    try:
        with transaction.atomic():
            Registration.objects.filter(pk=registration.pk).update(is_head=True)
    except IntegrityError as error:
        raise HeadTaken from error


@retried
def move(*, actor: Actor, delegation: Delegation, number: str, steps: int, seen: str, now: datetime) -> None:
    """Move the active registration `number` by `steps` in the list, negative towards its beginning; the head stays.

    `seen`: the `order_mark` that the page showed. Raises StandingChanged, Registration.DoesNotExist.
    """
    with recorded():
        standing = _read_locked(delegation)
        if standing.order_mark != seen:
            raise StandingChanged
        person = _find(standing, number)
        first = 1 if standing.head else 0
        place = standing.people.index(person)
        target = min(max(place + steps, first), len(standing.people) - 1)
        if person.is_head or target == place:
            return
        people = [other for other in standing.people if other != person]
        people.insert(target, person)
        _write_positions(people)
        _record(actor, "move", person, now, {"place": target + 1})


def _write_positions(people: Iterable[Registration]) -> None:
    changed = []
    for position, person in enumerate(people, start=1):
        if person.list_position != position:
            person.list_position = position
            changed.append(person)
    Registration.objects.bulk_update(changed, ["list_position"])


def _read_locked(delegation: Delegation) -> Standing:
    Delegation.objects.select_for_update(no_key=True).get(pk=delegation.pk)
    return read_standing(delegation)


def _find(standing: Standing, number: str) -> Registration:
    for person in standing.people:
        if person.number == number:
            return person
    raise Registration.DoesNotExist


def _record(
    actor: Actor, action: str, registration: Registration, now: datetime, details: dict[str, int] | None = None
) -> None:
    record(
        actor=actor,
        action=action,
        subject=f"registration:{registration.pk}",
        now=now,
        seminar_id=registration.seminar_id,
        details=details,
    )
