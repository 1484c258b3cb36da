"""Forms made from a model's columns for the files of an edition."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from agenda.models import ProgrammeItem
from seminar.foundation.edition_forms import FlagField, MomentField, TextListField, make_form
from seminar.models import Delegation, Seminar

pytestmark = pytest.mark.once

DelegationForm = make_form(Delegation, ["code", "category", "quota", "first_time", "list_order"])
SeminarForm = make_form(Seminar, ["slug", "start_date", "focus_en", "demo_now", "secretariat_email", "title_en"])
GIVEN = {"code": "MNG", "category": "asian", "quota": "3", "first_time": "yes", "list_order": "10"}


def messages(form: forms.Form) -> dict[str, list[str]]:
    return {name: [error["message"] for error in errors] for name, errors in form.errors.get_json_data().items()}


def test_a_form_gives_back_the_values_of_the_columns():
    form = DelegationForm(GIVEN)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"code": "MNG", "category": "asian", "quota": 3, "first_time": True, "list_order": 10}


def test_an_optional_column_may_be_empty_and_a_required_one_not():
    assert DelegationForm({**GIVEN, "quota": "", "first_time": ""}).is_valid()
    assert messages(DelegationForm({**GIVEN, "code": ""})) == {"code": ["This field is required."]}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", "x" * 21),
        ("code", "M\u202eG"),
        ("code", ["MNG"]),
        ("code", 7),
        ("category", "European"),
        ("quota", "many"),
        ("quota", "-1"),
        ("quota", "3.5"),
        ("quota", "2147483648"),
        ("list_order", "99999999999999999999"),
        ("first_time", "perhaps"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_under_its_column(column: str, value: object):
    assert list(messages(DelegationForm({**GIVEN, column: value}))) == [column]


def test_the_values_of_toml_are_taken_as_they_are():
    moment = datetime(2013, 1, 8, 1, tzinfo=UTC)
    given = {
        "slug": "aecs20",
        "start_date": date(2013, 2, 26),
        "focus_en": ["one ", "two"],
        "demo_now": moment,
        "secretariat_email": "a@b.example",
        "title_en": "Title",
    }
    form = SeminarForm(given)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {**given, "focus_en": ["one", "two"]}
    without = SeminarForm({**given, "focus_en": None, "demo_now": None})
    assert without.is_valid()
    assert (without.cleaned_data["focus_en"], without.cleaned_data["demo_now"]) == ([], None)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (datetime(2013, 1, 8, 10), "write the moment with its offset, like 2013-01-11T18:00:00+09:00"),
        ("2013-01-08", "write a moment, like 2013-01-11T18:00:00+09:00, without quotation marks"),
        (date(2013, 1, 8), "write a moment, like 2013-01-11T18:00:00+09:00, without quotation marks"),
        (5, "write a moment, like 2013-01-11T18:00:00+09:00, without quotation marks"),
    ],
)
def test_a_moment_needs_its_offset(value: object, message: str):
    with pytest.raises(forms.ValidationError) as refused:
        MomentField().clean(value)
    assert refused.value.messages == [message]


@pytest.mark.parametrize("value", ["one", {"a": 1}, [1], ["one", ["two"]], ["a\x00b"], ["a\u202eb"], ["x" * 5001]])
def test_a_list_of_texts_holds_texts_that_can_be_stored(value: object):
    with pytest.raises(forms.ValidationError):
        TextListField().clean(value)


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *[(value, True) for value in ("yes", "Y", " TRUE ", "1", True)],
        *[(value, False) for value in ("no", "N", "false", "0", "", None, False)],
    ],
)
def test_a_flag_is_yes_or_no(value: object, answer: bool):
    assert FlagField().clean(value) is answer


@pytest.mark.parametrize("value", ["perhaps", "はい", "2", "on"])
def test_any_other_flag_is_refused(value: str):
    with pytest.raises(forms.ValidationError, match="write yes or no"):
        FlagField().clean(value)


def test_a_field_may_be_given_instead_of_the_columns_own():
    form = make_form(ProgrammeItem, ["kind", "summary_en"], start=MomentField())
    assert list(form.base_fields) == ["kind", "summary_en", "start"]
    summary = form({"kind": "break", "summary_en": "one\ntwo", "start": datetime(2013, 1, 8, tzinfo=UTC)})
    assert summary.is_valid()
    assert summary.cleaned_data["summary_en"] == "one\ntwo"
