"""The admin of extra questions: what is asked, on which page, of whom; what was answered already is kept safe."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.intake.extra_answers import is_answered, list_chosen_codes, note_whether_any
from registration.models import ExtraQuestion, Registration
from registration.models.answers import LATER_STAGES, STAGES
from registration.models.extra_questions import HELP_MAX_LENGTH, LABEL_MAX_LENGTH
from seminar.access import staff_actor
from seminar.admin_site import EditionAdmin, SeminarAdminSite
from seminar.foundation import clock
from seminar.foundation.audit import record
from seminar.foundation.fields import TextField
from seminar.models import Delegation

_Kind = ExtraQuestion.Kind
WITH_OPTIONS = (_Kind.CHOICE, _Kind.SEVERAL)
MOST_OPTIONS = 50
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")


class OptionsField(forms.CharField):
    """Choices, one in a line: code | English | Japanese."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(" | ".join(option) for option in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = TextField(max_length=10_000, is_multiline=True, required=False).clean(value)
        options = []
        for line in filter(None, text.split("\n")):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 3 or not all(parts) or not _CODE.fullmatch(parts[0]):
                message = _("Write each choice as code | English | Japanese, not like this: %(line)s")
                raise forms.ValidationError(message % {"line": line[:100]})
            if max(map(len, parts)) > LABEL_MAX_LENGTH:
                raise forms.ValidationError(_("Shorten this choice: %(line)s") % {"line": line[:100]})
            options.append(parts)
        if len({code for code, _english, _japanese in options}) < len(options):
            raise forms.ValidationError(_("Two choices have the same code."))
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(_("There may be %(most)d choices at the most.") % {"most": MOST_OPTIONS})
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


def _line(label: Any, *, required: bool = True, most: int = LABEL_MAX_LENGTH) -> TextField:
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return TextField(label=capfirst(label), required=required, max_length=most, widget=widget)


def _boxes(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=capfirst(label),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked means all."),
    )


class ExtraQuestionForm(forms.ModelForm):
    """A question; once it was answered, its code and kind and the choices made stay."""

    stage = forms.ChoiceField(
        label=capfirst(gettext_lazy("page")), choices=[(stage.code, stage.title) for stage in (*STAGES, *LATER_STAGES)]
    )
    label_en = _line(gettext_lazy("question in English"))
    label_ja = _line(gettext_lazy("question in Japanese"))
    help_en = _line(gettext_lazy("hint in English"), required=False, most=HELP_MAX_LENGTH)
    help_ja = _line(gettext_lazy("hint in Japanese"), required=False, most=HELP_MAX_LENGTH)
    options = OptionsField(
        label=capfirst(gettext_lazy("choices")),
        required=False,
        help_text=gettext_lazy("One in a line: code | English | Japanese. For example: fish | Fish | 魚料理"),
    )
    roles = _boxes(gettext_lazy("roles"), Registration.Role.choices)
    categories = _boxes(gettext_lazy("categories of delegations"), Delegation.Category.choices)

    class Meta:
        model = ExtraQuestion
        fields = (
            "code", "kind", "label_en", "label_ja", "help_en", "help_ja", "options", "is_required", "stage", "position",
            "roles", "categories", "is_retired",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        options, kind = answers.get("options"), answers.get("kind")
        if kind in WITH_OPTIONS and options is not None and len(options) < 2:
            self.add_error("options", _("Enter two choices at the least."))
        if kind not in WITH_OPTIONS and options:
            self.add_error("options", _("This kind of answer has no choices. Leave this empty."))
        if self.instance.pk:
            self._keep_answers_readable(answers)
        return answers

    def clean_code(self) -> str:
        """Refuse a code that another question of the edition has; the edition is none of the form's fields."""
        code: str = self.cleaned_data["code"]
        others = ExtraQuestion.objects.filter(seminar_id=self.instance.seminar_id, code=code)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another question has this code."))
        return code

    def _keep_answers_readable(self, answers: dict[str, Any]) -> None:
        before = ExtraQuestion.objects.get(pk=self.instance.pk)
        if not is_answered(before):
            return
        for name in ("code", "kind"):
            if name in answers and answers[name] != getattr(before, name):
                self.add_error(
                    name, _("People have answered already: this stays as it is. Add another question instead.")
                )
        if before.kind in WITH_OPTIONS and answers.get("options"):
            kept = {code for code, _english, _japanese in answers["options"]}
            if lost := sorted(list_chosen_codes(before) - kept):
                text = _("People have chosen these already, keep them: %(codes)s.")
                self.add_error("options", text % {"codes": ", ".join(lost)})


@admin.register(ExtraQuestion)
class ExtraQuestionAdmin(EditionAdmin):
    """Questions of the chosen edition; none is deleted: one that is asked no more is retired."""

    form = ExtraQuestionForm
    list_display = ("label", "code", "kind", "stage_title", "is_required", "position", "is_retired")
    list_filter = ("kind", "is_retired")
    search_fields = ("code", "label_en", "label_ja")
    ordering = ("position", "pk")

    @admin.display(description=gettext_lazy("page"))
    def stage_title(self, question: ExtraQuestion) -> str:
        return next((str(stage.title) for stage in (*STAGES, *LATER_STAGES) if stage.code == question.stage), "")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Give a new question's form its edition, in which its code must be the only one."""
        form_class = super().get_form(request, obj, change, **kwargs)
        site: SeminarAdminSite = self.admin_site  # type: ignore[assignment]
        seminar = obj.seminar if obj else site.get_seminar(request)

        class FormOfEdition(form_class):  # type: ignore[misc,valid-type]
            def __init__(self, *args: Any, **more: Any) -> None:
                super().__init__(*args, **more)
                self.instance.seminar = seminar

        return FormOfEdition

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ExtraQuestion, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        note_whether_any(obj.seminar)
        record(
            actor=staff_actor(request.user),
            action="change_question" if change else "add_question",
            subject=f"extra_question:{obj.pk}",
            now=clock.now(),
            seminar_id=obj.seminar_id,
            details={"code": obj.code},
        )
