"""Ground floor: the edition and what everything stands on."""

from seminar.celery import app as celery_app

__all__ = ("celery_app",)
