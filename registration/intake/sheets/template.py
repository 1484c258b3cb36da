"""The spreadsheet to fill in: a scope's present people, empty rows below them, and what each column asks.

Doors: `make_workbook`, `make_csv`, both in the reader's language, and `record_download`.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from registration.intake.forms import RegistrationForm
from registration.intake.sheets.columns import DELEGATION, EMAIL, NUMBER, Column, list_columns
from registration.intake.sheets.people import Scope, list_people
from registration.models import ExtraQuestion, Registration
from registration.models.consents import CONSENT_TEXTS, current_consent
from seminar.foundation.audit import record
from seminar.foundation.workbooks import Sheet, SheetColumn, Value, write_csv, write_workbook

MOST_EXPLAINED = 12  # choices that the notes count up


def make_workbook(scope: Scope) -> tuple[bytes, int]:
    """Return an XLSX file and how many people it holds."""
    columns, people = _list_columns(scope), list_people(scope)
    sheets = [_make_sheet(columns, people), _make_notes(columns)]
    return write_workbook(sheets, choices_title=_("Choices")), len(people)


def make_csv(scope: Scope) -> tuple[bytes, int]:
    """Return a CSV file and how many people it holds."""
    people = list_people(scope)
    return write_csv(_make_sheet(_list_columns(scope), people)), len(people)


def record_download(scope: Scope, count: int, now: datetime) -> None:
    """Put on record who took `count` people out."""
    with transaction.atomic():
        record(
            actor=scope.actor,
            action="export",
            subject=scope.key,
            now=now,
            seminar_id=scope.seminar.pk,
            details={"rows": count},
        )


def _list_columns(scope: Scope) -> list[Column]:
    return [column for column in list_columns(scope.seminar) if column.name != DELEGATION or scope.delegation is None]


def _make_sheet(columns: list[Column], people: list[Registration]) -> Sheet:
    headed = [SheetColumn(column.noted_heading, column.width, column.kind, column.choices) for column in columns]
    rows = ([_write(column, person) for column in columns] for person in people)
    return Sheet(_("People"), headed, rows, is_form=True)


def _write(column: Column, person: Registration) -> Value:
    if column.name == DELEGATION:
        return person.delegation.code
    return column.write(column.get_saved(person))


def _make_notes(columns: list[Column]) -> Sheet:
    """Return the sheet that says of each column what it asks and what may stand there."""
    headed = [SheetColumn(_("Column"), 32), SheetColumn(_("What to enter"), 80), SheetColumn(_("One of these"), 50)]
    return Sheet(
        _("Notes"), headed, [[column.noted_heading, _explain(column), _count_up(column)] for column in columns]
    )


def _explain(column: Column) -> str:
    if column.name == NUMBER:
        return _("We give it. Leave it as it is; leave it empty for a new person.")
    if column.name == DELEGATION:
        return _("As in the list of delegations.")
    if column.name == EMAIL:
        return _("Each person's own. A person without a registration number is recognized by it.")
    if column.name in CONSENT_TEXTS:
        return _("Yes, where the person has agreed to this: “%(text)s”") % {"text": current_consent(column.name)}
    if column.question is not None:
        return _explain_extra(column.question)
    asked = RegistrationForm.base_fields[column.name]
    hint = str(asked.help_text or "")
    if column.kind == "date":
        form = _("As year-month-day, such as 2013-02-26.")
        hint = f"{hint} {form}".strip()
    return hint or str(asked.label or "")


def _explain_extra(question: ExtraQuestion) -> str:
    hint = str(question.help or question.label)
    if question.kind == ExtraQuestion.Kind.SEVERAL:
        choices = "; ".join(label for _code, label in question.choices)
        several = _("Several of these with semicolons between them: %(choices)s") % {"choices": choices}
        return f"{hint} {several}"
    form = _("As year-month-day, such as 2013-02-26.")
    return f"{hint} {form}" if question.kind == ExtraQuestion.Kind.DATE else hint


def _count_up(column: Column) -> str:
    choices = column.choices
    return _(", ").join(choices) if len(choices) <= MOST_EXPLAINED else _("See the list in each cell.")
