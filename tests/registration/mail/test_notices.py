"""The secretariat hears of what was given up, and the approvers each morning of what waits; once, and in time."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now

from registration import tasks
from registration.mail.dispatch import dispatch
from registration.mail.notices import queue_digests, report_undelivered
from registration.models import OutgoingMail, Registration, State
from seminar.models import Seminar
from tests.factories import make_delegation, make_registration, make_seminar, make_user
from tests.smtp import Sink, read_text

pytestmark = pytest.mark.django_db

MailState = OutgoingMail.State
NINE_IN_TOKYO = datetime(2013, 1, 9, 0, 0, tzinfo=UTC)


def give_up(**mails: object) -> None:
    OutgoingMail.objects.filter(**mails).update(state=MailState.GIVEN_UP, last_code=550, last_error="no such mailbox")


def read_reports() -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="undelivered").order_by("pk"))


def test_the_secretariat_is_told_of_every_given_up_mail_in_one_letter(outgoing: Sink, queue):
    mails = queue(3)
    outgoing.recipient_answers = ["550 unknown", "550 unknown", "250 OK"]
    dispatch()
    assert report_undelivered() == 2
    assert report_undelivered() == 0
    [report] = read_reports()
    assert (report.recipient, report.language) == ("secretariat@aecs20.example", "en")
    assert report.facts["revision"] == mails[1].pk
    assert report.facts["undelivered"] == [{"kind": "received", "number": mails[0].registration.number}] * 2
    assert set(OutgoingMail.objects.exclude(reported_at=None).values_list("pk", flat=True)) == {
        mails[0].pk,
        mails[1].pk,
    }
    dispatch()
    text = read_text(outgoing.messages[-1])
    assert text.count(f"- Registration received [{mails[0].registration.number}]") == 2
    assert "/admin/registration/outgoingmail/?state__exact=given_up" in text
    assert mails[0].recipient not in text


def test_a_report_is_not_sent_more_often_than_every_quarter_of_an_hour(queue):
    first, second = queue(2)
    give_up(pk=first.pk)
    assert report_undelivered() == 1
    give_up(pk=second.pk)
    assert report_undelivered() == 0
    OutgoingMail.objects.filter(pk=first.pk).update(reported_at=Now() - timedelta(minutes=14))
    assert report_undelivered() == 0
    OutgoingMail.objects.filter(pk=first.pk).update(reported_at=Now() - timedelta(minutes=16))
    assert report_undelivered() == 1
    assert [report.facts["count"] for report in read_reports()] == [1, 1]


def test_a_report_that_is_given_up_itself_is_reported_by_nobody(queue):
    queue(1)
    give_up()
    report_undelivered()
    give_up(kind="undelivered")
    OutgoingMail.objects.exclude(reported_at=None).update(reported_at=Now() - timedelta(hours=1))
    assert report_undelivered() == 0
    assert len(read_reports()) == 1


def test_each_edition_has_its_own_report(queue):
    queue(1)
    Seminar.objects.update(slug="aecs19", secretariat_email="secretariat@aecs19.example")
    queue(1)
    give_up()
    assert report_undelivered() == 2
    assert {report.recipient for report in read_reports()} == {
        "secretariat@aecs19.example",
        "secretariat@aecs20.example",
    }


def test_a_long_list_is_cut_and_counted(queue):
    queue(60)
    give_up()
    report_undelivered()
    [report] = read_reports()
    assert (report.facts["count"], len(report.facts["undelivered"])) == (60, 50)


@pytest.mark.parametrize("poll", [tasks.dispatch_mail, lambda: call_command("deliver_mail", "--once")])
def test_the_poller_reports(outgoing: Sink, queue, poll):
    queue(1)
    outgoing.recipient_answers = ["550 unknown"]
    poll()
    assert len(read_reports()) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_pollers_at_once_one_reports(queue):
    queue(1)
    give_up()
    barrier = threading.Barrier(4)
    counts: list[int] = []

    def work() -> None:
        barrier.wait()
        try:
            counts.append(report_undelivered())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 1]
    assert len(read_reports()) == 1


@pytest.fixture
def waiting() -> Registration:
    """The longest of two that wait for approval, among others that do not."""
    make_user("approver", email="first@aecs20.example")
    make_user("approver", email="second@aecs20.example", language="ja")
    make_user("approver", email="left@aecs20.example", is_active=False)
    make_user("secretariat", email="secretary@aecs20.example")
    delegation = make_delegation()
    for state in (State.SUBMITTED, State.APPROVED, State.WAITLISTED):
        make_registration(delegation, state)
    make_registration(delegation, State.ENDORSED, state_changed_at=NINE_IN_TOKYO - timedelta(hours=2))
    since = NINE_IN_TOKYO - timedelta(days=3, hours=1)
    return make_registration(delegation, State.ENDORSED, state_changed_at=since)


def test_the_digest_goes_to_each_approver_from_nine_oclock_in_the_seminars_zone(waiting: Registration, outgoing: Sink):
    assert queue_digests(now=NINE_IN_TOKYO - timedelta(minutes=1)) == 0
    assert queue_digests(now=NINE_IN_TOKYO) == 2
    dispatch()
    first, second = outgoing.messages
    assert (first["To"], first["Subject"]) == ("first@aecs20.example", "Registrations awaiting approval (2)")
    assert (second["To"], second["Subject"]) == ("second@aecs20.example", "承認待ちの参加登録（2件）")
    assert "Longest wait: 3 days, since 6 January 2013, 08:00 (Tokyo)" in read_text(first)
    assert "/admin/registration/registration/?state__exact=endorsed" in read_text(first)


def test_the_digest_comes_once_a_day(waiting: Registration):
    assert queue_digests(now=NINE_IN_TOKYO) == 2
    assert queue_digests(now=NINE_IN_TOKYO + timedelta(hours=14, minutes=59)) == 0  # 23:59 in Tokyo
    assert queue_digests(now=NINE_IN_TOKYO + timedelta(hours=15)) == 0  # midnight
    assert queue_digests(now=NINE_IN_TOKYO + timedelta(days=1)) == 2
    assert set(OutgoingMail.objects.values_list("facts__revision", flat=True)) == {20130109, 20130110}


def test_who_is_endorsed_after_nine_is_in_tomorrows_digest(waiting: Registration):
    Registration.objects.update(state_changed_at=NINE_IN_TOKYO + timedelta(seconds=1))
    assert queue_digests(now=NINE_IN_TOKYO + timedelta(hours=14)) == 0  # 23:00 in Tokyo
    assert queue_digests(now=NINE_IN_TOKYO + timedelta(days=1)) == 2


def test_a_digest_that_was_queued_is_not_tried_again(waiting: Registration, django_assert_max_num_queries):
    assert queue_digests(now=NINE_IN_TOKYO) == 2
    with django_assert_max_num_queries(7) as captured:
        assert queue_digests(now=NINE_IN_TOKYO + timedelta(minutes=5)) == 0
    assert not any("INSERT" in query["sql"] for query in captured)


def test_nine_oclock_is_the_seminars_own(waiting: Registration):
    Seminar.objects.update(time_zone="America/New_York")
    assert queue_digests(now=datetime(2013, 1, 9, 13, 59, tzinfo=UTC)) == 0
    assert queue_digests(now=datetime(2013, 1, 9, 14, 0, tzinfo=UTC)) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda: Registration.objects.update(state=State.SUBMITTED),
        lambda: Seminar.objects.update(is_published=False),
        lambda: Seminar.objects.update(start_date=date(2013, 1, 7), end_date=date(2013, 1, 8)),
    ],
    ids=["nobody waits", "not published", "over"],
)
def test_there_is_no_digest_without_need(waiting: Registration, change):
    change()
    assert queue_digests(now=NINE_IN_TOKYO) == 0


def test_an_edition_hears_of_its_own_people_alone(waiting: Registration):
    make_seminar(slug="aecs21")
    assert queue_digests(now=NINE_IN_TOKYO) == 2
    assert set(OutgoingMail.objects.values_list("seminar", flat=True)) == {waiting.seminar_id}


@pytest.mark.parametrize("poll", [tasks.queue_digests, lambda: call_command("deliver_mail", "--once")])
def test_beat_and_the_command_queue_digests_by_the_domains_clock(waiting: Registration, outgoing, settings, poll):
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = NINE_IN_TOKYO, datetime.now(UTC)
    poll()
    assert OutgoingMail.objects.filter(kind="approval_digest").count() == 2


def test_an_edition_that_cannot_be_reckoned_with_keeps_no_mail_back(outgoing: Sink, queue, settings):
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = NINE_IN_TOKYO, datetime.now(UTC)
    queue(1)
    broken = make_seminar(slug="aecs21", number=21)
    Seminar.objects.filter(pk=broken.pk).update(time_zone="Nowhere/Else")
    call_command("deliver_mail", "--once")
    assert OutgoingMail.objects.get(kind="received").state == OutgoingMail.State.SENT


def test_every_task_of_the_beat_exists(settings):
    from seminar.celery import app  # the tasks are known to the app alone

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
