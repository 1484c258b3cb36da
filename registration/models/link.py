"""Personal links: a row and a version; the token is a keyed signature over both and lies nowhere.

Source: docs/adr/0003-personal-links.md.
"""

import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation

from registration.models.registration import Registration
from seminar.foundation import clock
from seminar.foundation.joined_rows import JoinedRows
from seminar.models import FocalPoint, Seminar

SHORTEST_LIFE = timedelta(days=90)
LIFE_AFTER_SEMINAR = timedelta(days=30)
PRESENTATIONS = "presentations"  # where a letter's link may lead instead, as ?to=
UNSIGNED_TOKEN = "personal-link"  # noqa: S105 (not a secret: it stands for the token wherever a letter is kept or shown)


def make_signer(salt: str = "registration.link") -> signing.Signer:
    """Return what signs and reads the tokens of one purpose, with all of LINK_KEYS, the newest first."""
    return signing.Signer(key=settings.LINK_KEYS[0], fallback_keys=[*settings.LINK_KEYS[1:]], sep=".", salt=salt)


class LinkQuerySet(models.QuerySet["Link"]):
    def ensure(self, *, registration: Registration | None = None, focal_point: FocalPoint | None = None) -> "Link":
        """Return the usable link of a registration or a focal point: the existing one, or a new version of it.

        One that was read along with its owner is not read again.
        """
        owner: Any = registration or focal_point
        of_owner: Any = owner._meta.get_field("link")
        link: Link | None = of_owner.get_cached_value(owner, default=None)
        if link is None:
            link, _ = self.get_or_create(
                registration=registration,
                focal_point=focal_point,
                defaults={
                    "expires_at": _expiry(_seminar_of(registration, focal_point)),
                    "address_key": _address_of(registration, focal_point),
                },
            )
            link.registration, link.focal_point = registration, focal_point  # as the caller has them: not read again
            of_owner.delete_cached_value(owner)  # a rollback may take it back
        return link if link.is_usable else self.reissue(link)

    def reissue(self, link: "Link") -> "Link":
        """End every token and session of `link` and return it with its next version."""
        self.filter(pk=link.pk).update(
            version=F("version") + 1,
            expires_at=_expiry(_seminar_of(link.registration, link.focal_point)),
            address_key=_address_of(link.registration, link.focal_point),
            revoked_at=None,
        )
        link.refresh_from_db()
        return link

    def find_by_token(self, token: str) -> "Link | None":
        """Return the usable link behind a token; None alike for an unknown, expired, revoked or ended one."""
        try:
            identity = make_signer().unsign(token)
            key, version = identity.split("~")
            return self.find_usable(key, int(version))
        except (signing.BadSignature, ValueError):
            return None

    def find_usable(self, key: str, version: int, purpose: str = "") -> "Link | None":
        """Return the usable link of that key and version with what it opens; None where there is none.

        `purpose`, "registration" or "focal_point", reads what such a link opens by SQL made once: every personal page
        asks this.
        """
        if purpose:
            link = _OPENED[purpose].find(id=key, version=version)
        else:
            opened = self.select_related("registration__seminar", "registration__delegation", "focal_point__delegation")
            link = opened.filter(pk=key, version=version).first()
        return link if link is not None and link.is_usable else None


def _seminar_of(registration: Registration | None, focal_point: FocalPoint | None) -> Seminar:
    if registration is not None:
        return registration.seminar
    if focal_point is None:
        raise ValueError("a link belongs to a registration or to a focal point")
    return focal_point.delegation.seminar


def _address_of(registration: Registration | None, focal_point: FocalPoint | None) -> str:
    owner = registration or focal_point
    return owner.email_key if owner is not None else ""


def _expiry(seminar: Seminar) -> datetime:
    """Return when a link made now ends, in real time: a month after the seminar, 90 days from now at the least."""
    until_seminar_ends = timedelta(days=(seminar.end_date - clock.now().date()).days)
    return timezone.now() + max(SHORTEST_LIFE, until_seminar_ends + LIFE_AFTER_SEMINAR)


class Link(models.Model):
    """What opens one registration, or one delegation's desk for its focal point. Times are real time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, null=True, related_name="link")
    focal_point = models.OneToOneField(FocalPoint, on_delete=models.CASCADE, null=True, related_name="link")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    address_key = models.CharField(max_length=254)  # whose link it is: a new address ends it
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[LinkQuerySet] = LinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registration__isnull=True) ^ Q(focal_point__isnull=True), name="link_opens_exactly_one"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_usable(self) -> bool:
        is_owners = self.address_key == _address_of(self.registration, self.focal_point)
        return is_owners and self.revoked_at is None and self.expires_at > timezone.now()

    def make_token(self) -> str:
        """Return the token of this version; the same each time."""
        return make_signer().sign(f"{self.pk.hex}~{self.version}")

    def make_url(self, language: str) -> str:
        """Return the whole address that its owner opens."""
        return make_link_url(self.make_token(), language)


def make_link_url(token: str, language: str) -> str:
    """Return the whole address that opens a token's pages in that language."""
    return f"{settings.SITE_URL}{_make_unsigned_path(language)}".replace(UNSIGNED_TOKEN, token)


@cache
def _make_unsigned_path(language: str) -> str:
    with translation.override(language):
        return reverse("registration:open_link", args=[UNSIGNED_TOKEN])


_OPENED: dict[str, JoinedRows[Link]] = {
    "registration": JoinedRows(Link, "registration__seminar", "registration__delegation"),
    "focal_point": JoinedRows(Link, "focal_point__delegation__seminar"),
}
