"""Publishes the programme: visitors read the newest version, organizers work on what the next one will hold.

Doors: `publish`, `read_published`, `list_unpublished`.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from agenda.changes import Change, list_changes, number_items
from agenda.models import ProgrammeVersion
from agenda.snapshot import take_snapshot
from seminar.foundation.audit import Actor, record
from seminar.foundation.kept_pages import forget_pages
from seminar.foundation.transactions import recorded, retried
from seminar.models import Seminar


class NothingToPublish(Exception):
    """There is no programme yet, or it is as it was published."""


class ChangedSinceShown(Exception):
    """The programme that would be published is another than the one that was looked at."""


@retried
def publish(*, actor: Actor, seminar: Seminar, now: datetime, expected_number: int | None = None) -> ProgrammeVersion:
    """Make the programme as it is now the public one; its changes are kept with it.

    `expected_number` is that of the version its publisher knew as the newest. Raises NothingToPublish, and
    ChangedSinceShown where somebody else has published since.
    """
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=seminar.pk)
        newest = read_published(seminar)
        if expected_number is not None and expected_number != (newest.number if newest else 0):
            raise ChangedSinceShown
        before = newest.snapshot if newest else {"items": [], "cancelled": []}
        after = take_snapshot(seminar)
        changes = list_changes(before["items"], after)
        if not changes:
            raise NothingToPublish
        items, cancelled = number_items(before["items"], before["cancelled"], after)
        last = ProgrammeVersion.objects.filter(seminar=seminar).aggregate(last=Max("number"))["last"] or 0
        version = ProgrammeVersion.objects.create(
            seminar=seminar,
            number=last + 1,
            published_at=now,
            publisher_kind=actor.kind,
            publisher_key=actor.key,
            snapshot={"items": items, "cancelled": cancelled},
            changes=[change.as_json() for change in changes],
        )
        record(
            actor=actor,
            action="publish_programme",
            subject=f"programme_version:{version.pk}",
            now=now,
            seminar_id=seminar.pk,
            details={"number": version.number, "changes": len(changes)},
        )
        transaction.on_commit(forget_pages)
    return version


def read_published(seminar: Seminar) -> ProgrammeVersion | None:
    """Return the version that visitors read; None while the programme is a draft."""
    return ProgrammeVersion.objects.filter(seminar=seminar).order_by("-number").first()


def list_unpublished(seminar: Seminar) -> list[Change]:
    """Return what publishing now would change for visitors."""
    newest = read_published(seminar)
    return list_changes(newest.snapshot["items"] if newest else [], take_snapshot(seminar))
