"""Staff accounts: made by command, never by sign-up; the second factor where it is required."""

import logging
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from seminar.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up: only `create_account` and administrators make accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the whole address in a reset mail; from SITE_URL, never from what a request calls this site."""
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.SITE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send allauth's own mails, which hold short-lived links and so do not wait in the outbox."""
        user = context.get("user")
        context["site_url"] = settings.SITE_URL
        try:
            with translation.override(getattr(user, "language", None) or translation.get_language()):
                super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("a mail of sign-in could not be sent")
            messages.error(self.request, _("The mail could not be sent just now. Please try again in a few minutes."))


def create_account(*, email: str, name: str, password: str, role: str, language: str) -> User:
    """Make a staff account in one group. `email` is normalised and must be new; `role` a key of ROLE_PERMISSIONS."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, language=language)
        user.groups.add(Group.objects.get(name=role))
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def keep_only_address(user: User) -> None:
    """Let an account be reached by its present address alone; earlier ones neither sign in nor get reset links."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})


def activate_totp(user: User) -> str:
    """Give the account a time-based second factor and return its secret, in base 32, to be typed into an app."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def lacks_second_factor(user: Any) -> bool:
    """Return whether this member of staff must set up a second factor before working here."""
    return bool(settings.STAFF_SECOND_FACTOR_REQUIRED) and not is_mfa_enabled(user)
