"""Configuration of the ground floor's app and of the one admin site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SeminarConfig(AppConfig):
    name = "seminar"
    verbose_name = _("Edition")

    def ready(self) -> None:
        from seminar.access import sync_groups  # needs the models, which load before ready()

        post_migrate.connect(lambda **_kwargs: sync_groups(), weak=False, dispatch_uid="seminar.sync_groups")


class SeminarAdminConfig(admin_apps.AdminConfig):
    default = False  # the app of this module is SeminarConfig
    default_site = "seminar.admin_site.SeminarAdminSite"
