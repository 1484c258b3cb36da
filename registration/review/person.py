"""Everything that staff look at before they decide about one person: the panel of the queue and of that page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from registration.history import HistoryLine, list_history
from registration.mail.queries import MailLine, list_mails
from registration.models import OutgoingMail, Registration
from registration.models.answer_columns import read_answer
from registration.models.answers import Section, describe_answer, label_answer, list_sections
from registration.models.passports import warn_of_passport
from registration.models.role_quota import describe_role_quotas
from registration.models.states import ENDED
from registration.review.duplicates import Likeness, Person, find_duplicates
from registration.review.policy import is_beyond_quota
from seminar.display import describe_moment
from seminar.loading import IMPORTED
from seminar.models import Delegation

MOST_DUPLICATES = 5
OF_PASSPORT = frozenset({"person", "passport"})  # pages whose answers stand in a passport


@dataclass(frozen=True)
class DuplicateLine:
    """Another registration that may be of the same person, and why."""

    registration: Registration
    reasons: list[str]


@dataclass(frozen=True)
class Panel:
    """One person, ready to show. `mails` is None for those who may not see them."""

    registration: Registration
    delegation: Delegation
    quota: str
    nomination: str
    passport: str
    photo: bool
    warnings: list[str]
    duplicates: list[DuplicateLine]
    more_duplicates: int
    sections: list[Section]
    history: list[HistoryLine]
    mails: list[MailLine] | None


def read_panel(registration: Registration, *, may_see_mails: bool, may_see_passports: bool) -> Panel:
    """Return the panel of a registration that was read with its seminar, delegation and the person it replaces.

    Without `may_see_passports` the last characters of the number are all that it tells of the passport.
    """
    duplicates = list_duplicates(registration)
    return Panel(
        registration=registration,
        delegation=registration.delegation,
        quota=describe_quota(registration.delegation),
        nomination=_describe_nomination(registration.delegation),
        passport=(
            _describe_passport(registration) if may_see_passports else describe_answer(registration, "passport_number")
        ),
        photo=read_answer(registration, "photo") is not None,
        warnings=list_warnings(registration, may_see_passports=may_see_passports),
        duplicates=duplicates[:MOST_DUPLICATES],
        more_duplicates=max(0, len(duplicates) - MOST_DUPLICATES),
        sections=[
            section for section in list_sections(registration) if may_see_passports or section.code not in OF_PASSPORT
        ],
        history=list_history(registration),
        mails=list_mails(registration) if may_see_mails else None,
    )


def describe_quota(delegation: Delegation) -> str:
    """Return how many are approved, of the delegation and of each role that has a quota."""
    return _("; ").join([_describe_whole_quota(delegation), *describe_role_quotas(delegation)])


def _describe_whole_quota(delegation: Delegation) -> str:
    if delegation.quota is None:
        return _("%(used)d approved, no limit") % {"used": delegation.approved_count}
    return _("%(used)d of %(quota)d approved") % {"used": delegation.approved_count, "quota": delegation.quota}


def list_warnings(registration: Registration, *, may_see_passports: bool = True) -> list[str]:
    """Return what staff should know before they decide, one sentence each; nothing for what has ended."""
    delegation = registration.delegation
    if registration.state in ENDED:
        return []
    warnings: list[str] = []
    if registration.is_late and registration.submitted_at:
        warnings.append(
            _("Submitted late: %(at)s. The deadline was %(due)s.")
            % {
                "at": describe_moment(registration.seminar, registration.submitted_at),
                "due": describe_moment(registration.seminar, registration.submit_by),
            }
        )
    if is_beyond_quota(registration, delegation):
        warnings.append(_("Beyond the delegation's quota."))
    if missing := registration.list_missing_fields(is_nominated=delegation.needs_nomination):
        labels = _(", ").join(label_answer(name, registration.seminar) for name in missing)
        warnings.append(_("These answers are missing: %(missing)s.") % {"missing": labels})
    if delegation.needs_nomination and not delegation.has_nomination:
        warnings.append(_("The delegation has neither a nomination document nor a waiver."))
    if may_see_passports and (warning := warn_of_passport(registration)):
        warnings.append(warning)
    if _is_address_refused(registration):
        warnings.append(
            _("A mail to this address could not be delivered: %(address)s.") % {"address": registration.email}
        )
    if delegation.needs_nomination and not delegation.focal_points.exists():
        warnings.append(_("The delegation has no focal point: nobody but the delegate is written to."))
    return warnings


def list_duplicates(registration: Registration) -> list[DuplicateLine]:
    """Return the edition's registrations, ended ones too, that may be of the same person, the surest first."""
    columns = ("pk", "email_key", "passport_key", "particulars__birth_date")
    names = ("passport_name", "given_names", "family_name", "name_native", "reading_ja")
    rows = Registration.objects.filter(seminar_id=registration.seminar_id).values_list(*columns, *names)
    people = [
        Person(pk, email_key, (passport_name, f"{given} {family}", native, reading), passport_key, birth_date)
        for pk, email_key, passport_key, birth_date, passport_name, given, family, native, reading in rows
    ]
    own = next(person for person in people if person.key == registration.pk)
    found = find_duplicates(own, people)
    others = Registration.objects.select_related("delegation").in_bulk([duplicate.key for duplicate in found])
    return [
        DuplicateLine(
            others[duplicate.key], [_describe_likeness(one, others[duplicate.key]) for one in duplicate.likenesses]
        )
        for duplicate in found
        if duplicate.key in others
    ]


def _describe_likeness(likeness: Likeness, other: Registration) -> str:
    if likeness is Likeness.ADDRESS:
        return _("Same e-mail address, marked as shared") if other.shares_address else _("Same e-mail address")
    return {
        Likeness.PASSPORT: _("Same passport"),
        Likeness.SAME_NAME: _("Same name"),
        Likeness.SIMILAR_NAME: _("Similar name"),
        Likeness.BIRTH_DATE: _("Same date of birth"),
    }[likeness]


def _describe_passport(registration: Registration) -> str:
    """Return a passport in one line, its number masked; empty where none was given."""
    names = ("passport_type", "passport_number", "passport_issuer", "passport_expiry_date")
    said = [describe_answer(registration, name) for name in names]
    return _(", ").join(filter(None, said)) if read_answer(registration, "passport_number") else ""


def _describe_nomination(delegation: Delegation) -> str:
    if not delegation.needs_nomination:
        return _("Not needed")
    if delegation.nomination_document_id:
        return _("Uploaded")
    if not delegation.nomination_waiver_reason:
        return _("Missing")
    if delegation.nomination_waiver_reason == IMPORTED:
        return _("Waived: it was given before the edition was loaded")
    return _("Waived: %(reason)s") % {"reason": delegation.nomination_waiver_reason}


def _is_address_refused(registration: Registration) -> bool:
    """Return whether the newest mail to the person that came to an end was given up."""
    ended = (OutgoingMail.State.SENT, OutgoingMail.State.GIVEN_UP)
    mails = OutgoingMail.objects.filter(registration=registration, recipient=registration.email, state__in=ended)
    return mails.order_by("-pk").values_list("state", flat=True).first() == OutgoingMail.State.GIVEN_UP
