"""For whom a spreadsheet is, and who of its people is registered already.

Doors: `Scope`, `read_people`, `list_people`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from registration.intake.forms import ASKED_ROLES
from registration.intake.list_order import IN_LIST_ORDER
from registration.intake.sheets.columns import DELEGATION, EMAIL, NUMBER
from registration.intake.sheets.values import simplify
from registration.models import Registration
from registration.models.states import ENDED
from seminar.foundation.audit import Actor
from seminar.foundation.text import make_email_key
from seminar.models import AuditEntry, Delegation, Seminar

AT_ONCE = 500  # values in one statement
BESIDE = ("particulars", "travel_document", "travel")


@dataclass(frozen=True)
class Scope:
    """Whose people a spreadsheet holds: one delegation's or, with None, any of the edition; and in whose hands it is.

    `language` is that of mails to new people, `takes_new` whether anybody may be added.
    """

    seminar: Seminar
    delegation: Delegation | None
    actor: Actor
    language: str
    takes_new: bool = True

    @property
    def key(self) -> str:
        return f"delegation:{self.delegation.pk}" if self.delegation else f"seminar:{self.seminar.pk}"

    @property
    def roles(self) -> list[str]:
        """The roles that this actor gives."""
        is_staff = self.actor.kind == AuditEntry.ActorKind.STAFF
        return list(Registration.Role.values if is_staff else ASKED_ROLES)


@dataclass
class People:
    """The registrations that a spreadsheet's rows may mean, by number and by mailbox, and all its delegations."""

    scope: Scope
    delegations: dict[str, Delegation] = field(default_factory=dict)
    by_number: dict[str, Registration] = field(default_factory=dict)
    by_mailbox: dict[str, list[Registration]] = field(default_factory=dict)

    def find_by_number(self, number: str) -> Registration | None:
        return self._mine(self.by_number.get(number.upper()))

    def find_by_email(self, email: str, texts: Mapping[str, str]) -> Registration | None:
        """Return who has this address; of several in a shared mailbox, or of one, who has the names of the row."""
        found = [one for one in self.by_mailbox.get(make_key(email), ()) if self._mine(one)]
        shared = [one for one in found if one.shares_address]
        names = [simplify(texts.get(name, "")) for name in ("given_names", "family_name")]
        for one in shared:
            if [simplify(one.given_names), simplify(one.family_name)] == names:
                return one
        return next((one for one in found if not one.shares_address), None)

    def is_taken(self, email: str) -> bool:
        """Return whether an active registration of any delegation has this address for itself."""
        return any(not one.shares_address for one in self.by_mailbox.get(make_key(email), ()))

    def find_passports(self, keys: Iterable[str]) -> dict[str, int]:
        """Return {key of a passport: registration} of the active ones of the edition."""
        active = Registration.objects.active().filter(seminar=self.scope.seminar)
        return {
            key: pk
            for some in _split(keys)
            for key, pk in active.filter(passport_key__in=some).values_list("passport_key", "pk")
        }

    def _mine(self, registration: Registration | None) -> Registration | None:
        """Return the registration unless another delegation's focal point asks for it."""
        mine = self.scope.delegation
        is_mine = registration is not None and (mine is None or registration.delegation_id == mine.pk)
        return registration if is_mine else None


def read_people(scope: Scope, rows: Iterable[Mapping[str, str]]) -> People:
    """Return whom the rows {column: text} may mean."""
    texts = list(rows)
    people = People(scope)
    numbers = {number for row in texts if row.get(NUMBER) for number in (row[NUMBER], row[NUMBER].upper())}
    keys = {key for row in texts if row.get(EMAIL) and (key := make_key(row[EMAIL]))}
    if scope.delegation is not None:
        known = [scope.delegation]
    else:
        known = list(Delegation.objects.filter(seminar=scope.seminar).order_by("pk"))
    by_pk = {delegation.pk: delegation for delegation in known}
    for delegation in known:
        delegation.seminar = scope.seminar
    if any(row.get(DELEGATION) for row in texts) or scope.delegation is None:
        for delegation in reversed(known):
            names = (delegation.short_name_en, delegation.short_name_ja, delegation.code)
            people.delegations |= {simplify(name): delegation for name in names if name}
    for registration in _find(scope.seminar, numbers, keys):
        registration.seminar = scope.seminar
        if registration.delegation_id in by_pk:
            registration.delegation = by_pk[registration.delegation_id]
        people.by_number[registration.number.upper()] = registration
        if registration.state not in ENDED:
            people.by_mailbox.setdefault(registration.email_key, []).append(registration)
    return people


def list_people(scope: Scope) -> list[Registration]:
    """Return the active registrations of a scope in the order of its list, with all their answers."""
    rows = Registration.objects.active().filter(seminar=scope.seminar).select_related("delegation", *BESIDE)
    if scope.delegation is not None:
        rows = rows.filter(delegation=scope.delegation)
    categories = Delegation.Category.values
    people = list(rows.order_by("delegation__list_order", "delegation_id", *IN_LIST_ORDER))
    people.sort(key=lambda one: categories.index(one.delegation.category))  # stable: the order within one stays
    for registration in people:
        registration.seminar = registration.delegation.seminar = scope.seminar
    return people


def _find(seminar: Seminar, numbers: set[str], keys: set[str]) -> Iterator[Registration]:
    rows = Registration.objects.filter(seminar=seminar).select_related(*BESIDE).order_by("pk")
    seen: set[int] = set()
    chunks = [Q(number__in=some) for some in _split(numbers)]
    chunks += [Q(email_key__in=some) & ~Q(state__in=ENDED) for some in _split(keys)]
    for chunk in chunks:
        for registration in rows.filter(chunk):
            if registration.pk not in seen:
                seen.add(registration.pk)
                yield registration


def _split(values: Iterable[str]) -> list[list[str]]:
    listed = sorted(set(values))
    return [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]


def make_key(email: str) -> str:
    """Return the mailbox of what was typed as an address; empty where it cannot be one."""
    try:
        return make_email_key(email)
    except ValueError:
        return ""
