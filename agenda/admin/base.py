"""What the agenda's admin pages share: text as everywhere else, choices of the chosen edition, a record of changes."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, SeminarAdminSite
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.foundation.edition_forms import LONGEST_PARAGRAPH
from seminar.foundation.fields import TextField, validate_moment
from seminar.models import Delegation, Seminar, User


class LinesField(forms.CharField):
    """A list of texts, one in a line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = TextField(max_length=LONGEST_PARAGRAPH, is_multiline=True, required=False).clean(value)
        return [line.strip() for line in text.split("\n") if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


def make_text_field(column: "models.Field[Any, Any]") -> forms.Field | None:
    """Return the field for a column of text, None for any other column."""
    label = str(column.verbose_name)[:1].upper() + str(column.verbose_name)[1:]
    about: dict[str, Any] = {"label": label, "required": not column.blank, "help_text": column.help_text}
    if isinstance(column, models.JSONField):
        return LinesField(**{**about, "help_text": _("One in a line.")})
    if isinstance(column, models.TextField):
        widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
        return TextField(max_length=column.max_length or LONGEST_PARAGRAPH, is_multiline=True, widget=widget, **about)
    if isinstance(column, models.CharField) and not column.choices:
        return TextField(
            max_length=column.max_length or 200, widget=forms.TextInput(attrs={"class": "vTextField"}), **about
        )
    return None


class AgendaAdmin(EditionAdmin):
    """Rows of the chosen edition, which new ones are given; every save and deletion is kept on record."""

    def get_edition(self, request: HttpRequest) -> Seminar | None:
        return cast("SeminarAdminSite", self.admin_site).get_seminar(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        made = make_text_field(db_field)
        if made is not None:
            return made
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.DateTimeField) and field is not None:
            field.validators.append(validate_moment)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _limit(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any]) -> None:
        """Offer rows of the chosen edition alone."""
        model = db_field.remote_field.model
        rows = model._default_manager.filter(**{find_edition_lookup(model): self.get_edition(request)})
        kwargs["queryset"] = rows.in_editorial_order() if model is Delegation else rows

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("seminar",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Give a new row its edition before it is checked, so that constraints that name it are."""
        form_class = super().get_form(request, obj, change, **kwargs)
        seminar = self.get_edition(request)
        has_seminar = any(column.name == "seminar" for column in self.opts.fields)

        class FormOfEdition(form_class):  # type: ignore[misc,valid-type]
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                if has_seminar and not self.instance.seminar_id:
                    self.instance.seminar = seminar

            def _get_validation_exclusions(self) -> set[str]:
                return super()._get_validation_exclusions() - {"seminar"}

        return FormOfEdition

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, obj, "change" if change else "add", form.changed_data)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, obj, "delete", [])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self._record(request, row, "delete", [])
        super().delete_queryset(request, queryset)

    def _record(self, request: HttpRequest, obj: Any, what: str, fields: list[str]) -> None:
        seminar = self.get_edition(request)
        record_change(request.user, obj, what, fields, seminar.pk if seminar else None)


def record_change(user: User | AnonymousUser, row: Any, what: str, fields: list[str], seminar_id: int | None) -> None:
    """Keep on record that staff added, changed or deleted a row of the programme."""
    name = row._meta.model_name
    record(
        actor=staff_actor(user),
        action=f"{what}_{name}",
        subject=f"{name}:{row.pk}",
        now=clock.now(),
        seminar_id=seminar_id,
        details={"fields": fields} if fields else {},
    )


def find_edition_lookup(model: type[models.Model]) -> str:
    """Return how rows of a model are filtered by their edition."""
    names = {column.name for column in model._meta.fields}
    if "seminar" in names:
        return "seminar"
    return {"presentation": "item__seminar", "sitting": "group__seminar"}[str(model._meta.model_name)]
