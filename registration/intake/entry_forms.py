"""The form in which staff enter or correct a registration: every question on one page, and who the person is with."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registration.intake.forms import RegistrationForm
from registration.models import Registration
from seminar.foundation.fields import EmailField
from seminar.models import Delegation, Seminar

ADDRESS_IS_TAKEN = _(
    "This address is already registered for the seminar. Enter another one, or tick that the mailbox is shared."
)


class DelegationField(forms.ModelChoiceField):
    """A delegation of one edition, in editorial order, its category before its name."""

    def label_from_instance(self, obj: Delegation) -> str:
        return f"{obj.get_category_display()}: {obj.short_name}"


class EntryForm(RegistrationForm):
    """All that a first submission asks, beside delegation and address; any role; nothing is mandatory for a draft.

    `delegation` is the one that a registration belongs to already and stays with.
    """

    email = EmailField(label=_("E-mail address"), error_messages={"required": _("Enter the e-mail address.")})
    shares_address = forms.BooleanField(label=_("Several people share this mailbox"), required=False)

    def __init__(self, *args: Any, seminar: Seminar, delegation: Delegation | None = None, **kwargs: Any) -> None:
        names = kwargs.pop("names")
        super().__init__(*args, names=(*names, "email", "shares_address"), is_nominated=False, **kwargs)
        self.names = tuple(names)
        for field in self.fields.values():
            field.required = False
        self.fields["email"].required = True
        self.fields["given_names"].required = True
        role: Any = self.fields["role"]
        role.choices = Registration.Role.choices
        role.required = self.fields["language"].required = True
        if delegation is None:
            self.fields["delegation"] = DelegationField(
                label=_("Delegation"),
                queryset=Delegation.objects.filter(seminar=seminar).in_editorial_order(),
                error_messages={
                    "required": _("Choose the delegation."),
                    "invalid_choice": _("Choose one of the list."),
                },
            )

    def say_address_is_taken(self) -> None:
        self.add_error("email", ADDRESS_IS_TAKEN)
