"""Loads an edition from its folder: checks every file, then writes all of it or nothing.

Door: `load_edition(directory, ...)`. Loading queues no mail and leaves registrations that exist as they are.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django import forms

from agenda.loading import AgendaPlan, WrittenAgenda, check_agenda, write_agenda
from agenda.models import Presentation
from agenda.publishing import NothingToPublish, publish, read_published
from registration import lifecycle
from registration.appearances import NotNameable, name_person
from registration.intake.later_questions import CountryField, PassportNumberField
from registration.models import Appearance, Particulars, Registration, State, Travel, TravelDocument
from registration.models.answer_columns import HOLDERS, read_answer
from registration.models.consents import CONSENT_TEXTS, IMPORTED
from registration.models.states import ENDED
from seminar.foundation.audit import SYSTEM, record
from seminar.foundation.edition_files import (
    NEW,
    SAME,
    EditionFiles,
    Fault,
    FilesRefused,
    LoadReport,
    check_row,
    read_files,
)
from seminar.foundation.edition_forms import FlagField, make_form
from seminar.foundation.encryption import mask
from seminar.foundation.fields import TextField
from seminar.foundation.text import make_email_key
from seminar.foundation.transactions import recorded, retried
from seminar.loading import check_ground, check_header, write_ground
from seminar.models import Delegation, Seminar

FILE = "registrations.csv"
# The file's name of a column where the table's differs.
RENAMED = {
    "reg_no": "number", "list_no": "list_position", "note": "organizers_note", "status": "state",
}  # fmt: skip
_SAME_NAME = [
    "is_head", "title", "given_names", "family_name", "name_native", "reading_ja", "passport_name", "badge_name",
    "role", "position", "organization", "language", "email", "funded",
]  # fmt: skip
# The file's name of a column that stands beside the registration: the answer's own. A file may leave them out.
BESIDE = {
    "nationality": "nationality", "sex": "sex", "birth_date": "birth_date", "dietary": "dietary",
    "passport_type": "passport_type", "passport_no": "passport_number", "passport_expiry": "passport_expiry_date",
    "visa_required": "visa_need", "arrival": "arrival_date", "departure": "departure_date",
}  # fmt: skip
WAITING = ("pref1", "pref2", "pref3", "tour_first", "tour_second")
KNOWN = ["reg_no", "delegation", "list_no", *_SAME_NAME, "status", "replaces", "note"]


class RegistrationRowForm(
    make_form(  # type: ignore[misc]
        Registration,
        _SAME_NAME,
        delegation=TextField(max_length=20),
        reg_no=TextField(max_length=60),
        list_no=make_form(Registration, ["list_position"]).base_fields["list_position"],
        status=make_form(Registration, ["role"]).base_fields["role"],
        nationality=CountryField(required=False),
        sex=forms.ChoiceField(choices=[("", ""), *Particulars.Sex.choices], required=False),
        birth_date=forms.DateField(required=False),
        dietary=forms.ChoiceField(choices=[("", ""), *Particulars.Diet.choices], required=False),
        passport_type=forms.ChoiceField(choices=[("", ""), *TravelDocument.Type.choices], required=False),
        passport_no=PassportNumberField(required=False),
        passport_expiry=forms.DateField(required=False),
        visa_required=forms.ChoiceField(choices=[("", ""), ("Y", ""), ("N", "")], required=False),
        arrival=forms.DateField(required=False),
        departure=forms.DateField(required=False),
        replaces=TextField(max_length=60, required=False),
        note=TextField(max_length=5000, is_multiline=True, required=False),
        is_head=FlagField(),
        funded=FlagField(),
    )
):
    """One row of registrations.csv."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = State.choices
        self.fields["given_names"].required = True

    def clean_reg_no(self) -> str:
        number: str = self.cleaned_data["reg_no"]
        if "/" in number:  # it stands in addresses
            raise forms.ValidationError("write the number without /")
        return number


@retried
def load_edition(directory: Path, *, now: datetime) -> LoadReport:
    """Load or update the edition in `directory`. Raises FilesRefused with every fault; then nothing is changed."""
    files = read_files(directory)
    report, faults = LoadReport(), list[Fault]()
    ground = check_ground(files, faults)
    agenda = check_agenda(files, faults)
    codes = {values["code"]: values for _place, values in ground.delegations if values.get("code")}
    if not codes:  # that file was refused as a whole, which is no fault of this one
        codes = {row.values.get("code", ""): {} for row in files.delegations}
    registrations = _check_registrations(files, codes, faults, report)
    if faults:
        raise FilesRefused(faults)
    with recorded():
        seminar = write_ground(ground, report)
        written = write_agenda(agenda, seminar, report, now)
        _write_registrations(registrations, seminar, report, now)
        _name_people(agenda, written, seminar, report, now)
        _publish(seminar, report, now)
        if not report.is_unchanged:
            record(actor=SYSTEM, action="load", subject=f"seminar:{seminar.pk}", now=now, seminar_id=seminar.pk)
    return report


