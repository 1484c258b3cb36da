"""Accounts of staff. Delegates and focal points have none: they come by personal link."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from seminar.foundation.text import TextRefused, make_email_key


class UserManager(BaseUserManager["User"]):
    """Makes accounts whose e-mail address is their name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        try:
            return self.get(email=make_email_key(username or ""))
        except TextRefused:
            raise self.model.DoesNotExist from None

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a staff account. `password` None leaves it unable to sign in until one is set."""
        user = self.model(email=make_email_key(email), is_staff=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A member of staff: desk, secretariat, approver or administrator, by group."""

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        JAPANESE = "ja", _("Japanese")

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.ENGLISH)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_one_per_email",
                violation_error_message=_("There is an account with this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
