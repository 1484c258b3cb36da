"""Questions that organizers add to the forms of one edition, and how their answers are kept.

The answers are `Registration.extra_answers`, {code: value}; everywhere else they are answers called "extra_<code>" like
those with a column of their own.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from seminar.foundation.bilingual import Bilingual
from seminar.models import Seminar, StoredFile

if TYPE_CHECKING:
    from registration.models.registration import Registration

PREFIX = "extra_"
LABEL_MAX_LENGTH, HELP_MAX_LENGTH = 200, 400


class ExtraQuestion(models.Model):
    """One question: on which page it stands, of whom it is asked, and what may be answered.

    `roles` and `categories` are lists of their values; an empty one means everybody. `options` is a list of [code,
    English, Japanese]. A retired question is asked no more; its answers stay.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("A line of text")
        LONG_TEXT = "long_text", _("A longer text")
        CHOICE = "choice", _("One of several choices")
        SEVERAL = "several", _("Several of several choices")
        YES_NO = "yes_no", _("Yes or no")
        DATE = "date", pgettext_lazy("kind of a question", "A day")
        FILE = "file", _("A file")

    seminar = models.ForeignKey(
        Seminar, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="extra_questions"
    )
    code = models.CharField(
        _("code"),
        max_length=30,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Use small letters, digits and underscores only."))],
        help_text=_(
            "What spreadsheets and exports call it, such as lunch_27. It stays as it is once there are answers."
        ),
    )
    kind = models.CharField(_("kind of answer"), max_length=20, choices=Kind.choices, default=Kind.TEXT)
    label_en = models.CharField(_("question in English"), max_length=LABEL_MAX_LENGTH)
    label_ja = models.CharField(_("question in Japanese"), max_length=LABEL_MAX_LENGTH)
    help_en = models.CharField(_("hint in English"), max_length=HELP_MAX_LENGTH, blank=True)
    help_ja = models.CharField(_("hint in Japanese"), max_length=HELP_MAX_LENGTH, blank=True)
    options = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    stage = models.CharField(_("page"), max_length=20)
    roles = models.JSONField(_("roles"), default=list, blank=True)
    categories = models.JSONField(_("categories of delegations"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("place on the page"), default=0)
    is_retired = models.BooleanField(_("no longer asked"), default=False)

    label = Bilingual(_("question"))
    help = Bilingual(_("hint"))

    objects: ClassVar[models.Manager["ExtraQuestion"]]

    class Meta:
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["seminar", "code"], name="extra_question_code_once_per_seminar"),
        ]

    def __str__(self) -> str:
        return self.label_en

    @property
    def name(self) -> str:
        """What the answer is called among a registration's answers."""
        return PREFIX + self.code

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label in the reader's language) of what may be chosen."""
        is_japanese = (get_language() or "en").startswith("ja")
        return [(code, japanese if is_japanese else english) for code, english, japanese in self.options]

    def is_for(self, registration: "Registration") -> bool:
        """Return whether this person is asked, by role and delegation."""
        return (not self.roles or registration.role in self.roles) and (
            not self.categories or registration.delegation.category in self.categories
        )

    def describe(self, value: Any) -> str:
        """Return an answer as a reader sees it, but for dates and files, which read as others do."""
        labels = dict(self.choices)
        if self.kind == self.Kind.YES_NO:
            return {"yes": str(_("Yes")), "no": str(_("No"))}.get(value, "")
        if isinstance(value, list):
            return str(_(", ")).join(str(labels.get(code, code)) for code in value)
        return str(labels.get(value, value or ""))


def list_questions(seminar: Seminar) -> list[ExtraQuestion]:
    """Return an edition's questions in their order, retired ones too; read once for each `seminar` object."""
    if not seminar.has_extra_questions:
        return []
    if not hasattr(seminar, "read_extra_questions"):
        seminar.read_extra_questions = list(seminar.extra_questions.all())  # type: ignore[attr-defined]
    found: list[ExtraQuestion] = seminar.read_extra_questions  # type: ignore[attr-defined]
    return found


def list_asked(registration: "Registration") -> list[ExtraQuestion]:
    """Return the questions that this person is asked, on whatever page."""
    questions = list_questions(registration.seminar)
    return [one for one in questions if not one.is_retired and one.is_for(registration)]


def find_question(seminar: Seminar | None, name: str) -> ExtraQuestion | None:
    """Return the question whose answer is called `name`."""
    return next((one for one in list_questions(seminar) if one.name == name), None) if seminar else None


def is_extra(name: str) -> bool:
    return name.startswith(PREFIX)


def read_extra_answer(registration: "Registration", name: str) -> Any:
    """Return an answer: a text, a list of codes, a date, a StoredFile; None where there is none."""
    value = registration.extra_answers.get(name.removeprefix(PREFIX))
    if isinstance(value, dict) and "date" in value:
        return date.fromisoformat(value["date"])
    if isinstance(value, dict):
        return StoredFile.objects.filter(pk=value["file"]).first()
    return value


def merge_extra_answers(registration: "Registration", answers: dict[str, Any]) -> dict[str, Any]:
    """Return `extra_answers` with `answers` {name: value} written into it; empty ones are left out."""
    merged = dict(registration.extra_answers)
    for name, value in answers.items():
        code = name.removeprefix(PREFIX)
        if value in (None, "", []):
            merged.pop(code, None)
        else:
            merged[code] = _make_storable(value)
    return merged


def _make_storable(value: Any) -> Any:
    if isinstance(value, StoredFile):
        return {"file": value.pk.hex}
    return {"date": value.isoformat()} if isinstance(value, date) else value
