"""Bare pages: a crispy form of given fields, an insert behind a form with CSRF, a table of rows."""

from crispy_forms.helper import FormHelper
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from registration.models import Registration
from tests.benchmarks.bare.models import Note

KINDS = {
    "text": lambda: forms.CharField(help_text="For example this.", required=False),
    "select": lambda: forms.ChoiceField(choices=[(str(n), f"Choice {n}") for n in range(5)]),
    "checkbox": lambda: forms.BooleanField(required=False, label="A sentence that somebody agrees to."),
    "hidden": lambda: forms.CharField(widget=forms.HiddenInput, required=False),
}


class BareForm(forms.Form):
    """A crispy form of as many fields of each kind as asked for."""

    def __init__(self, *args, counts: dict[str, int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for kind, count in counts.items():
            for n in range(count):
                self.fields[f"{kind}_{n}"] = KINDS[kind]()
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("name", "email", "text")


def show_form(request: HttpRequest) -> HttpResponse:
    """Show the form whose fields the address counts: ?text=7&select=1."""
    counts = {kind: int(request.GET.get(kind, 0)) for kind in KINDS}
    return render(request, "bare/form.html", {"form": BareForm(counts=counts)})


def insert(request: HttpRequest) -> HttpResponse:
    """Insert a row from a checked form, and lead on."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("bare_form")
    return render(request, "bare/form.html", {"form": form})


def list_rows(request: HttpRequest) -> HttpResponse:
    """Show the first rows of an edition as a table: ?edition=1&rows=200."""
    rows = Registration.objects.filter(seminar=request.GET["edition"]).select_related("delegation").order_by("number")
    return render(request, "bare/rows.html", {"rows": rows[: int(request.GET["rows"])]})


_STATIC: dict[str, bytes] = {}


def show_static(request: HttpRequest) -> HttpResponse:
    """Answer with bytes that lie ready, `?bytes=8000` of them."""
    size = request.GET["bytes"]
    if size not in _STATIC:
        _STATIC[size] = b"x" * int(size)
    return HttpResponse(_STATIC[size])
