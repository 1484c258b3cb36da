"""People are reminded of their deadlines: on the days said, in the seminar's zone, once, and only who must act."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from agenda.materials import import_consents
from agenda.models import Disclosure
from registration import tasks
from registration.mail.dispatch import dispatch
from registration.mail.letters import make_message, render_letter
from registration.mail.reminders import queue_reminders
from registration.mail.services import enqueue, to_focal_point
from registration.models import Appearance, Link, OutgoingMail, Registration, State, Travel
from registration.review.services import return_for_correction
from seminar.access import staff_actor
from seminar.models import Delegation, Seminar
from tests.agenda.rows import keep_pdf, make_item, make_presentation, permit
from tests.factories import make_delegation, make_focal_point, make_registration, make_seminar, make_user
from tests.smtp import Sink

pytestmark = pytest.mark.django_db

# The edition's nominations are due on 11 January 2013 at 18:00 in Tokyo, materials on 12 February at 18:00.
NINE_IN_TOKYO = datetime(2012, 12, 21, 0, 0, tzinfo=UTC)  # 21 days before
DAY = timedelta(days=1)


def list_sent() -> list[tuple[str, str]]:
    return [(mail.kind, mail.recipient) for mail in OutgoingMail.objects.order_by("pk")]


def make_edition() -> Seminar:
    return make_seminar(materials_due_at=datetime(2013, 2, 12, 9, 0, tzinfo=UTC))


def make_silent_delegation(seminar: Seminar | None = None, **values: Any) -> Delegation:
    """Make a delegation that has nominated nobody, with its focal point."""
    delegation = make_delegation(seminar or make_edition(), **values)
    make_focal_point(delegation, email=f"{delegation.code.lower()}@ministry.example")
    return delegation


def test_a_focal_point_who_nominated_nobody_is_reminded_on_four_days_before_the_deadline():
    make_silent_delegation()
    reminded = [
        21 - days for days in range(24) for _tick in range(3) if queue_reminders(now=NINE_IN_TOKYO + days * DAY) == 1
    ]
    assert reminded == [21, 14, 7, 3]
    assert {mail.kind for mail in OutgoingMail.objects.all()} == {"nomination_reminder"}


@pytest.mark.parametrize(
    ("now", "count"),
    [
        (NINE_IN_TOKYO - timedelta(seconds=1), 0),  # 08:59:59 in Tokyo
        (NINE_IN_TOKYO, 1),
        (NINE_IN_TOKYO + timedelta(hours=14, minutes=59), 1),
        (NINE_IN_TOKYO + timedelta(hours=15), 0),  # past midnight in Tokyo, still the 21st in UTC
        (NINE_IN_TOKYO + DAY, 1),  # a day that was missed is made up for
        (NINE_IN_TOKYO + 2 * DAY, 0),
        (datetime(2013, 1, 11, 9, 0, tzinfo=UTC), 0),  # the deadline itself
    ],
)
def test_a_reminder_goes_by_the_day_in_the_seminars_zone(now: datetime, count: int):
    make_silent_delegation()
    assert queue_reminders(now=now) == count


def test_who_declined_or_nominated_or_needs_no_nomination_is_left_in_peace():
    seminar = make_edition()
    make_silent_delegation(seminar=seminar, code="AAA", state=Delegation.State.DECLINED)
    make_registration(make_silent_delegation(seminar=seminar, code="BBB"))
    make_silent_delegation(seminar=seminar, code="HST", category="host")
    make_registration(make_silent_delegation(seminar=seminar, code="CCC"), State.WITHDRAWN)
    assert queue_reminders(now=NINE_IN_TOKYO) == 1
    assert list_sent() == [("nomination_reminder", "ccc@ministry.example")]


def test_nobody_is_reminded_of_an_invitation_that_came_the_day_before():
    person = make_silent_delegation().focal_points.get()
    with transaction.atomic():
        mail = enqueue(kind="nomination_request", subject=person.delegation, revision=1, to=to_focal_point(person))
    assert queue_reminders(now=NINE_IN_TOKYO) == 0
    OutgoingMail.objects.filter(pk=mail.pk).update(created_at=timezone.now() - 3 * DAY)
    assert queue_reminders(now=NINE_IN_TOKYO) == 1


def test_a_moved_deadline_is_reminded_of_anew():
    make_silent_delegation()
    queue_reminders(now=NINE_IN_TOKYO)
    Seminar.objects.update(nominations_due_at=datetime(2013, 1, 18, 9, 0, tzinfo=UTC))
    assert queue_reminders(now=NINE_IN_TOKYO + 7 * DAY) == 1


@pytest.mark.parametrize("state", State.values)
def test_who_has_not_submitted_is_reminded_seven_three_and_one_days_before(state: str):
    registration = make_registration(state=state)
    first = NINE_IN_TOKYO + 13 * DAY
    reminded = [8 - days for days in range(9) if queue_reminders(now=first + days * DAY)]
    assert reminded == ([7, 3, 1] if state in (State.DRAFT, State.RETURNED) else [])
    assert {mail.recipient for mail in OutgoingMail.objects.all()} <= {registration.email}


def test_a_deadline_of_ones_own_is_reminded_of_instead():
    make_registration(state=State.RETURNED, due_at=datetime(2013, 1, 20, 9, 0, tzinfo=UTC))
    assert queue_reminders(now=datetime(2013, 1, 10, 0, 0, tzinfo=UTC)) == 0
    assert queue_reminders(now=datetime(2013, 1, 13, 0, 0, tzinfo=UTC)) == 1
    assert "20 January 2013, 18:00 (Tokyo)" in render_letter(OutgoingMail.objects.get()).text


def test_nobody_is_reminded_at_once_of_what_was_returned_at_the_deadline():
    registration = make_registration(state=State.ENDORSED)
    at_noon = datetime(2013, 1, 11, 3, 0, tzinfo=UTC)
    actor = staff_actor(make_user("approver"))
    return_for_correction(actor=actor, registration_id=registration.pk, reason="Your title, please", now=at_noon)
    assert queue_reminders(now=at_noon + timedelta(minutes=10)) == 0
    assert list_sent() == [("returned", registration.email)]
    OutgoingMail.objects.update(created_at=timezone.now() - 2 * DAY)
    assert queue_reminders(now=at_noon + 2 * DAY) == 1


def test_who_submitted_is_reminded_of_pages_that_are_missing_by_their_own_deadline():
    seminar = make_seminar(visa_requests_due_at=datetime(2013, 1, 18, 9, 0, tzinfo=UTC))
    delegation = make_delegation(seminar)
    registration = make_registration(delegation, State.APPROVED, role="observer")
    make_registration(delegation, State.WITHDRAWN, email="gone@ministry.example")
    Travel.objects.create(
        registration=registration, visa_need="no", arrival_date=date(2013, 2, 24), departure_date=date(2013, 3, 1)
    )
    first = datetime(2013, 1, 10, 0, 0, tzinfo=UTC)
    reminded = [18 - 10 - days for days in range(9) if queue_reminders(now=first + days * DAY)]
    assert reminded == [7, 3, 1]
    mail = OutgoingMail.objects.order_by("pk")[0]
    assert mail.facts["missing"] == ["person", "passport"]
    text = render_letter(mail).text
    assert "- Personal data\n- Passport\n" in text
    assert "18 January 2013, 18:00 (Tokyo)" in text
    assert {mail.recipient for mail in OutgoingMail.objects.all()} == {registration.email}


def test_who_speaks_or_moderates_is_asked_for_materials_a_fortnight_before():
    delegation = make_delegation(make_edition(), quota=None)
    for role in Registration.Role.values:
        make_registration(delegation, State.APPROVED, role=role, email=f"{role}@ministry.example")
    make_registration(delegation, State.ENDORSED, role="speaker", email="waiting@ministry.example")
    assert queue_reminders(now=datetime(2013, 1, 28, 0, 0, tzinfo=UTC)) == 0
    assert queue_reminders(now=datetime(2013, 1, 29, 0, 0, tzinfo=UTC)) == 2
    assert list_sent() == [
        ("materials_request", "speaker@ministry.example"),
        ("materials_request", "moderator@ministry.example"),
    ]


def test_an_unpublished_or_past_edition_reminds_nobody():
    make_silent_delegation()
    Seminar.objects.update(is_published=False)
    assert queue_reminders(now=NINE_IN_TOKYO) == 0
    Seminar.objects.update(is_published=True)
    assert queue_reminders(now=NINE_IN_TOKYO.replace(year=2014)) == 0


def test_a_hundred_reminders_take_as_many_statements_as_one(django_assert_max_num_queries):
    seminar = make_edition()
    for n in range(100):
        make_silent_delegation(seminar=seminar, code=f"D{n:03d}")
    queue_reminders(now=NINE_IN_TOKYO)
    OutgoingMail.objects.all().delete()
    with django_assert_max_num_queries(13):
        assert queue_reminders(now=NINE_IN_TOKYO) == 100
    with django_assert_max_num_queries(9):
        assert queue_reminders(now=NINE_IN_TOKYO) == 0


@pytest.mark.parametrize("poll", [tasks.queue_reminders, lambda: call_command("deliver_mail", "--once")])
def test_beat_and_the_command_queue_reminders_by_the_domains_clock(outgoing: Sink, settings, poll):
    make_silent_delegation()
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = NINE_IN_TOKYO, timezone.now()
    poll()
    dispatch()
    assert outgoing.messages[0]["Subject"] == "Reminder: nominations due 11 January 2013"


THREE_DAYS_BEFORE = NINE_IN_TOKYO + 18 * DAY


def test_of_whom_a_focal_point_entered_without_a_link_the_focal_point_is_reminded():
    delegation = make_silent_delegation()
    registration = make_registration(delegation)
    make_registration(delegation, given_names="Bat", family_name="Erdene")
    assert queue_reminders(now=THREE_DAYS_BEFORE) == 1  # one letter for both
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("completion_reminder", delegation.focal_points.get().email)
    letter = render_letter(mail)
    assert letter.subject == "Action needed: registrations are not submitted"
    assert "- Solongo Tsend\n- Bat Erdene" in letter.text
    mail.language = "ja"
    assert "・Solongo Tsend 様" in render_letter(mail).text
    assert queue_reminders(now=THREE_DAYS_BEFORE) == 0
    Link.objects.ensure(registration=registration)
    assert queue_reminders(now=THREE_DAYS_BEFORE) == 1
    assert OutgoingMail.objects.order_by("pk")[1].recipient == registration.email


def test_reminders_of_drafts_take_as_many_statements_for_many_delegations(django_assert_max_num_queries):
    seminar = make_edition()
    for n in range(20):
        make_registration(make_silent_delegation(seminar=seminar, code=f"D{n:03d}"))
    queue_reminders(now=THREE_DAYS_BEFORE)
    OutgoingMail.objects.all().delete()
    with django_assert_max_num_queries(14):
        assert queue_reminders(now=THREE_DAYS_BEFORE) == 20


def test_a_delegation_with_more_time_is_reminded_by_its_own_deadline():
    due_at = datetime(2013, 1, 11, 9, 0, tzinfo=UTC) + 30 * DAY
    make_silent_delegation(due_at=due_at)
    assert queue_reminders(now=THREE_DAYS_BEFORE) == 0
    assert queue_reminders(now=THREE_DAYS_BEFORE + 30 * DAY) == 1
    assert OutgoingMail.objects.get().facts["due_at"] == due_at.isoformat()


def test_a_delegation_that_declined_is_not_reminded():
    make_silent_delegation(state=Delegation.State.DECLINED)
    assert queue_reminders(now=THREE_DAYS_BEFORE) == 0


ASKED = datetime(2013, 1, 29, 0, 0, tzinfo=UTC)  # a fortnight before materials are due


def test_who_has_a_part_is_asked_for_it_by_name_and_led_to_its_page():
    seminar = make_edition()
    delegate = make_registration(make_delegation(seminar), State.APPROVED)
    item = make_item(seminar, title="National efforts I")
    presentation = make_presentation(item, delegate.delegation)
    Appearance.objects.create(registration=delegate, presentation=presentation, part="speaker")
    assert queue_reminders(now=ASKED) == 1
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("materials_request", delegate.email)
    letter = render_letter(mail)
    text = letter.text
    assert "In the programme: National efforts I, Tuesday 26 February 2013, 10:00–10:45 (Tokyo)" in text
    assert "/personal-link/?to=presentations" in text
    mail.subject, mail.text_body, mail.html_body = letter.subject, letter.text, letter.html
    sent = make_message(mail).body
    assert f"/{Link.objects.get().make_token()}/?to=presentations" in sent
    assert "personal-link" not in sent


def test_who_has_answered_everything_is_not_asked():
    seminar = make_edition()
    delegate = make_registration(make_delegation(seminar), State.APPROVED)
    presentation = make_presentation(make_item(seminar), delegate.delegation, title_ja="題名")
    Appearance.objects.create(registration=delegate, presentation=presentation, part="speaker")
    keep_pdf(presentation)
    import_consents(presentation, "public", NINE_IN_TOKYO)  # what came with the edition is nobody's own answer
    assert queue_reminders(now=ASKED) == 1
    OutgoingMail.objects.all().delete()
    permit(presentation, Disclosure.NONE)
    assert queue_reminders(now=ASKED) == 0


def test_where_nobody_is_named_the_focal_points_are_asked():
    seminar = make_edition()
    delegation = make_delegation(seminar)
    make_registration(delegation, State.APPROVED)  # so that nominations need no reminder
    focal_point = make_focal_point(delegation, language="ja")
    make_presentation(make_item(seminar), delegation)
    assert queue_reminders(now=ASKED) == 1
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("materials_request", focal_point.email)
    text = render_letter(mail).text
    assert "発表者のご指名" in text
    assert "Opening（日本語）、" in text or "Opening（日本語）, " in text
