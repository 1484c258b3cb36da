"""Celery's tasks: each takes ids, calls one service and may run twice."""

from celery import shared_task

from registration.intake.open_requests import sweep_requests
from registration.intake.sheets.services import sweep_uploads
from registration.mail.dispatch import dispatch
from registration.mail.notices import queue_digests as queue_digests_due
from registration.mail.notices import report_undelivered
from registration.mail.reminders import queue_reminders as queue_reminders_due
from seminar.foundation import clock
from seminar.foundation.private_files import sweep_orphans


@shared_task(name="registration.dispatch_mail")
def dispatch_mail() -> None:
    """Deliver every mail that is due, and tell the secretariat of what was given up; run by beat."""
    dispatch()
    report_undelivered()


@shared_task(name="registration.queue_digests")
def queue_digests() -> None:
    """Queue the approvers' daily digest where its time has come; run by beat."""
    queue_digests_due(now=clock.now())


@shared_task(name="registration.queue_reminders")
def queue_reminders() -> None:
    """Queue the reminders whose day has come; run by beat."""
    queue_reminders_due(now=clock.now())


@shared_task(name="registration.sweep_files")
def sweep_files() -> None:
    """Remove files whose row a rollback took back, spreadsheets and requests nobody came back to; run by beat."""
    sweep_orphans()
    sweep_uploads(now=clock.now())
    sweep_requests()


@shared_task(name="registration.deliver_mail")
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail now, if it is still due, and then what else is: one nudge empties the queue."""
    dispatch(first_id=mail_id)
