"""The queue: oldest first, a decision and the next one, and two people in it at once."""

from datetime import timedelta

import pytest
from django.urls import reverse

from registration.models import Registration, State
from registration.review.queue_views import find_position
from registration.review.services import approve
from seminar.access import staff_actor
from tests.factories import NOW, make_delegation, make_registration, make_user

QUEUE = "/admin/registration/registration/queue/"


def fill_queue() -> list[Registration]:
    delegation = make_delegation(quota=None)
    make_registration(delegation, State.WAITLISTED)
    return [
        make_registration(
            delegation, State.ENDORSED, given_names=name, passport_name=f"{name} {n}", family_name=f"{n}" * 9,
            state_changed_at=NOW - timedelta(days=9 - n),
        )
        for n, name in enumerate(("Aarav", "Bolormaa", "Chanthou"))
    ]  # fmt: skip


def decide_as_shown(client, page, action: str, **more):
    """Send the form of the shown page as a browser without JavaScript does."""
    registration = page.context["panel"].registration
    data = {**page.context["carried"], "row": f"{registration.pk}:{registration.version}", **more}
    return client.post(reverse("admin:registration_registration_decide", args=[action]), data, follow=True)


def told(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


@pytest.mark.once
@pytest.mark.parametrize(
    ("queue", "at", "place", "expected"),
    [
        ([], 5, 1, None),
        ([4, 5, 6], 0, 0, (4, 1, None, 5)),
        ([4, 5, 6], 5, 1, (5, 2, 4, 6)),
        ([4, 5, 6], 9, 3, (6, 3, 5, None)),  # 9 was decided about: who moved up to its place
        ([4, 5, 6], 9, 99, (6, 3, 5, None)),
    ],
)
def test_a_place_in_the_queue_outlives_who_stood_there(queue, at, place, expected):
    position = find_position(queue, at, place)
    assert (position and (position.key, position.place, position.previous, position.next)) == expected


@pytest.mark.django_db
def test_the_queue_begins_with_who_waits_longest_and_goes_on_after_each_decision(sign_in):
    first, second, third = fill_queue()
    client = sign_in(make_user("approver"))
    page = client.get(QUEUE)
    assert page.context["panel"].registration == first
    assert "1 of 3 waiting" in page.text
    page = decide_as_shown(client, page, "approve")
    assert told(page) == [f"{first.number} {first.full_name}: 1 registration approved."]
    assert page.context["panel"].registration == second
    assert "1 of 2 waiting" in page.text
    page = client.get(page.context["next_url"])
    assert page.context["panel"].registration == third
    page = decide_as_shown(client, page, "reject", reason="No room")
    assert page.context["panel"].registration == second
    page = decide_as_shown(client, page, "waitlist", is_delegate_told="on")
    assert "Nobody waits for approval." in page.text
    assert list(Registration.objects.order_by("pk").values_list("state", flat=True)) == [
        "waitlisted", "approved", "waitlisted", "rejected",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_page_holds_what_the_decision_needs(sign_in):
    delegation = make_delegation(quota=4)
    for _ in range(2):
        delegation.refresh_from_db()
        make_registration(delegation, State.APPROVED, given_names="Other", passport_name="OTHER")
    make_registration(delegation, State.ENDORSED)
    page = sign_in(make_user("approver")).get(QUEUE)
    for text in ("2 of 4 approved", "Waived: it was given", "Confirmation of registration", "History", "Director"):
        assert text in page.text
    assert [choice.action.name for choice in page.context["choices"]] == ["approve", "return", "waitlist", "reject"]
    assert all(preview.letter for choice in page.context["choices"] for preview in choice.letters)


@pytest.mark.django_db
def test_who_comes_second_is_told_who_decided_and_moves_on(sign_in):
    first, second, _third = fill_queue()
    client = sign_in(make_user("approver", name="Ben Sato"))
    page = client.get(QUEUE)
    aya = make_user("approver", name="Aya Tanaka")
    approve(actor=staff_actor(aya), registration_id=first.pk, now=NOW)
    page = decide_as_shown(client, page, "reject", reason="No room")
    assert len(told(page)) == 1
    assert f"Left as it is: {first.number} {first.full_name}. Aya Tanaka approved it at 10:00" in told(page)[0]
    assert page.context["panel"].registration == second
    first.refresh_from_db()
    assert first.state == State.APPROVED


@pytest.mark.django_db
def test_an_address_of_somebody_who_no_longer_waits_names_who_decided(sign_in):
    first, second, third = fill_queue()
    client = sign_in(make_user("approver"))
    approve(actor=staff_actor(make_user("approver", name="Aya Tanaka")), registration_id=second.pk, now=NOW)
    page = client.get(QUEUE, {"at": second.pk, "place": 2})
    assert f"{second.number} {second.full_name} no longer waits for approval. Aya Tanaka approved it" in told(page)[0]
    assert page.context["panel"].registration == third
    assert client.get(QUEUE, {"at": "９", "place": "x"}).context["panel"].registration == first


@pytest.mark.django_db
def test_a_decision_that_a_rule_refuses_stays_with_the_person(sign_in):
    delegation = make_delegation(quota=1)
    person = make_registration(delegation, State.ENDORSED, state_changed_at=NOW - timedelta(days=3))
    make_registration(delegation, State.ENDORSED)
    client = sign_in(make_user("approver"))
    page = client.get(QUEUE)
    assert "override_reason" not in page.context["choices"][0].form.fields
    make_registration(delegation, State.APPROVED)
    page = decide_as_shown(client, page, "approve")
    assert told(page) == [f"Left as it is: {person.number} {person.full_name}. The delegation's quota is full."]
    assert page.context["panel"].registration == person
    assert page.context["choices"][0].form.fields["override_reason"].required
    page = decide_as_shown(client, page, "approve", override_reason="Agreed with the host")
    person.refresh_from_db()
    assert (person.state, person.quota_override_reason) == (State.APPROVED, "Agreed with the host")


@pytest.mark.django_db
def test_a_missing_reason_is_asked_for_and_the_way_back_to_the_queue_is_kept(sign_in):
    first, second, _third = fill_queue()
    client = sign_in(make_user("approver"))
    page = decide_as_shown(client, client.get(QUEUE), "return")
    assert page.context["form"].errors["reason"]
    carried = page.context["carried"]
    address = reverse("admin:registration_registration_decide", args=["return"])
    page = client.post(address, {**carried, "row": f"{first.pk}:0", "reason": "The photo is dark"}, follow=True)
    assert page.context["panel"].registration == second


@pytest.mark.django_db
def test_the_secretariat_may_return_from_the_queue_and_the_desk_is_not_led_to_it(sign_in):
    fill_queue()
    page = sign_in(make_user("secretariat")).get(QUEUE)
    assert [choice.action.name for choice in page.context["choices"]] == ["return", "withdraw"]
    client = sign_in(make_user("desk"))
    assert client.get(QUEUE).status_code == 403
    assert QUEUE not in client.get(reverse("admin:registration_registration_changelist")).text
    assert QUEUE in sign_in(make_user("approver")).get(reverse("admin:registration_registration_changelist")).text


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "is_led"), [("approver", True), ("secretariat", True), ("desk", False)])
def test_the_first_page_leads_those_who_decide_to_the_queue(sign_in, role: str, is_led: bool):
    make_delegation()
    assert (QUEUE in sign_in(make_user(role)).get("/admin/").text) is is_led
