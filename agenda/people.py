"""Who speaks and moderates, asked of the floor above, which alone knows people.

Doors: `sources.append(function)` from above, once; `list_people(seminar)` for the programme.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from seminar.models import Seminar


@dataclass(frozen=True)
class Person:
    """One person as the programme names them; `name_ja` as a Japanese reader finds it, in either script."""

    name_en: str
    name_ja: str
    position: str
    organization: str
    part: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Cast:
    """People by the id of their presentation, and by the id of their sitting."""

    of_presentations: dict[int, list[Person]] = field(default_factory=dict)
    of_sittings: dict[int, list[Person]] = field(default_factory=dict)


sources: list[Callable[[Seminar], Cast]] = []


def list_people(seminar: Seminar) -> Cast:
    """Return everybody who has a part in the programme, as the sources tell."""
    cast = Cast()
    for source in sources:
        found = source(seminar)
        for key, people in found.of_presentations.items():
            cast.of_presentations.setdefault(key, []).extend(people)
        for key, people in found.of_sittings.items():
            cast.of_sittings.setdefault(key, []).extend(people)
    return cast
