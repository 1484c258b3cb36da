"""Keeps an uploaded spreadsheet until it is saved, and saves it: all of its rows or nothing.

Doors: `keep_upload`, `find_upload`, `read_upload`, `correct_cells`, `drop_upload`, `save_plan`, `sweep_uploads`.
"""

import json
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from registration import lifecycle
from registration.intake.services import send_invitation
from registration.intake.sheets.people import Scope
from registration.intake.sheets.plan import Plan
from registration.intake.sheets.rows import PlannedRow
from registration.mail.services import readdress_queued
from registration.models import Registration, SheetUpload
from registration.models.consents import CONSENT_TEXTS, current_consent
from registration.models.states import EDITABLE
from registration.transitions import Incomplete, stamp_consents, submit
from seminar.foundation.audit import record
from seminar.foundation.tables import Table, TableRow
from seminar.foundation.transactions import recorded, retried
from seminar.models import Seminar

KEPT_FOR = timedelta(days=7)
NAME_MAX_LENGTH = 200


class SavedAlready(Exception):
    """The upload is gone: it was saved, or taken back, a moment ago."""


@dataclass
class Saved:
    """How many people a spreadsheet added, changed, wrote to and submitted."""

    added: int = 0
    changed: int = 0
    invited: int = 0
    submitted: int = 0


@retried
def keep_upload(*, scope: Scope, name: str, table: Table, now: datetime) -> SheetUpload:
    """Keep the table of a file called `name`, in the place of an earlier one of this actor for the same scope."""
    upload, _is_new = SheetUpload.objects.update_or_create(
        **_of(scope),
        defaults={
            "seminar": scope.seminar,
            "delegation": scope.delegation,
            "name": "".join(c for c in name if c.isprintable())[:NAME_MAX_LENGTH],
            "content": _pack(table),
            "uploaded_at": now,
        },
    )
    return upload


def find_upload(scope: Scope) -> SheetUpload | None:
    """Return what this actor uploaded for the scope and did not save yet, its content still unread."""
    return SheetUpload.objects.filter(**_of(scope)).defer("content").first()


def read_upload(upload: SheetUpload) -> Table:
    return _unpack(upload.content)


@retried
def correct_cells(*, scope: Scope, upload: SheetUpload, table: Table, texts: Mapping[tuple[int, int], str]) -> None:
    """Write other `texts` {(line, index of the column): text} into the kept table."""
    rows = []
    for row in table.rows:
        cells = list(row.cells)
        for (line, index), text in texts.items():
            if line == row.line:
                cells += [""] * (index + 1 - len(cells))
                cells[index] = text
                table.faults.pop((line, index), None)
        rows.append(TableRow(row.line, cells))
    SheetUpload.objects.filter(pk=upload.pk, **_of(scope)).update(content=_pack(Table(rows, table.faults)))


@retried
def drop_upload(*, scope: Scope) -> None:
    SheetUpload.objects.filter(**_of(scope)).delete()


def sweep_uploads(*, now: datetime) -> int:
    """Remove what nobody came back to for KEPT_FOR; return how many."""
    return SheetUpload.objects.filter(uploaded_at__lt=now - KEPT_FOR).delete()[0]


@retried
def save_plan(
    *, scope: Scope, upload: SheetUpload, plan: Plan, are_invited: bool, are_submitted: bool, now: datetime
) -> Saved:
    """Write every row of a plan without faults. `are_invited`: new people get their personal links now;
    `are_submitted`: what is complete is submitted.

    Raises SavedAlready, and where somebody was faster what lifecycle raises; nothing is written then.
    """
    saved = Saved()
    with recorded():
        Seminar.objects.select_for_update(no_key=True).get(pk=scope.seminar.pk)  # the first of the global order
        if not SheetUpload.objects.filter(pk=upload.pk, **_of(scope)).delete()[0]:
            raise SavedAlready
        people = _add_people(scope, [row for row in plan.rows if row.registration is None], now)
        saved.added = len(people)
        if are_invited:
            for person in people:
                send_invitation(scope.actor, person, now, is_new=True)
            saved.invited = len(people)
        for row in plan.rows:
            if row.registration is not None:
                saved.changed += bool(row.answers)
                people.append(_change_person(scope, row, row.registration, now))
        if are_submitted:
            saved.submitted = sum(_submit(scope, person, now) for person in people)
        record(
            actor=scope.actor,
            action="upload_sheet",
            subject=scope.key,
            now=now,
            seminar_id=scope.seminar.pk,
            details={name: count for name, count in asdict(saved).items() if count},
        )
    return saved


def _add_people(scope: Scope, rows: list[PlannedRow], now: datetime) -> list[Registration]:
    drafts = []
    for row in rows:
        answers = _stamp(Registration(), row.answers, now)
        drafts.append(lifecycle.Draft(row.delegation, answers.pop("email"), answers))  # type: ignore[arg-type]
    return lifecycle.create_drafts(
        actor=scope.actor, seminar=scope.seminar, drafts=drafts, language=scope.language, now=now
    )


def _change_person(scope: Scope, row: PlannedRow, registration: Registration, now: datetime) -> Registration:
    if not row.answers:
        return registration
    registration = lifecycle.update_fields(
        actor=scope.actor,
        registration=copy(registration),
        fields=_stamp(registration, row.answers, now),
        now=now,
        is_later=registration.state not in EDITABLE,  # the plan asked answers.may_edit of each page
    )
    if "email" in row.answers:
        readdress_queued(registration)
    return registration


def _stamp(registration: Registration, answers: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return answers as columns hold them: consents as the version of their text, with their time."""
    consents = {
        name: current_consent(name).version if answers[name] else "" for name in CONSENT_TEXTS if name in answers
    }
    return stamp_consents(registration, {**answers, **consents}, now)


def _submit(scope: Scope, registration: Registration, now: datetime) -> bool:
    if registration.state not in EDITABLE:
        return False
    try:
        submit(actor=scope.actor, registration=registration, now=now)
    except Incomplete:
        return False
    return True


def _of(scope: Scope) -> dict[str, Any]:
    return {"scope": scope.key, "actor_kind": scope.actor.kind, "actor_key": scope.actor.key}


def _pack(table: Table) -> str:
    faults = [[line, index, fault] for (line, index), fault in table.faults.items()]
    return json.dumps({"rows": [[row.line, list(row.cells)] for row in table.rows], "faults": faults})


def _unpack(content: str) -> Table:
    packed = json.loads(content)
    return Table(
        [TableRow(line, cells) for line, cells in packed["rows"]],
        {(line, index): fault for line, index, fault in packed["faults"]},
    )
