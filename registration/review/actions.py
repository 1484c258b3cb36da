"""What staff decide about registrations, as data: who may, what it asks for, which letter goes out, what it is called.

The list, the queue and a registration's page offer these and nothing else; `ACTIONS` is in the order of their menus.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registration.models import Registration
from registration.models.states import TRANSITIONS
from registration.review import services
from seminar.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

APPROVE_PERMISSION = "registration.approve_registration"
RETURN_PERMISSION = "registration.return_registration"
ENDORSE_PERMISSION = "registration.endorse_registration"


@dataclass(frozen=True)
class Texts:
    """`button` on one, `choose` in the list's menu, `title` of the page, `outcome` in a row, counted sentences."""

    button: "StrOrPromise"
    choose: "StrOrPromise"
    title: "StrOrPromise"
    outcome: "StrOrPromise"
    will: "StrOrPromise"
    done: "StrOrPromise"


@dataclass(frozen=True)
class Action:
    """One decision; `name` is also the transition's. `kind` of its letters, empty where none goes out."""

    name: str
    permission: str
    decide: Callable[..., Registration]
    texts: Texts
    kind: str = ""
    key: str = ""  # on the keyboard, in the queue
    may_exceed_quota: bool = False  # takes a reason to
    is_delegate_told_by_choice: bool = False
    is_secretariat_told: bool = False

    @property
    def needs_reason(self) -> bool:
        """Staff give a reason for whatever takes something away, also where the table asks a delegate for none."""
        return TRANSITIONS[self.name].needs_reason or self.name == "withdraw"

    def is_open_to(self, user: User | AnonymousUser) -> bool:
        return user.has_perm("registration.view_registration") and user.has_perm(self.permission)

    def starts_from(self, state: str) -> bool:
        return state in TRANSITIONS[self.name].sources


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "approve",
            APPROVE_PERMISSION,
            services.approve,
            Texts(
                _("Approve"),
                _("Approve the chosen registrations…"),
                _("Approve registrations"),
                _("Will be approved."),
                ngettext_lazy("%(n)d registration will be approved.", "%(n)d registrations will be approved.", "n"),
                ngettext_lazy("%(n)d registration approved.", "%(n)d registrations approved.", "n"),
            ),
            kind="approved",
            key="a",
            may_exceed_quota=True,
        ),
        Action(
            "return",
            RETURN_PERMISSION,
            services.return_for_correction,
            Texts(
                _("Return for correction"),
                _("Return the chosen registrations for correction…"),
                _("Return registrations for correction"),
                _("Will be returned for correction."),
                ngettext_lazy("%(n)d registration will be returned.", "%(n)d registrations will be returned.", "n"),
                ngettext_lazy("%(n)d registration returned.", "%(n)d registrations returned.", "n"),
            ),
            kind="returned",
            key="r",
        ),
        Action(
            "waitlist",
            APPROVE_PERMISSION,
            services.waitlist,
            Texts(
                _("Put on the waiting list"),
                _("Put the chosen registrations on the waiting list…"),
                _("Put registrations on the waiting list"),
                _("Will be put on the waiting list."),
                ngettext_lazy(
                    "%(n)d registration will be put on the waiting list.",
                    "%(n)d registrations will be put on the waiting list.",
                    "n",
                ),
                ngettext_lazy(
                    "%(n)d registration put on the waiting list.",
                    "%(n)d registrations put on the waiting list.",
                    "n",
                ),
            ),
            kind="waitlisted",
            key="w",
            is_delegate_told_by_choice=True,
        ),
        Action(
            "reject",
            APPROVE_PERMISSION,
            services.reject,
            Texts(
                _("Do not approve"),
                _("Do not approve the chosen registrations…"),
                _("Decide against registrations"),
                _("Will not be approved."),
                ngettext_lazy(
                    "%(n)d registration will be decided against.", "%(n)d registrations will be decided against.", "n"
                ),
                ngettext_lazy("%(n)d registration not approved.", "%(n)d registrations not approved.", "n"),
            ),
            kind="rejected",
            key="x",
            is_delegate_told_by_choice=True,
        ),
        Action(
            "cancel",
            APPROVE_PERMISSION,
            services.cancel,
            Texts(
                _("Cancel the approval"),
                _("Cancel the chosen approvals…"),
                _("Cancel approvals"),
                _("Will be cancelled."),
                ngettext_lazy("%(n)d approval will be cancelled.", "%(n)d approvals will be cancelled.", "n"),
                ngettext_lazy("%(n)d approval cancelled.", "%(n)d approvals cancelled.", "n"),
            ),
            kind="withdrawn",
            is_secretariat_told=True,
        ),
        Action(
            "reopen",
            APPROVE_PERMISSION,
            services.reopen,
            Texts(
                _("Reopen"),
                _("Reopen the chosen registrations…"),
                _("Reopen registrations"),
                _("Will be submitted again."),
                ngettext_lazy("%(n)d registration will be reopened.", "%(n)d registrations will be reopened.", "n"),
                ngettext_lazy("%(n)d registration reopened.", "%(n)d registrations reopened.", "n"),
            ),
        ),
        Action(
            "endorse",
            ENDORSE_PERMISSION,
            services.endorse,
            Texts(
                _("Endorse on behalf of the focal point"),
                _("Endorse the chosen registrations on behalf…"),
                _("Endorse registrations on behalf of the focal point"),
                _("Will be endorsed."),
                ngettext_lazy("%(n)d registration will be endorsed.", "%(n)d registrations will be endorsed.", "n"),
                ngettext_lazy("%(n)d registration endorsed.", "%(n)d registrations endorsed.", "n"),
            ),
        ),
        Action(
            "withdraw",
            ENDORSE_PERMISSION,
            services.withdraw,
            Texts(
                _("Withdraw on behalf"),
                _("Withdraw the chosen registrations on behalf…"),
                _("Withdraw registrations on behalf of their people"),
                _("Will be withdrawn."),
                ngettext_lazy("%(n)d registration will be withdrawn.", "%(n)d registrations will be withdrawn.", "n"),
                ngettext_lazy("%(n)d registration withdrawn.", "%(n)d registrations withdrawn.", "n"),
            ),
            kind="withdrawn",
            is_secretariat_told=True,
        ),
    )
}


def list_open_actions(user: User | AnonymousUser, state: str) -> list[Action]:
    """Return what `user` may decide about a registration that is `state`, in the order of the menus."""
    return [action for action in ACTIONS.values() if action.starts_from(state) and action.is_open_to(user)]
