"""Configuration of the registration app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")

    def ready(self) -> None:
        from registration.mail.queries import is_delivering  # needs the models, which load before ready()
        from seminar import health

        health.CHECKS["mail"] = is_delivering