def _check_registrations(
    files: EditionFiles, delegations: dict[str, dict[str, Any]], faults: list[Fault], report: LoadReport
) -> list[tuple[str, dict[str, Any]]]:
    """Return the checked rows as (place, values)."""
    if files.registrations:
        header = list(files.registrations[0].values)
        left = check_header(FILE, header, KNOWN, (*BESIDE, *WAITING), faults)
        left = [name for name in left if name in WAITING]
        if not set(KNOWN) <= set(header):
            return []  # a missing column would be a fault in each row
        if left:
            report.waiting.append(f"{FILE}: {', '.join(left)}")
    rows = [
        (row.place, check_row(RegistrationRowForm, FILE, row.place, row.values, faults)) for row in files.registrations
    ]
    _check_references(rows, delegations, faults)
    _check_uniqueness(rows, faults)
    _check_quotas(rows, delegations, faults)
    return rows


def _check_references(
    rows: list[tuple[str, dict[str, Any]]], delegations: dict[str, dict[str, Any]], faults: list[Fault]
) -> None:
    numbers = {values.get("reg_no") for _place, values in rows}
    for place, values in rows:
        code, replaced = values.get("delegation"), values.get("replaces")
        if code and code not in delegations:
            faults.append(Fault(FILE, place, "delegation", f"{code} is not in delegations.csv"))
        if replaced and (replaced not in numbers or replaced == values.get("reg_no")):
            faults.append(Fault(FILE, place, "replaces", f"{replaced} is not another row of this file"))


def _check_uniqueness(rows: list[tuple[str, dict[str, Any]]], faults: list[Fault]) -> None:
    seen: dict[tuple[str, str], str] = {}

    def claim(column: str, key: str, place: str, shown: str) -> None:
        if key and (column, key) in seen:
            faults.append(Fault(FILE, place, column, f"{shown} stands already in {seen[column, key]}"))
        seen.setdefault((column, key), place)

    for place, values in rows:
        claim("reg_no", values.get("reg_no", ""), place, values.get("reg_no", ""))
        if values.get("status") in ENDED:
            continue
        email = values.get("email", "")
        claim("email", make_email_key(email), place, email)
        passport = values.get("passport_no", "")
        claim("passport_no", f"{_choose_issuer(values)} {passport}" if passport else "", place, mask(passport))
        if values.get("is_head"):
            claim("is_head", values.get("delegation", ""), place, f"the head of {values.get('delegation')}")


def _check_quotas(
    rows: list[tuple[str, dict[str, Any]]], delegations: dict[str, dict[str, Any]], faults: list[Fault]
) -> None:
    approved: Counter[str] = Counter()
    for place, values in rows:
        code = values.get("delegation", "")
        if values.get("status") != State.APPROVED or code not in delegations:
            continue
        approved[code] += 1
        quota = delegations[code].get("quota")
        if quota is not None and approved[code] > quota:
            faults.append(Fault(FILE, place, "status", f"more are approved than the quota of {code}, {quota}, allows"))


def _write_registrations(
    rows: list[tuple[str, dict[str, Any]]], seminar: Seminar, report: LoadReport, now: datetime
) -> None:
    delegations = {delegation.code: delegation for delegation in Delegation.objects.filter(seminar=seminar)}
    existing = {
        registration.number: registration
        for registration in Registration.objects.filter(seminar=seminar).select_related(*HOLDERS)
    }
    differing: list[str] = []
    new: list[dict[str, Any]] = []
    for place, values in rows:
        number = values["reg_no"]
        columns, answers = _make_columns(values, delegations), _make_answers(values)
        if number in existing:
            report.count("registrations", SAME)
            in_file = {**columns, **answers, "state": existing[number].state}
            if any(read_answer(existing[number], name) != value for name, value in in_file.items()):
                differing.append(number)
            continue
        registration = Registration(seminar=seminar, **columns)
        if registration.is_head and registration.state not in ENDED and _has_head(registration.delegation):
            raise FilesRefused([Fault(FILE, place, "is_head", f"{values['delegation']} has a head already")])
        try:
            lifecycle.insert_imported(actor=SYSTEM, registration=registration, answers=answers, now=now)
        except lifecycle.AddressTaken:
            raise FilesRefused([Fault(FILE, place, "email", "this address is already registered")]) from None
        except lifecycle.PassportTaken:
            raise FilesRefused([Fault(FILE, place, "passport_no", "this passport is already registered")]) from None
        except lifecycle.QuotaFull:
            raise FilesRefused([Fault(FILE, place, "status", "the delegation's quota is already full")]) from None
        existing[number] = registration
        new.append(values)
        report.count("registrations", NEW)
    _link_replacements(new, existing)
    _raise_last_number(seminar, existing)
    if differing:
        shown = ", ".join(differing[:10]) + (" ..." if len(differing) > 10 else "")
        report.notes.append(f"{len(differing)} registrations differ from the file and were left as they are: {shown}")


