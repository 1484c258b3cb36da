"""What was typed and is not finished: kept for its typist alone, until the page is finished.

Doors: `keep`, `find`, `drop`. Values are as the browser sent them, unchecked, and never leave their page.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from registration.models import Registration, UnsavedAnswers
from registration.models.answers import FILE_NAMES, SECRET_NAMES, Stage
from seminar.foundation.audit import Actor
from seminar.foundation.fields import LONGEST_RAW
from seminar.foundation.transactions import retried

MOST_CHOSEN, LONGEST_CHOICE = 100, 100


@retried
def keep(
    *,
    actor: Actor,
    registration: Registration,
    stage: Stage,
    typed: Mapping[str, str | list[str]],
    seen: str,
    now: datetime,
) -> None:
    """Keep `typed` {field: text, or what was chosen} of one page.

    Of each field at most LONGEST_RAW characters, without NUL characters. Secrets and files are not kept: they lie in
    their own column and store alone.
    """
    names = [name for name in stage.names if name not in SECRET_NAMES | FILE_NAMES]
    values = {name: _make_value_storable(typed.get(name, "")) for name in names}
    UnsavedAnswers.objects.update_or_create(
        registration=registration,
        stage=stage.code,
        actor_kind=actor.kind,
        actor_key=actor.key,
        defaults={"values": values, "seen": _make_storable(seen[:32]), "saved_at": now},
    )


def find(*, actor: Actor, registration: Registration, stage: Stage) -> UnsavedAnswers | None:
    rows = _of(actor, registration, stage)[:1]  # one at the most, by constraint: no order to sort by
    return next(iter(rows), None)


def drop(*, actor: Actor, registration: Registration, stage: Stage) -> None:
    _of(actor, registration, stage).delete()


def list_begun_stages(actor: Actor, registration: Registration) -> set[str]:
    """Return the codes of the pages that this actor has begun and not finished."""
    rows = UnsavedAnswers.objects.filter(registration=registration, actor_kind=actor.kind, actor_key=actor.key)
    return set(rows.values_list("stage", flat=True))


def _of(actor: Actor, registration: Registration, stage: Stage) -> "QuerySet[UnsavedAnswers]":
    return UnsavedAnswers.objects.filter(
        registration=registration, stage=stage.code, actor_kind=actor.kind, actor_key=actor.key
    )


def _make_value_storable(typed: str | list[str]) -> str | list[str]:
    if isinstance(typed, list):
        return [_make_storable(one[:LONGEST_CHOICE]) for one in typed[:MOST_CHOSEN]]
    return _make_storable(typed[:LONGEST_RAW])


def _make_storable(text: str) -> str:
    """Return text without what PostgreSQL refuses: NUL characters, and lone surrogates, which are replaced."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
