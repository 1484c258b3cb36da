"""Head and order: moved by one press, recorded, and never overwritten unseen."""

import threading

import pytest
from django.db import connection
from django.test import Client

from registration.intake.list_order import StandingChanged, move, read_standing, set_head
from registration.models import Registration, State
from seminar.foundation.audit import Actor
from seminar.models import AuditEntry, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration
from tests.registration.intake.desk_pages import DESK, open_desk, press

ACTOR = Actor(AuditEntry.ActorKind.FOCAL_POINT, "1")


@pytest.fixture
def focal_point(db: None) -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def list_numbers(focal_point: FocalPoint) -> list[str]:
    return [person.number for person in read_standing(focal_point.delegation).people]


def read_mark(visitor: Client, name: str) -> str:
    return getattr(visitor.get(f"{DESK}order/").context["standing"], name)


def test_the_head_moves_in_one_act_and_both_are_recorded(visitor: Client, focal_point: FocalPoint):
    old = make_registration(focal_point.delegation, is_head=True)
    new = make_registration(focal_point.delegation, State.APPROVED)
    answer = press(visitor, focal_point, "head/", head=new.number, seen_head=read_mark(visitor, "head_mark"))
    assert "The head of your delegation is set." in answer.text
    assert list(Registration.objects.filter(is_head=True)) == [new]
    entries = AuditEntry.objects.order_by("position").values_list("action", "subject", "actor_kind")
    assert list(entries) == [
        ("clear_head", f"registration:{old.pk}", "focal_point"),
        ("set_head", f"registration:{new.pk}", "focal_point"),
    ]


def test_a_delegation_may_have_no_head_for_a_while(visitor: Client, focal_point: FocalPoint):
    head = make_registration(focal_point.delegation, is_head=True)
    press(visitor, focal_point, "head/", head="", seen_head=head.number)
    assert not Registration.objects.filter(is_head=True)


def test_a_page_that_showed_another_head_overwrites_nothing(visitor: Client, focal_point: FocalPoint):
    first, second, third = (make_registration(focal_point.delegation) for _ in range(3))
    seen = read_mark(visitor, "head_mark")
    press(visitor, focal_point, "head/", head=first.number, seen_head=seen)
    answer = press(visitor, focal_point, "head/", head=second.number, seen_head=seen)
    assert answer.status_code == 409
    assert "Somebody else changed the head or the order meanwhile." in answer.text
    assert [row.is_head for row in (reread(one) for one in (first, second, third))] == [True, False, False]


def reread(registration: Registration) -> Registration:
    return Registration.objects.get(pk=registration.pk)


def test_people_move_up_and_down_below_the_head(visitor: Client, focal_point: FocalPoint):
    head, second, third = (make_registration(focal_point.delegation, is_head=n == 0) for n in range(3))
    answer = press(
        visitor, focal_point, "order/", move=f"up:{third.number}", seen_order=read_mark(visitor, "order_mark")
    )
    assert answer.status_code == 200
    assert list_numbers(focal_point) == [head.number, third.number, second.number]
    assert list(Registration.objects.order_by("list_position").values_list("list_position", flat=True)) == [1, 2, 3]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.details) == ("move", f"registration:{third.pk}", {"place": 2})
    press(visitor, focal_point, "order/", move=f"up:{third.number}", seen_order=read_mark(visitor, "order_mark"))
    assert list_numbers(focal_point)[0] == head.number


def test_a_page_that_showed_another_order_moves_nobody(visitor: Client, focal_point: FocalPoint):
    rows = [make_registration(focal_point.delegation) for _ in range(3)]
    seen = read_mark(visitor, "order_mark")
    press(visitor, focal_point, "order/", move=f"down:{rows[0].number}", seen_order=seen)
    answer = press(visitor, focal_point, "order/", move=f"down:{rows[0].number}", seen_order=seen)
    assert answer.status_code == 409
    assert list_numbers(focal_point) == [rows[1].number, rows[0].number, rows[2].number]


def test_people_of_other_delegations_are_neither_head_nor_moved(visitor: Client, focal_point: FocalPoint):
    make_registration(focal_point.delegation)
    foreign = make_registration(make_delegation(focal_point.delegation.seminar))
    assert press(visitor, focal_point, "head/", head=foreign.number, seen_head="none").status_code == 404
    mark = read_mark(visitor, "order_mark")
    assert press(visitor, focal_point, "order/", move=f"up:{foreign.number}", seen_order=mark).status_code == 404
    assert not Registration.objects.filter(is_head=True)


def test_an_ended_registration_is_not_made_head(visitor: Client, focal_point: FocalPoint):
    gone = make_registration(focal_point.delegation, State.WITHDRAWN)
    assert press(visitor, focal_point, "head/", head=gone.number, seen_head="none").status_code == 404


def test_the_history_tells_head_and_place(visitor: Client, focal_point: FocalPoint):
    one, two = make_registration(focal_point.delegation), make_registration(focal_point.delegation)
    set_head(actor=ACTOR, delegation=focal_point.delegation, number=one.number, seen="none", now=NOW)
    page = visitor.get(f"{DESK}{one.number}/").text
    assert "Made head of delegation" in page
    mark = read_standing(focal_point.delegation).order_mark
    third = make_registration(focal_point.delegation)
    mark = read_standing(focal_point.delegation).order_mark
    move(actor=ACTOR, delegation=focal_point.delegation, number=third.number, steps=-1, seen=mark, now=NOW)
    assert "To place 2" in visitor.get(f"{DESK}{third.number}/").text
    assert two.number in list_numbers(focal_point)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_a_head_at_once_one_is_told():
    delegation = make_delegation()
    rows = [make_registration(delegation) for _ in range(2)]
    barrier, outcomes = threading.Barrier(2), []

    def choose(number: str) -> None:
        barrier.wait()
        try:
            set_head(actor=ACTOR, delegation=delegation, number=number, seen="none", now=NOW)
            outcomes.append("set")
        except StandingChanged:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=[row.number]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["set", "told"]
    assert Registration.objects.filter(is_head=True).count() == 1
