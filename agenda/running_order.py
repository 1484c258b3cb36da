"""When each presentation of a session begins, and in which order delegations present. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Slot:
    """The time of one presentation; None where nobody said how long it is."""

    start_at: datetime | None
    end_at: datetime | None


def lay_out(start_at: datetime, minutes: Sequence[int | None]) -> list[Slot]:
    """Return the slots of presentations that follow one another from `start_at`.

    `minutes` has each one's length. From the first without one on, no time is known.
    """
    slots: list[Slot] = []
    at: datetime | None = start_at
    for length in minutes:
        end_at = at + timedelta(minutes=length) if at is not None and length else None
        slots.append(Slot(at if end_at else None, end_at))
        at = end_at
    return slots


def find_overrun_minutes(start_at: datetime, end_at: datetime, minutes: Iterable[int | None]) -> int:
    """Return by how many minutes the presentations last longer than their session; 0 where they fit."""
    needed = timedelta(minutes=sum(length or 0 for length in minutes))
    return max(0, round((needed - (end_at - start_at)).total_seconds() / 60))


def order_by_position(positions: Iterable[tuple[int, int | None]], first: int, last: int) -> list[int]:
    """Return the keys of delegations whose order of presentation lies from `first` to `last`, earlier systems first.

    `positions` are (key, order of presentation or None); equal orders keep their place.
    """
    within = [(order, key) for key, order in positions if order is not None and first <= order <= last]
    return [key for _order, key in sorted(within, key=lambda pair: pair[0])]
