"""One day of the programme as rows to edit: times, kind, texts, rooms, and the running order within each session."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Max
from django.forms import BaseModelFormSet, modelformset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Presentation, ProgrammeItem
from seminar.foundation.fields import TextField
from seminar.models import Seminar

MOST_DAYS = 31


def list_days(seminar: Seminar) -> list[date]:
    """Return the days of an edition, the first thirty-one of them."""
    count = min((seminar.end_date - seminar.start_date).days + 1, MOST_DAYS)
    return [seminar.start_date + timedelta(days=n) for n in range(count)]


def _text(label: Any, most: int) -> TextField:
    return TextField(label=label, max_length=most, required=False)


class ItemRowForm(forms.ModelForm):
    """One item of the day; times are of that day, in the seminar's zone."""

    start = forms.TimeField(
        label=gettext_lazy("starts"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(label=gettext_lazy("ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    title_en = _text(gettext_lazy("title (English)"), 300)
    title_ja = _text(gettext_lazy("title (Japanese)"), 300)
    room_en = _text(gettext_lazy("room (English)"), 200)
    room_ja = _text(gettext_lazy("room (Japanese)"), 200)

    class Meta:
        model = ProgrammeItem
        fields = ("kind", "title_en", "title_ja", "room_en", "room_ja", "minutes_each")

    def __init__(self, *args: Any, seminar: Seminar, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seminar, self.day = seminar, day
        if self.instance.pk:
            zone = ZoneInfo(seminar.time_zone)
            self.initial["start"] = self.instance.start_at.astimezone(zone).time()
            self.initial["end"] = self.instance.end_at.astimezone(zone).time()
        else:
            self.instance.seminar = seminar
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{field.label}"
            if name in ("start", "end"):
                field.widget.attrs["data-time"] = name

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = values.get("start"), values.get("end")
        if start and end and end <= start:
            self.add_error("end", _("The end must lie after the start."))
        elif start and end:
            self.instance.start_at, self.instance.end_at = self._place(start), self._place(end)
        has_title_error = {"title_en", "title_ja"} & self.errors.keys()
        if not has_title_error and not values.get("title_en") and not values.get("title_ja"):
            self.add_error("title_en", _("Enter a title in one language at least."))
        return values

    def clean_DELETE(self) -> bool:  # noqa: N802 (the field's name is Django's)
        """Keep an item on which files hang."""
        is_gone: bool = self.cleaned_data["DELETE"]
        if is_gone and Presentation.objects.filter(item=self.instance, materials__isnull=False).exists():
            raise forms.ValidationError(_("Files hang on this item. Remove them first."))
        return is_gone

    def _place(self, at: time) -> datetime:
        return datetime.combine(self.day, at, tzinfo=ZoneInfo(self.seminar.time_zone))


class PresentationRowForm(forms.ModelForm):
    """One presentation's place in the running order, and its length where it differs from its session's."""

    class Meta:
        model = Presentation
        fields = ("list_order", "minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if self.instance.pk:
                field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"
            if name == "list_order":
                field.widget.attrs["data-order"] = "1"


class DayForms:
    """The two formsets of a day's page, bound to what was typed or not, and the mark of what the page showed."""

    def __init__(self, seminar: Seminar, day: date, typed: Any = None) -> None:
        zone = ZoneInfo(seminar.time_zone)
        start = datetime.combine(day, time.min, tzinfo=zone)
        of_day = ProgrammeItem.objects.filter(
            seminar=seminar, start_at__gte=start, start_at__lt=start + timedelta(days=1)
        ).order_by("start_at", "list_order", "pk")
        running = (
            Presentation.objects.filter(item__in=of_day)
            .select_related("item", "delegation")
            .order_by("item__start_at", "item__list_order", "item_id", "list_order", "pk")
        )
        self.seminar = seminar
        self.mark = make_mark(list(of_day.values_list()) + list(running.values_list()))
        self.items: BaseModelFormSet[Any, Any] = modelformset_factory(
            ProgrammeItem, form=ItemRowForm, extra=2, can_delete=True, max_num=200
        )(typed, queryset=of_day, prefix="items", form_kwargs={"seminar": seminar, "day": day})
        self.running: BaseModelFormSet[Any, Any] = modelformset_factory(
            Presentation, form=PresentationRowForm, extra=0, max_num=500
        )(typed, queryset=running, prefix="running")

    def is_valid(self) -> bool:
        return all([self.items.is_valid(), self.running.is_valid()])

    def save(self) -> list[str]:
        """Write what changed, inside the caller's transaction; return the names of the rows that did."""
        last = ProgrammeItem.objects.filter(seminar=self.seminar).aggregate(last=Max("list_order"))["last"] or 0
        changed = []
        for item in self.items.save(commit=False):
            if item.pk is None:
                last += 1
                item.list_order = last
            item.save()
            changed.append(f"item:{item.pk}")
        for item in self.items.deleted_objects:
            changed.append(f"deleted:{item.pk}")
            item.delete()
        kept = [form for form in self.running.forms if form.has_changed()]
        for form in kept:
            if Presentation.objects.filter(pk=form.instance.pk).exists():  # not gone with its item
                form.save()
                changed.append(f"presentation:{form.instance.pk}")
        return changed

    def list_sessions(self) -> list[tuple[ProgrammeItem, list[Any]]]:
        """Return the sessions of the day that hold presentations, each with the forms of its running order."""
        sessions: dict[int, tuple[ProgrammeItem, list[Any]]] = {}
        for form in self.running.forms:
            if form.instance.pk is None:
                continue  # a row that no page made
            item = form.instance.item
            sessions.setdefault(item.pk, (item, []))[1].append(form)
        return list(sessions.values())


def make_mark(rows: list[Any]) -> str:
    """Return what tells whether anything of the day has changed since a page showed it."""
    return sha256(repr(rows).encode()).hexdigest()[:32]
