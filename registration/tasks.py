"""Celery's tasks: each takes ids, calls one service and may run twice."""

from celery import shared_task

from registration.mail.dispatch import dispatch


@shared_task(name="registration.dispatch_mail")
def dispatch_mail() -> None:
    """Deliver every mail that is due; run by beat."""
    dispatch()


@shared_task(name="registration.deliver_mail")
def deliver_mail(mail_id: int) -> None:
    """Deliver one mail now, if it is still due, and then what else is: one nudge empties the queue."""
    dispatch(only_id=mail_id)
    dispatch()
