"""The Celery app; its settings are the CELERY_* values of seminar.settings."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminar.settings")

TRANSPORT_ALIASES["filesystem"] = "seminar.foundation.file_broker:Transport"
app = Celery("seminar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
