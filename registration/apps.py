"""Configuration of the registration app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")

    def ready(self) -> None:
        from agenda import clashes, people
        from registration.appearances import list_cast  # these need the models, which load before ready()
        from registration.mail.queries import is_delivering
        from registration.speaking.clashes import list_person_clashes
        from seminar import health

        health.CHECKS["mail"] = is_delivering
        people.sources.append(list_cast)
        clashes.sources.append(list_person_clashes)
