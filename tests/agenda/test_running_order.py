"""Times within a session, overruns, and who presents first. Pure."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agenda.running_order import Slot, find_overrun_minutes, lay_out, order_by_position
from tests.agenda.rows import MORNING


def after(minutes: int):
    return MORNING + timedelta(minutes=minutes)


def test_presentations_follow_one_another():
    assert lay_out(MORNING, [15, 20]) == [Slot(MORNING, after(15)), Slot(after(15), after(35))]


def test_behind_one_of_unknown_length_no_time_is_known():
    assert lay_out(MORNING, [15, None, 15]) == [Slot(MORNING, after(15)), Slot(None, None), Slot(None, None)]


@given(st.lists(st.integers(1, 90), max_size=30))
def test_known_lengths_leave_no_gap_and_end_after_their_sum(minutes: list[int]):
    slots = lay_out(MORNING, minutes)
    assert [slot.start_at for slot in slots[1:]] == [slot.end_at for slot in slots[:-1]]
    assert not slots or slots[-1].end_at == after(sum(minutes))


def test_an_overrun_is_what_exceeds_the_session():
    assert find_overrun_minutes(MORNING, after(60), [15, 15, 15, 15]) == 0
    assert find_overrun_minutes(MORNING, after(60), [30, None, 45]) == 15


def test_earlier_systems_come_first_and_who_has_no_order_not_at_all():
    assert order_by_position([(7, 3), (8, None), (9, 1), (10, 4), (11, 2)], 1, 3) == [9, 11, 7]
