"""Mails that nobody's decision sends: what could not be delivered, and what waits for the approvers.

Doors: `report_undelivered`, `queue_digests`, called by the poller. Each may run many times at once.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import BooleanField, Count, Min
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from registration.mail.services import MailOrder, enqueue, enqueue_all, list_new, to_secretariat, to_staff
from registration.models import OutgoingMail, Registration, State
from seminar.access import APPROVER
from seminar.foundation.transactions import retried
from seminar.models import Seminar, User

REPORT_GAP = timedelta(minutes=15)
MOST_LISTED = 50
DIGEST_TIME = time(9, 0)
OUTBOX = "/admin/registration/outgoingmail/"
REGISTRATIONS = "/admin/registration/registration/"

# In the words of the index outgoing_mail_unreported, which SQLite uses only where they are the same.
IS_GIVEN_UP = RawSQL("registration_outgoingmail.state = 'given_up'", [], output_field=BooleanField())
UNREPORTED = OutgoingMail.objects.filter(IS_GIVEN_UP, reported_at=None).exclude(kind="undelivered")


def report_undelivered() -> int:
    """Tell each edition's secretariat of the mails given up since the last time, in one mail; return how many.

    At the most every REPORT_GAP by the database's clock, and never about such a report itself.
    """
    seminar_ids = UNREPORTED.order_by("seminar").values_list("seminar", flat=True).distinct()
    return sum(_report_undelivered_of(seminar_id) for seminar_id in list(seminar_ids))


@retried
def _report_undelivered_of(seminar_id: int) -> int:
    with transaction.atomic():
        seminar = Seminar.objects.select_for_update().get(pk=seminar_id)  # of two pollers at once, one finds them
        lately = OutgoingMail.objects.filter(seminar=seminar, reported_at__gt=Now() - REPORT_GAP)
        mails = list(UNREPORTED.filter(seminar=seminar).select_related("registration").order_by("pk"))
        if not mails or lately.exists():
            return 0
        enqueue(
            kind="undelivered",
            subject=seminar,
            revision=mails[-1].pk,
            to=to_secretariat(seminar),
            facts={
                "action_path": f"{OUTBOX}?state__exact=given_up",
                "count": len(mails),
                "undelivered": [
                    {"kind": mail.kind, "number": mail.registration.number if mail.registration else ""}
                    for mail in mails[:MOST_LISTED]
                ],
            },
        )
        OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(reported_at=Now())
    return len(mails)


def queue_digests(*, now: datetime) -> int:
    """Tell the approvers once a day, from DIGEST_TIME on in the seminar's zone, what waits for them; return how many.

    For published editions that are not over.
    """
    editions = Seminar.objects.published().filter(end_date__gte=now.date() - timedelta(days=1)).order_by("pk")
    return sum(_queue_digests_of(seminar, now) for seminar in editions)


@retried
def _queue_digests_of(seminar: Seminar, now: datetime) -> int:
    local = now.astimezone(ZoneInfo(seminar.time_zone))
    if local.time() < DIGEST_TIME or local.date() > seminar.end_date:
        return 0
    digest_at = datetime.combine(local.date(), DIGEST_TIME, local.tzinfo)  # who comes later waits for tomorrow's
    waiting = Registration.objects.filter(
        seminar=seminar, state=State.ENDORSED, state_changed_at__lte=digest_at
    ).aggregate(count=Count("pk"), since=Min("state_changed_at"))
    if not waiting["count"]:
        return 0
    revision = int(f"{local:%Y%m%d}")
    approvers = User.objects.filter(groups__name=APPROVER, is_active=True, is_staff=True).order_by("pk")
    facts = {
        "action_path": f"{REGISTRATIONS}?state__exact=endorsed",
        "count": waiting["count"],
        "longest_wait_days": max(0, (now - waiting["since"]).days),
        "waiting_since": waiting["since"].isoformat(),
    }
    orders = [MailOrder("approval_digest", seminar, revision, to_staff(user), facts) for user in approvers]
    with transaction.atomic():
        return len(enqueue_all(list_new(orders)))