def _name_people(
    agenda: AgendaPlan, written: WrittenAgenda, seminar: Seminar, report: LoadReport, now: datetime
) -> None:
    """Give the people whom the programme names their parts; a guest speaks for the delegation they came with."""
    numbers = [named.number for named in agenda.named]
    people = {person.number: person for person in Registration.objects.filter(seminar=seminar, number__in=numbers)}
    for named in agenda.named:
        person = people[named.number]
        presentation = sitting = None
        if named.item is not None:
            presentation = written.items[named.item].presentations.order_by("list_order", "pk")[0]
            if presentation.delegation_id is None:
                Presentation.objects.filter(pk=presentation.pk).update(delegation=person.delegation_id)
        else:
            sitting = written.sittings[named.group, named.round]
        known = Appearance.objects.filter(registration=person, presentation=presentation, sitting=sitting)
        if known.exists():
            report.count("speakers and moderators", SAME)
            continue
        part = Appearance.Part.MODERATOR if sitting else Appearance.Part.SPEAKER
        try:
            name_person(
                actor=SYSTEM, registration=person, part=part, now=now, presentation=presentation, sitting=sitting
            )
        except NotNameable:
            report.notes.append(f"{named.place}: {named.number} does not come and was not named")
        else:
            report.count("speakers and moderators", NEW)


def _publish(seminar: Seminar, report: LoadReport, now: datetime) -> None:
    """Make what was loaded public: a folder of files is the organizers' decided programme.

    Where the files bring nothing new, what organizers have not published yet stays a draft.
    """
    if report.is_unchanged and read_published(seminar) is not None:
        return
    try:
        version = publish(actor=SYSTEM, seminar=seminar, now=now)
    except NothingToPublish:
        return
    report.notes.append(f"The programme is published as version {version.number}")


def _make_columns(values: dict[str, Any], delegations: dict[str, Delegation]) -> dict[str, Any]:
    columns = {name: values[name] for name in _SAME_NAME}
    columns |= {column: values[name] for name, column in RENAMED.items()}
    columns["delegation"] = delegations[values["delegation"]]
    if values["status"] != State.DRAFT:
        columns |= dict.fromkeys(CONSENT_TEXTS, IMPORTED)
    return columns


def _make_answers(values: dict[str, Any]) -> dict[str, Any]:
    """Return the answers beside the registration that a row gives."""
    answers = {name: values[column] for column, name in BESIDE.items() if values.get(column)}
    if "visa_need" in answers:
        answers["visa_need"] = {"Y": Travel.VisaNeed.YES, "N": Travel.VisaNeed.NO}[answers["visa_need"]]
    if "passport_number" in answers:
        answers["passport_issuer"] = _choose_issuer(values)
    return answers


def _choose_issuer(values: dict[str, Any]) -> str:
    """Return who issued a passport, which the file leaves out: the United Nations a laissez-passer, else one's own."""
    is_of_united_nations = values.get("passport_type") == TravelDocument.Type.LAISSEZ_PASSER
    return "UN" if is_of_united_nations else values.get("nationality", "")


def _has_head(delegation: Delegation) -> bool:
    return Registration.objects.active().filter(delegation=delegation, is_head=True).exists()


def _link_replacements(new: list[dict[str, Any]], existing: dict[str, Registration]) -> None:
    for values in new:
        if values["replaces"]:
            replacement = existing[values["reg_no"]]
            Registration.objects.filter(pk=replacement.pk).update(replaces=existing[values["replaces"]])


def _raise_last_number(seminar: Seminar, existing: dict[str, Registration]) -> None:
    prefix = f"{seminar.code}-"
    positions = [number.removeprefix(prefix) for number in existing if number.startswith(prefix)]
    taken = [int(position) for position in positions if position.isdecimal() and len(position) < 10]
    Seminar.objects.filter(pk=seminar.pk, last_registration_number__lt=max(taken, default=0)).update(
        last_registration_number=max(taken, default=0)
    )
