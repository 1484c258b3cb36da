"""Forms of sign-in: addresses normalised before anything is counted or looked up by them."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django.utils.translation import gettext_lazy as _

from seminar.foundation.fields import EmailField
from seminar.foundation.text import make_email_key
from seminar.models import User


class SignInForm(LoginForm):
    """Sign-in by address and password; every spelling of an address counts as the same account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["login"].widget
        self.fields["login"] = EmailField(label=_("E-mail address"), widget=widget)
        self.fields["login"].error_messages["required"] = _("Enter your e-mail address.")
        self.fields["password"].error_messages["required"] = _("Enter your password.")

    def clean_login(self) -> str:
        return make_email_key(self.cleaned_data["login"])


class ForgottenPasswordForm(ResetPasswordForm):
    """Asks for the address to which a link for a new password goes."""

    users: list[User]
    email = EmailField(
        label=_("E-mail address"), error_messages={"required": _("Enter your e-mail address.")}, required=True
    )

    def clean_email(self) -> str:
        self.cleaned_data["email"] = make_email_key(self.cleaned_data["email"])
        email: str = super().clean_email()
        found: list[User] = self.users
        self.users = [user for user in found if user.has_usable_password()]
        return email
