"""What cannot be held as it stands, each with the rule it breaks; the shipped edition breaks none."""

from datetime import timedelta

import pytest

from agenda.clashes import Booking, find_overlaps, list_clashes
from agenda.models import BreakoutRound, Tour
from registration.intake.demo import EDITION
from registration.intake.loading import load_edition
from registration.models import Appearance, State
from seminar.models import Delegation, Seminar
from tests.agenda.rows import MORNING, make_item, make_presentation, make_sitting, make_tour
from tests.factories import NOW, make_delegation, make_registration, make_seminar

pytestmark = pytest.mark.django_db


def list_rules(seminar: Seminar) -> list[tuple[str, str]]:
    return [(clash.rule, clash.what) for clash in list_clashes(seminar)]


def test_the_20th_breaks_no_rule():
    load_edition(EDITION, now=NOW)
    assert list_rules(Seminar.objects.get()) == []


def test_the_same_room_at_the_same_time_and_only_then():
    seminar = make_seminar()
    make_item(seminar, title="First", room_en="Hall")
    make_item(seminar, MORNING + timedelta(minutes=45), title="Right after", room_en="Hall")
    make_item(seminar, title="Elsewhere", room_en="Room 2")
    assert list_rules(seminar) == []
    make_item(seminar, MORNING + timedelta(minutes=15), title="Between", room_en="HALL")
    rule = "One room holds one thing at a time."
    assert list_rules(seminar) == [
        (rule, "First and Between overlap in one room"),
        (rule, "Between and Right after overlap in one room"),
    ]


def test_touching_bookings_do_not_overlap():
    def book(key: str, start: int, end: int) -> Booking:
        return Booking(key, MORNING + timedelta(minutes=start), MORNING + timedelta(minutes=end), f"{start}", "")

    bookings = [book("a", 0, 10), book("a", 10, 20), book("b", 5, 15), book("a", 19, 30)]
    assert [(one.name, two.name) for one, two in find_overlaps(bookings)] == [("10", "19")]


def test_a_tour_after_the_seminar_and_an_item_before_it():
    seminar = make_seminar()
    make_item(seminar, MORNING - timedelta(days=1), title="Too early")
    make_tour(seminar, departs_at=MORNING + timedelta(days=3), returns_at=MORNING + timedelta(days=3, hours=2))
    rule = "Everything lies within the days of the seminar."
    assert list_rules(seminar) == [
        (rule, "Too early: Monday 25 February 2013, 10:00–10:45 (Tokyo)"),
        (rule, "Laboratory: Friday 1 March 2013, 10:00–12:00 (Tokyo)"),
    ]


def test_presentations_longer_than_their_session():
    seminar = make_seminar()
    item = make_item(seminar, title="Session", minutes_each=20)
    for order in (1, 2, 3):
        make_presentation(item, order=order)
    assert list_rules(seminar) == [
        (
            "A session is as long as its presentations.",
            "Session: the presentations last 15 minutes longer than the session",
        )
    ]


def test_a_round_and_a_tour_at_other_times_than_their_items():
    seminar = make_seminar()
    sitting = make_sitting(seminar)
    item = make_item(seminar, title="Breakout")
    item.breakout_round = sitting.breakout_round
    item.save()
    item.tours.add(make_tour(seminar))
    assert [rule for rule, _what in list_rules(seminar)] == [
        "A round takes place when the programme says so.",
        "A tour lies within its programme item.",
    ]
    BreakoutRound.objects.update(start_at=item.start_at, end_at=item.end_at)
    Tour.objects.update(departs_at=item.start_at, returns_at=item.end_at, list_cutoff_at=item.end_at)
    assert list_rules(seminar) == [("Wishes and the visitor list of a tour close before it departs.", "Laboratory")]


def test_who_declined_presents_and_who_should_present_does_not():
    seminar = make_seminar()
    item = make_item(seminar, kind="national_presentations")
    declined = make_delegation(seminar, state=Delegation.State.DECLINED, short_name_en="Declined", presentation_order=1)
    make_presentation(item, declined)
    make_delegation(seminar, short_name_en="Missing", presentation_order=2)
    assert list_rules(seminar) == [
        ("Who has declined presents nothing.", "Declined"),
        ("Each delegation with an order of presentation presents its national efforts.", "Missing"),
    ]


def test_people_in_two_places_twice_at_a_theme_or_not_coming():
    seminar = make_seminar()
    delegation = make_delegation(seminar)
    person = make_registration(delegation, State.APPROVED)
    gone = make_registration(delegation, State.WITHDRAWN, given_names="Gone", family_name="Away")
    first, second = make_sitting(seminar, number=1), make_sitting(seminar, number=2)
    Appearance.objects.create(registration=person, sitting=first, part="moderator")
    Appearance.objects.create(registration=person, sitting=second, part="moderator")
    at_the_same_time = make_item(seminar, first.breakout_round.start_at, title="Talk")
    talk = make_presentation(at_the_same_time, delegation, title_en="A talk")
    Appearance.objects.create(registration=person, presentation=talk, part="speaker")
    Appearance.objects.create(registration=gone, presentation=talk, part="speaker")
    name = person.full_name
    assert set(list_rules(seminar)) == {
        ("Nobody presents or moderates in two places at a time.", f"{name}: LEGIS-A, Round 1 and A talk"),
        ("Nobody meets a theme twice.", f"{name}: LEGIS-A, Round 1; LEGIS-A, Round 2"),
        ("Who is named in the programme comes.", "Gone Away: Withdrawn"),
    }


def test_a_moderator_of_another_delegation():
    seminar = make_seminar()
    sitting = make_sitting(seminar, moderating_delegation=make_delegation(seminar))
    stranger = make_registration(make_delegation(seminar), State.APPROVED)
    host = make_registration(make_delegation(seminar, category="host"), State.APPROVED)
    for person in (stranger, host):
        Appearance.objects.create(registration=person, sitting=sitting, part="moderator")
    rule = "A moderator is approved, and of the moderating delegation or the host."
    assert list_rules(seminar) == [(rule, f"{stranger.full_name}: LEGIS-A, Round 1")]
