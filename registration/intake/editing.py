"""Whose registration is being filled in, and by whom: the delegate's own, or a nominee's by the focal point.

Both use the same question pages. Door: `open_editing`, which finds nothing that its visitor may not see.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse

from registration.models import Registration
from registration.visits import require_focal_point, require_registration, visitor_of
from seminar.foundation.audit import Actor


@dataclass(frozen=True)
class Editing:
    """One registration in the hands of one actor; `number` is None on the delegate's own pages."""

    registration: Registration
    actor: Actor
    number: str | None = None

    @property
    def is_own(self) -> bool:
        return self.number is None

    @property
    def is_nominated(self) -> bool:
        return self.registration.delegation.needs_nomination

    def make_url(self, page: str, *arguments: str) -> str:
        """Return the address of one of these pages: stage, autosave, check, submit, withdraw."""
        slug = self.registration.seminar.slug
        if self.number is None:
            return reverse(f"registration:{page}", args=[slug, *arguments])
        return reverse(f"registration:nominee_{page}", args=[slug, self.number, *arguments])

    @property
    def home_url(self) -> str:
        """The page that its editor comes back to: the own status page, or the nominee's on the desk."""
        slug = self.registration.seminar.slug
        if self.number is None:
            return reverse("registration:status", args=[slug])
        return reverse("registration:nominee", args=[slug, self.number])

    @property
    def begin_url(self) -> str:
        return self.make_url("form")

    @property
    def check_url(self) -> str:
        return self.make_url("check")

    @property
    def submit_url(self) -> str:
        return self.make_url("submit")


def open_editing(request: HttpRequest, slug: str, number: str | None) -> Editing:
    """Return what this visitor may fill in: their own registration, or nominee `number` of their delegation.

    Raises visits.LinkNeeded, Http404.
    """
    visitor = visitor_of(request)
    if number is None:
        return Editing(require_registration(request, slug), visitor.delegate_actor)
    focal_point = require_focal_point(request, slug)
    return Editing(find_nominee(focal_point.delegation_id, number), visitor.focal_point_actor, number)


def find_nominee(delegation_id: int, number: str) -> Registration:
    """Return a registration of the delegation by its number. Raises Http404."""
    registration = (
        Registration.objects.filter(delegation_id=delegation_id, number=number[:60])
        .select_related("delegation", "seminar")
        .first()
    )
    if registration is None:
        raise Http404
    registration.delegation.seminar = registration.seminar
    return registration
