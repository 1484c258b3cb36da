"""Messages to delegations in the admin: written here, shown on the desks, with how many focal points have read each."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models import DeskMessage
from registration.models.desk_message import BODY_MAX_LENGTH, TITLE_MAX_LENGTH
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, SeminarAdminSite
from seminar.display import describe_moment
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.foundation.fields import TextField
from seminar.models import Delegation, User

LANGUAGES = ("en", "ja")


def _title(label: Any) -> TextField:
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return TextField(label=label, max_length=TITLE_MAX_LENGTH, required=False, widget=widget)


def _text(label: Any) -> TextField:
    widget = forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"})
    return TextField(label=label, max_length=BODY_MAX_LENGTH, is_multiline=True, required=False, widget=widget)


class DeskMessageForm(forms.ModelForm):
    """A title and a text in one language or in both, and whom it is for."""

    title_en = _title(gettext_lazy("Title (English)"))
    body_en = _text(gettext_lazy("Text (English)"))
    title_ja = _title(gettext_lazy("Title (Japanese)"))
    body_ja = _text(gettext_lazy("Text (Japanese)"))

    class Meta:
        model = DeskMessage
        fields = ("title_en", "body_en", "title_ja", "body_ja", "is_to_all", "delegations", "is_withdrawn")

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        written = 0
        for language in LANGUAGES:
            title, body = answers.get(f"title_{language}"), answers.get(f"body_{language}")
            if bool(title) != bool(body):
                name = f"body_{language}" if title else f"title_{language}"
                self.add_error(name, _("Enter a title and a text, or neither in this language."))
            written += bool(title and body)
        if not written and not self.errors:
            self.add_error("title_en", _("Enter a title and a text in one language at the least."))
        if bool(answers.get("is_to_all")) == bool(answers.get("delegations")):
            self.add_error("delegations", _("Choose the delegations, or all of them."))
        return answers


@admin.register(DeskMessage)
class DeskMessageAdmin(EditionAdmin):
    """What organizers write to delegations; a message is taken back, not deleted."""

    form = DeskMessageForm
    list_display = ("heading", "posted", "addressees", "read_count", "is_withdrawn")
    list_filter = ("is_to_all", "is_withdrawn")
    search_fields = ("title_en", "title_ja", "body_en", "body_ja")
    ordering = ("-posted_at", "-pk")
    list_select_related = ("seminar", "posted_by")

    @admin.display(description=gettext_lazy("title"))
    def heading(self, message: DeskMessage) -> str:
        return str(message.title)

    @admin.display(description=gettext_lazy("posted"), ordering="posted_at")
    def posted(self, message: DeskMessage) -> str:
        return describe_moment(message.seminar, message.posted_at)

    @admin.display(description=gettext_lazy("to"))
    def addressees(self, message: Any) -> str:
        if message.is_to_all:
            return _("all delegations")
        return _(", ").join(str(delegation) for delegation in message.delegations.all())

    @admin.display(description=gettext_lazy("read by focal points"), ordering="readings_n")
    def read_count(self, message: Any) -> int:
        return int(message.readings_n)

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeskMessage]:
        rows: Any = super().get_queryset(request)
        return rows.annotate(readings_n=Count("readings")).prefetch_related("delegations")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the delegations of the chosen edition that have a desk, as boxes to tick."""
        site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
        kwargs["queryset"] = Delegation.objects.filter(seminar=site.get_seminar(request)).in_editorial_order()
        kwargs["widget"] = forms.CheckboxSelectMultiple
        return db_field.formfield(**kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DeskMessage, form: Any, change: bool) -> None:
        """Post it in the chosen edition under this account's name, and keep that on record."""
        if not change:
            site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
            seminar = site.get_seminar(request)
            assert seminar is not None  # see has_add_permission
            assert isinstance(request.user, User)
            obj.seminar, obj.posted_by, obj.posted_at = seminar, request.user, clock.now()
        super().save_model(request, obj, form, change)
        record(
            actor=staff_actor(request.user),
            action="change_message" if change else "post_message",
            subject=f"desk_message:{obj.pk}",
            now=clock.now(),
            seminar_id=obj.seminar_id,
        )
