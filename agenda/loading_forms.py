"""What a row of each of the agenda's tables in seminar.toml may hold."""

from typing import Any

from django import forms

from agenda.models import (
    BreakoutGroup,
    BreakoutRound,
    BreakoutRules,
    Disclosure,
    ProgrammeItem,
    Theme,
    Tour,
)
from seminar.foundation.edition_forms import LARGEST_INTEGER, CellField, MomentField, TextListField, make_form

_BOTH_TITLES = {"title_en": CellField(max_length=300), "title_ja": CellField(max_length=300)}

ThemeRowForm = make_form(Theme, ["code"], **_BOTH_TITLES)


class _FromStartToEnd(forms.Form):
    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        for first, last, text in (
            ("start", "end", "the item ends before it starts"),
            ("departs_at", "returns_at", "the tour returns before it departs"),
        ):
            if values.get(first) and values.get(last) and values[last] <= values[first]:
                self.add_error(last, forms.ValidationError(text))
        return values


class PositionsField(forms.Field):
    """The first and the last order of presentation of those who present, like [1, 8]."""

    def to_python(self, value: Any) -> tuple[int, int] | None:
        if value is None:
            return None
        is_pair = isinstance(value, list) and len(value) == 2 and all(type(each) is int for each in value)
        if not is_pair or not 0 <= value[0] <= value[1] <= LARGEST_INTEGER:
            raise forms.ValidationError("write the first and the last position, like [1, 8]")
        return value[0], value[1]


class ModeratorsField(forms.Field):
    """Who moderates in which round, like [{ round = 1, registration = "AECS20-0093" }]."""

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        for entry in value if isinstance(value, list) else [value] if value is not None else []:
            is_known = isinstance(entry, dict) and set(entry) == {"round", "registration"}
            if not is_known or type(entry["round"]) is not int or not isinstance(entry["registration"], str):
                raise forms.ValidationError('write a list like [{ round = 1, registration = "AECS20-0001" }]')
        return value or []


class ProgrammeRowForm(
    make_form(  # type: ignore[misc]
        ProgrammeItem,
        ["kind", "summary_en", "summary_ja", "room_en", "room_ja", "minutes_each"],
        **_BOTH_TITLES,
        start=MomentField(),
        end=MomentField(),
        registration=CellField(max_length=60, required=False),
        presented_by=TextListField(required=False),
        positions=PositionsField(required=False),
        disclosure=forms.ChoiceField(choices=Disclosure.choices, required=False),
        round=forms.IntegerField(min_value=1, max_value=LARGEST_INTEGER, required=False),
        tours=TextListField(required=False),
    ),
    _FromStartToEnd,
):
    """One table [[programme]]."""


class RoundRowForm(
    make_form(BreakoutRound, ["number"], start=MomentField(), end=MomentField()),  # type: ignore[misc]
    _FromStartToEnd,
):
    """One table [[breakouts.rounds]]."""


class TourRowForm(
    make_form(  # type: ignore[misc]
        Tour,
        ["code", "operator_en", "operator_ja", "departs_at", "returns_at", "meeting_point_en", "meeting_point_ja",
         "stops_en", "stops_ja", "rules_en", "rules_ja", "capacity", "max_per_delegation", "wishes_close_at",
         "list_cutoff_at"],
        **_BOTH_TITLES,
    ),
    _FromStartToEnd,
):  # fmt: skip
    """One table [[tours]]."""


class BreakoutRulesRowForm(
    make_form(  # type: ignore[misc]
        BreakoutRules, ["capacity", "min_size", "max_per_delegation", "no_repeat", "roles", "wishes_close_at"]
    )
):
    """The table [breakouts], without its rounds and groups."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["min_size"].required = False

    def clean_min_size(self) -> int:
        return self.cleaned_data["min_size"] or 0

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if (values.get("min_size") or 0) > (values.get("capacity") or 0):
            self.add_error("min_size", forms.ValidationError("the least number of people exceeds the capacity"))
        return values


GroupRowForm = make_form(
    BreakoutGroup,
    ["label", "room_en", "room_ja"],
    theme=CellField(max_length=40),
    moderating_delegation=CellField(max_length=20, required=False),
    moderators=ModeratorsField(required=False),
)
