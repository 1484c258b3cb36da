"""What one row of a spreadsheet would do: whom it means, which answers it changes, and what is wrong where.

Door: `RowPlanner`. It reads and writes nothing; the people come from people.py.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registration.intake.forms import RegistrationForm, make_badge_name
from registration.intake.sheets.columns import DELEGATION, EMAIL, NUMBER, Column
from registration.intake.sheets.people import People, Scope, make_key
from registration.intake.sheets.values import simplify
from registration.lifecycle import make_passport_key
from registration.models import Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import CONSENTS, LATER_STAGES, STAGES, extend, may_edit
from registration.models.extra_questions import is_extra, merge_extra_answers
from registration.models.states import ENDED
from seminar.models import Delegation

NEW, CHANGED, SAME, FAULTY = "new", "changed", "same", "faulty"
_KEPT_WHERE_EMPTY = frozenset({"role", "language"})  # nobody is without them
_OWN = frozenset({*Registration.MANDATORY_FIELDS, "role"})
_PASSPORT = ("passport_issuer", "passport_number")


@dataclass
class PlannedRow:
    """One row. `texts` is {column: as it stands in the file}, `answers` {column: what is written}, `before` {column:
    what stands there now, as a page shows it}, `faults` {column, or "" for the row: what to do}."""

    line: int
    texts: dict[str, str]
    registration: Registration | None = None
    delegation: Delegation | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        if self.faults:
            return FAULTY
        return NEW if self.registration is None else CHANGED if self.answers else SAME

    @property
    def is_open(self) -> bool:
        """Whether the registration is not submitted yet."""
        return self.registration is None or self.registration.is_editable

    def list_missing(self) -> list[str]:
        """Return the answers that a submission would still need once the row is saved."""
        delegation = self.delegation
        if delegation is None:
            return []
        if self.registration is not None:
            person = copy(self.registration)
        else:
            person = Registration(seminar=delegation.seminar, delegation=delegation)
        for name, value in self.answers.items():
            if name in _OWN:
                setattr(person, name, value)
        extra = {name: value for name, value in self.answers.items() if is_extra(name)}
        person.extra_answers = merge_extra_answers(person, extra)
        return person.list_missing_fields(is_nominated=delegation.needs_nomination)


class _RowRules(RegistrationForm):
    """The rules of the question pages beyond single fields, applied to one row after the other."""

    def __init__(self) -> None:
        stages = (*STAGES, CONSENTS, *LATER_STAGES)
        super().__init__(names=[name for stage in stages for name in stage.names])

    def check(self, registration: Registration, answers: dict[str, Any]) -> dict[str, str]:
        """Bring `answers` into their last form; return {name: what is wrong}."""
        self.full_clean()  # unbound: it forgets the row before
        self.registration, self.names = registration, tuple(answers)
        self.saved_passport_number = read_answer(registration, "passport_number")
        self.cleaned_data = dict(answers)
        for name in answers:
            if clean := getattr(self, f"clean_{name}", None):
                try:
                    self.cleaned_data[name] = clean()
                except ValidationError as error:
                    self.add_error(name, error)
        self.clean()
        answers.update((name, value) for name, value in self.cleaned_data.items() if name in answers)
        return {name: " ".join(map(str, errors)) for name, errors in self.errors.items()}


class RowPlanner:
    """Plans the rows of one sheet, in their order."""

    def __init__(self, scope: Scope, people: People, columns: Iterable[Column], now: datetime) -> None:
        self._scope, self._people, self._now = scope, people, now
        self._columns = [column for column in columns if column.name not in (NUMBER, DELEGATION)]
        self._rules = _RowRules()
        self._lines: dict[object, int] = {}  # of the people met so far

    def plan(self, row: PlannedRow) -> None:
        self._find_person(row)
        if row.delegation is None:
            return
        person = self._imagine_person(row)
        editable: dict[str, bool] = {}
        for column in self._columns:
            if column.name not in row.faults:
                self._plan_cell(row, column, person, editable)
        if row.registration is None:
            self._require(row)
        self._name_badge(row)
        for name, fault in self._rules.check(person, row.answers).items():
            row.faults.setdefault(name if name in row.texts else "", fault)

    def _find_person(self, row: PlannedRow) -> None:
        """Find whom the row is about and through which delegation; say where that cannot be."""
        number, email = row.texts.get(NUMBER, ""), row.texts.get(EMAIL, "")
        row.delegation = self._scope.delegation
        named = row.texts.get(DELEGATION, "")
        if named:
            delegation = self._people.delegations.get(simplify(named))
            if delegation is None or self._scope.delegation not in (None, delegation):
                row.faults[DELEGATION] = self._say_unknown_delegation()
                row.delegation = None
                return
            row.delegation = delegation
        if number:
            row.registration = self._people.find_by_number(number)
            if row.registration is None:
                row.faults[NUMBER] = _("Nobody has this registration number here. Leave it empty for a new person.")
            elif row.registration.state in ENDED:
                row.faults[NUMBER] = _(
                    "This registration has ended. Leave the number empty to register the person anew."
                )
        elif email:
            row.registration = self._people.find_by_email(email, row.texts)
            if row.registration is None and self._people.is_taken(email):
                row.faults[EMAIL] = _("This address is already registered for the seminar. Enter another one.")
        if row.registration is not None:
            if row.delegation not in (None, row.registration.delegation):
                row.faults[DELEGATION] = _("This person is registered with another delegation.")
            row.delegation = row.registration.delegation
        elif row.delegation is None and not row.faults:
            row.faults[DELEGATION] = _("Enter the code of the delegation.")
        elif not row.faults and not self._scope.takes_new:
            row.faults[""] = _("Nominations are closed: nobody can be added.")
        self._note_person(row, email)

    def _say_unknown_delegation(self) -> str:
        if self._scope.delegation is not None:
            text = _("This spreadsheet is for %(name)s only. Delete the rows of other delegations.")
            return text % {"name": self._scope.delegation.short_name}
        return _("No delegation of this edition has this code.")

    def _note_person(self, row: PlannedRow, email: str) -> None:
        """Say where the same person, or the same address for another one, stood before."""
        is_shared = row.registration is not None and row.registration.shares_address
        known: list[object] = [row.registration.pk] if row.registration is not None else []
        if email and not is_shared:
            known.append(make_key(email))
        for person in filter(None, known):
            first = self._lines.setdefault(person, row.line)
            if first != row.line:
                name = EMAIL if EMAIL in row.texts else ""
                row.faults.setdefault(name, _("This person stands in row %(line)d already.") % {"line": first})

    def _imagine_person(self, row: PlannedRow) -> Registration:
        """Return the registration as it would be: which pages ask a person goes by the role."""
        if row.registration is not None:
            person = copy(row.registration)
        else:
            person = Registration(
                seminar=self._scope.seminar, delegation=row.delegation, language=self._scope.language, email=""
            )
        for column in self._columns:
            if column.name == "role" and row.texts["role"]:
                try:
                    person.role = column.parse(row.texts["role"])
                except ValidationError:
                    break
        return person

    def _plan_cell(self, row: PlannedRow, column: Column, person: Registration, editable: dict[str, bool]) -> None:
        text, name = row.texts[column.name], column.name
        if not text and (row.registration is None or name in _KEPT_WHERE_EMPTY):
            return
        try:
            value = column.parse(text)
        except ValidationError as error:
            row.faults[name] = " ".join(error.messages)
            return
        if row.registration is None and value == column.empty:
            return
        if row.registration is not None:
            if column.is_saved(row.registration, value):
                return
            row.before[name] = column.show(column.get_saved(row.registration))
        row.answers[name] = value
        if fault := self._refuse(row, column, value, person, editable):
            row.faults[name] = fault

    def _refuse(
        self, row: PlannedRow, column: Column, value: Any, person: Registration, editable: dict[str, bool]
    ) -> str:
        """Return why a readable answer is not taken, empty where it is."""
        if column.name == EMAIL:
            if row.registration is None:
                return ""
            if not value:
                return _("Enter the e-mail address.")
            if not row.registration.is_editable:
                return _("The address can be changed while the form is not submitted. Please write to the secretariat.")
            is_taken = make_key(value) != row.registration.email_key and self._people.is_taken(value)
            return _("This address is already registered for the seminar. Enter another one.") if is_taken else ""
        if column.name == "given_names" and not value:
            return _("Enter the given names.")
        if column.name == "role" and value not in self._scope.roles:
            return _("Only the organizers give this role.")
        if column.question is not None and not column.question.is_for(person):
            return _("This is not asked of this person. Leave it empty.") if value else ""
        stage = extend(column.stage, person)  # type: ignore[arg-type]
        if stage.code not in editable:
            editable[stage.code] = may_edit(person, stage, self._now)
        if editable[stage.code]:
            return ""
        if not stage.is_for(person):
            return _("This is not asked of this person. Leave it empty.") if value else ""
        return _("This can no longer be changed here. Open the person's page and ask the organizers for the change.")

    def _require(self, row: PlannedRow) -> None:
        if not row.texts.get(EMAIL):
            row.faults.setdefault(EMAIL if EMAIL in row.texts else "", _("Enter the e-mail address."))
        if not row.texts.get("given_names"):
            text = _("Enter the given names.")
            row.faults.setdefault("given_names" if "given_names" in row.texts else "", text)

    def _name_badge(self, row: PlannedRow) -> None:
        """Make up the name on the badge where none was written, and anew where names change."""
        if {"given_names", "family_name", "badge_name"}.isdisjoint(row.answers):
            return
        saved = row.registration or Registration()
        names = [row.answers.get(name, getattr(saved, name)) for name in ("given_names", "family_name")]
        made_up = make_badge_name(saved.given_names, saved.family_name)
        badge = row.answers.get("badge_name", saved.badge_name)
        if badge in ("", made_up):
            badge = make_badge_name(*names)
        if badge != saved.badge_name:
            row.answers["badge_name"] = badge
        else:
            row.answers.pop("badge_name", None)
            row.before.pop("badge_name", None)

    def find_equal_passports(self, rows: list[PlannedRow]) -> None:
        """Say where a passport belongs to somebody else who is registered, or to another row."""
        keys = {}
        for row in rows:
            if not row.answers.keys().isdisjoint(_PASSPORT):
                saved = row.registration or Registration()
                keys[row.line] = make_passport_key(
                    *(row.answers.get(one, read_answer(saved, one)) for one in _PASSPORT)
                )
        owners = self._people.find_passports(filter(None, keys.values()))
        lines: dict[str, int] = {}
        for row in rows:
            key = keys.get(row.line)
            if not key:
                continue
            first, owner = lines.setdefault(key, row.line), owners.get(key)
            if first != row.line or (owner is not None and owner != (row.registration and row.registration.pk)):
                text = _("This passport is already registered for the seminar. Check the number and the issuer.")
                row.faults.setdefault("passport_number", text)
