"""Who may do what: groups of staff, their permissions, and the Visitor of a request.

Doors: `sync_groups()` after a migration; `request.visitor`, put there by a middleware of registration.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import Q

from seminar.foundation.audit import Actor
from seminar.models import AuditEntry, User

DESK, SECRETARIAT, APPROVER, ADMINISTRATOR = "desk", "secretariat", "approver", "administrator"

_AGENDA = (
    "theme",
    "programmeitem",
    "presentation",
    "breakoutrules",
    "breakoutround",
    "breakoutgroup",
    "sitting",
    "tour",
)
AGENDA_VIEWS = (*(f"agenda.view_{name}" for name in _AGENDA), "agenda.view_programmeversion")
AGENDA_CHANGES = tuple(f"agenda.{what}_{name}" for name in _AGENDA for what in ("add", "change", "delete"))

# The table of roles (docs/organizers.md). Codenames as strings: this floor imports nothing from above.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    DESK: frozenset({"seminar.view_delegation", "registration.view_registration"}),
    SECRETARIAT: frozenset(
        {
            "seminar.view_seminar",
            "seminar.change_seminar",
            "seminar.view_organizingbody",
            "seminar.view_pastedition",
            "seminar.view_delegation",
            "seminar.change_delegation",
            "seminar.view_focalpoint",
            "seminar.add_focalpoint",
            "seminar.change_focalpoint",
            "seminar.view_nominationdocument",
            *AGENDA_VIEWS,
            *AGENDA_CHANGES,
            "agenda.publish_programme",
            "registration.view_appearance",
            "registration.add_appearance",
            "registration.delete_appearance",
            "registration.view_registration",
            "registration.view_passport_number",
            "registration.view_changerequest",
            "registration.view_rolequota",
            "registration.add_rolequota",
            "registration.change_rolequota",
            "registration.view_openrequest",
            "registration.change_openrequest",
            "registration.view_extraquestion",
            "registration.add_extraquestion",
            "registration.change_extraquestion",
            "registration.enter_registration",
            "registration.return_registration",
            "registration.endorse_registration",
            "registration.view_outgoingmail",
            "registration.resend_outgoingmail",
            "registration.view_deskmessage",
            "registration.add_deskmessage",
            "registration.change_deskmessage",
        }
    ),
    APPROVER: frozenset(
        {
            "seminar.view_seminar",
            "seminar.view_delegation",
            "seminar.view_nominationdocument",
            *AGENDA_VIEWS,
            "registration.view_appearance",
            "registration.view_registration",
            "registration.view_passport_number",
            "registration.approve_registration",
            "registration.view_changerequest",
            "registration.decide_changerequest",
            "registration.return_registration",
            "registration.view_outgoingmail",
            "registration.view_deskmessage",
        }
    ),
    ADMINISTRATOR: frozenset(
        {
            "seminar.view_seminar",
            "seminar.add_seminar",
            "seminar.change_seminar",
            "seminar.view_organizingbody",
            "seminar.add_organizingbody",
            "seminar.change_organizingbody",
            "seminar.view_pastedition",
            "seminar.view_delegation",
            "seminar.view_user",
            "seminar.add_user",
            "seminar.change_user",
        }
    ),
}


def sync_groups() -> None:
    """Make the groups of staff and give each exactly the permissions of its role that exist so far."""
    for role, names in ROLE_PERMISSIONS.items():
        wanted = Q(pk__in=[])
        for name in names:
            app_label, codename = name.split(".")
            wanted |= Q(content_type__app_label=app_label, codename=codename)
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(Permission.objects.filter(wanted))


def staff_actor(user: User | AnonymousUser) -> Actor:
    """Return the actor behind an account; callers have checked that somebody is signed in."""
    return Actor(AuditEntry.ActorKind.STAFF, str(user.pk))


@dataclass(frozen=True)
class Visitor:
    """Who a request comes from: staff by account, a delegate or a focal point by personal link, or nobody known.

    One browser may hold one link of each purpose; ids are of rows that the link opens.
    """

    staff: User | None = None
    registration_id: int | None = None
    focal_point_id: int | None = None
    approved_seminar_id: int | None = None  # of the edition in which the registration is approved

    def participates_in(self, seminar_id: int) -> bool:
        """Whether this visitor takes part in an edition, and may see what is for its participants."""
        return self.approved_seminar_id == seminar_id

    @property
    def is_participant(self) -> bool:
        """Whether this visitor came by a link of a registration."""
        return self.registration_id is not None

    @property
    def delegate_actor(self) -> Actor:
        return Actor(AuditEntry.ActorKind.DELEGATE, str(self.registration_id))

    @property
    def focal_point_actor(self) -> Actor:
        return Actor(AuditEntry.ActorKind.FOCAL_POINT, str(self.focal_point_id))
