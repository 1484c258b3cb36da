"""A person's registration for one edition, through one delegation."""

import re
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registration.models.extra_questions import list_asked, read_extra_answer
from registration.models.states import EDITABLE, ENDED, State
from seminar.foundation.text import join_name
from seminar.models import Delegation, Seminar

REASON_MAX_LENGTH = 1000
FIRST_PAGES = ("name", "position")  # that a first submission consists of, see answers.STAGES
NUMBER = re.compile(r"[A-Za-z0-9-]{1,60}")  # of a registration, as it stands in addresses


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> "RegistrationQuerySet":
        """Every state but rejected, withdrawn and cancelled."""
        return self.exclude(state__in=ENDED)

    def approved(self) -> "RegistrationQuerySet":
        return self.filter(state=State.APPROVED)


class Registration(models.Model):
    """Who a delegation sends. `state` and `version` are written by registration.lifecycle alone.

    Names are kept in natural case; `version` rises with every change and guards against two people writing at once.
    """

    class Role(models.TextChoices):
        DELEGATE = "delegate", _("Delegate")
        ADVISER = "adviser", _("Adviser")
        OBSERVER = "observer", _("Observer")
        SPEAKER = "speaker", _("Speaker")
        MODERATOR = "moderator", _("Moderator")
        GUEST = "guest", _("Guest")
        INTERPRETER = "interpreter", _("Interpreter")
        STAFF = "staff", _("Staff")

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        JAPANESE = "ja", _("Japanese")

    # What a first submission must hold; the passport name is asked of nominated people only.
    MANDATORY_FIELDS = (
        "passport_name",
        "given_names",
        "badge_name",
        "position",
        "organization",
        "data_handling_consent",
    )

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="registrations"
    )
    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.PROTECT, related_name="registrations"
    )
    number = models.CharField(_("registration number"), max_length=60)

    title = models.CharField(_("title"), max_length=40, blank=True)
    passport_name = models.CharField(_("full name as in the passport"), max_length=200, blank=True)
    given_names = models.CharField(_("given names"), max_length=200, blank=True)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    badge_name = models.CharField(_("name on the badge"), max_length=200, blank=True)
    name_native = models.CharField(_("name in its own script"), max_length=200, blank=True)
    reading_ja = models.CharField(_("reading in katakana"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    email_key = models.CharField(max_length=254, editable=False)
    shares_address = models.BooleanField(_("shares a mailbox"), default=False)
    passport_key = models.CharField(max_length=64, blank=True, editable=False)  # keyed hash of issuer and number

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.DELEGATE)
    is_head = models.BooleanField(_("head of delegation"), default=False)
    list_position = models.PositiveIntegerField(_("position in the delegation's list"), null=True, blank=True)
    position = models.CharField(_("position"), max_length=200, blank=True)
    division = models.CharField(_("division"), max_length=200, blank=True)
    organization = models.CharField(_("ministry or organization"), max_length=200, blank=True)
    language = models.CharField(
        _("language of mails"), max_length=2, choices=Language.choices, default=Language.ENGLISH
    )
    funded = models.BooleanField(_("funded by the organizer"), default=False)

    # The version of the text agreed to; empty where consent was not given.
    data_handling_consent = models.CharField(_("use of the data"), max_length=20, blank=True)
    contact_list_consent = models.CharField(_("contact list"), max_length=20, blank=True)
    photo_consent = models.CharField(_("photographs"), max_length=20, blank=True)
    consents_given_at = models.DateTimeField(null=True, blank=True)

    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    state_changed_at = models.DateTimeField(_("state since"))
    state_reason = models.CharField(
        _("reason of the last decision"), max_length=REASON_MAX_LENGTH, blank=True, editable=False
    )
    due_at = models.DateTimeField(_("own deadline"), null=True, blank=True)  # extends the edition's for one person
    replaces = models.ForeignKey(
        "self", verbose_name=_("replaces"), on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    quota_override_reason = models.CharField(
        _("approved beyond the quota because"), max_length=400, blank=True, editable=False
    )
    extra_answers = models.JSONField(_("answers to extra questions"), default=dict, blank=True, editable=False)
    organizers_note = models.TextField(_("organizers' note"), blank=True)

    objects: ClassVar[RegistrationQuerySet] = RegistrationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        permissions = [
            ("approve_registration", "Can approve, wait-list, reject, cancel and reopen registrations"),
            ("enter_registration", "Can enter registrations and correct the answers of drafts"),
            ("return_registration", "Can return registrations for correction"),
            ("endorse_registration", "Can endorse, submit and withdraw registrations on behalf of their people"),
        ]
        indexes = [models.Index(fields=["seminar", "state"], name="registration_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "number"], name="registration_number_once_per_seminar"),
            models.UniqueConstraint(
                fields=["seminar", "email_key"],
                condition=~Q(state__in=ENDED) & Q(shares_address=False),
                name="registration_one_active_per_address",
            ),
            models.UniqueConstraint(
                fields=["seminar", "passport_key"],
                condition=~Q(state__in=ENDED) & ~Q(passport_key=""),
                name="registration_one_active_per_passport",
            ),
            models.UniqueConstraint(
                fields=["delegation"],
                condition=~Q(state__in=ENDED) & Q(is_head=True),
                name="registration_one_head_per_delegation",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="registration_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def full_name(self) -> str:
        """The name for lists and letters, as its owner writes it; the address until a name is known."""
        return join_name(self.given_names, self.family_name) or self.email

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def submit_by(self) -> datetime:
        """Until when this person is asked to submit: the latest of the edition's, the delegation's and the own one."""
        deadlines = (self.seminar.nominations_due_at, self.delegation.due_at, self.due_at)
        return max(due_at for due_at in deadlines if due_at is not None)

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after its deadline; late registrations are taken and marked."""
        return self.submitted_at is not None and self.submitted_at > self.submit_by

    def list_missing_fields(self, *, is_nominated: bool) -> list[str]:
        """Return the mandatory answers that are empty. `is_nominated`: the delegation's people come by nomination."""
        missing = [
            name
            for name in self.MANDATORY_FIELDS
            if not getattr(self, name) and (is_nominated or name != "passport_name")
        ]
        if not self.is_editable:  # a question that was added later holds up nobody who has submitted
            return missing
        return missing + [
            question.name
            for question in list_asked(self)
            if question.is_required and question.stage in FIRST_PAGES and not read_extra_answer(self, question.name)
        ]
