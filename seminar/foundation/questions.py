"""How the questions of a form stand on a page: label, hint, error, field, by templates/jinja2/seminar/question.html.

Doors: `QuestionForm`, whose fields and widgets are rendered by Jinja2, and `QuestionHelper` for its layout.
Source: docs/adr/0015-sql-made-once-and-questions-by-jinja2.md.
"""

from pathlib import Path
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from django import forms
from django.conf import settings
from django.forms import renderers
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

_CLASSES = {
    "select": "form-select",
    "selectmultiple": "form-select",
    "checkbox": "form-check-input",
    "radio": "form-check-input",
}


class QuestionRenderer(renderers.Jinja2):
    """Renders fields by our template and widgets by Django's own ones for Jinja2."""

    field_template_name = "seminar/question.html"

    @cached_property
    def engine(self) -> Jinja2:
        folders = [settings.BASE_DIR / "templates" / "jinja2", Path(renderers.__file__).parent / "jinja2"]
        return Jinja2({"NAME": "questions", "APP_DIRS": False, "DIRS": folders, "OPTIONS": {}})


class QuestionForm(forms.Form):
    """A form whose fields are questions."""

    default_renderer = QuestionRenderer()
    helper: FormHelper
    rendered_fields: set[str]  # of crispy-forms


class Question(LayoutObject):  # type: ignore[misc]
    """One field of a layout, hidden or asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.fields: list[Any] = []

    def render(self, form: QuestionForm, context: object, **options: object) -> SafeString:
        form.rendered_fields.add(self.name)
        field = form[self.name]
        return field.as_widget() if field.is_hidden else field.as_field_group()


class QuestionHelper(FormHelper):  # type: ignore[misc]
    """Lays out the fields of `form`, in its order or that of `names`; form tag and CSRF token stand in the page."""

    def __init__(self, form: QuestionForm) -> None:
        super().__init__()
        self.form_tag = False
        self.disable_csrf = True
        self.layout = Layout(*map(Question, form.fields))
        for field in form.fields.values():
            widget = field.widget
            if not widget.is_hidden:
                is_group = isinstance(widget, (forms.CheckboxSelectMultiple, forms.RadioSelect))
                added = "choice-list" if is_group else _CLASSES.get(getattr(widget, "input_type", ""), "form-control")
                widget.attrs["class"] = f"{widget.attrs.get('class', '')} {added}".strip()
