"""What a decision asks of staff: its reason, a reason to go beyond the quota, whether the delegate is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.models.registration import REASON_MAX_LENGTH
from registration.review.actions import Action
from seminar.foundation.fields import TextField


class DecisionForm(forms.Form):
    """The fields that `action` has use for, and no others."""

    reason = TextField(
        label=_("Reason"),
        help_text=_("It stands in the letters and in the history."),
        max_length=REASON_MAX_LENGTH,
        is_multiline=True,
        widget=forms.Textarea(attrs={"rows": 3, "class": "decision-reason"}),
        error_messages={"required": _("Give the reason: the person and the focal point read it in their letter.")},
    )
    override_reason = TextField(
        label=_("Reason to approve beyond the quota"),
        help_text=_("Leave this empty to leave out those whose quota is full."),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"class": "decision-reason"}),
    )
    is_delegate_told = forms.BooleanField(
        label=_("Write to the delegates too"),
        help_text=_("Focal points are written to in any case; where there is none, the delegate is."),
        required=False,
        initial=True,
    )

    def __init__(self, action: Action, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        if not action.needs_reason:
            del self.fields["reason"]
        if not action.may_exceed_quota:
            del self.fields["override_reason"]
        if not action.is_delegate_told_by_choice:
            del self.fields["is_delegate_told"]
