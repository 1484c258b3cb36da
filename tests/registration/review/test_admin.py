"""The registrations in the admin: the list, its marks, filters and search, and one registration's page."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail, Registration, State
from registration.review.services import approve
from seminar.access import staff_actor
from tests.factories import NOW, make_delegation, make_focal_point, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db

LIST = "admin:registration_registration_changelist"
LATE = NOW + timedelta(days=5)  # after the edition's deadline


def names_on(page) -> list[str]:
    return [row.given_names for row in page.context["cl"].result_list]


def test_a_registrations_page_shows_person_quota_history_and_mails(sign_in):
    registration = make_registration(state=State.ENDORSED, given_names="Solongo", organizers_note="late nomination")
    approver = make_user("approver", name="Aya")
    approve(actor=staff_actor(approver), registration_id=registration.pk, now=NOW)
    page = sign_in(approver).get(reverse("admin:registration_registration_change", args=[registration.pk])).text
    for text in ("Solongo", "1 of 3 approved", "late nomination", "Aya", "Approved", "Confirmation of registration"):
        assert text in page
    mail = OutgoingMail.objects.get()
    assert reverse("admin:registration_outgoingmail_change", args=[mail.pk]) in page


def test_a_page_warns_of_all_that_speaks_against_an_approval(sign_in):
    delegation = make_delegation(quota=0, nomination_waiver_reason="")
    registration = make_registration(delegation, State.ENDORSED, position="", submitted_at=LATE)
    with transaction.atomic():
        enqueue(kind="received", subject=registration, revision=1, to=to_delegate(registration))
    OutgoingMail.objects.update(state=OutgoingMail.State.GIVEN_UP)
    client = sign_in(make_user("approver"))
    address = reverse("admin:registration_registration_change", args=[registration.pk])
    assert client.get(address).context["panel"].warnings == [
        "Submitted late: 13 January 2013, 10:00 (Tokyo). The deadline was 11 January 2013, 18:00 (Tokyo).",
        "Beyond the delegation's quota.",
        "These answers are missing: Position.",
        "The delegation has neither a nomination document nor a waiver.",
        f"A mail to this address could not be delivered: {registration.email}.",
        "The delegation has no focal point: nobody but the delegate is written to.",
    ]


def test_an_address_that_takes_mail_again_is_warned_of_no_more(sign_in):
    delegation = make_delegation()
    make_focal_point(delegation)
    registration = make_registration(delegation, State.ENDORSED, submitted_at=NOW)
    for revision, state in enumerate((OutgoingMail.State.GIVEN_UP, OutgoingMail.State.SENT)):
        with transaction.atomic():
            mail = enqueue(kind="received", subject=registration, revision=revision, to=to_delegate(registration))
        OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    address = reverse("admin:registration_registration_change", args=[registration.pk])
    assert sign_in(make_user("approver")).get(address).context["panel"].warnings == []


def test_who_is_in_order_has_no_warning(sign_in):
    delegation = make_delegation()
    make_focal_point(delegation)
    registration = make_registration(delegation, State.ENDORSED, submitted_at=NOW)
    address = reverse("admin:registration_registration_change", args=[registration.pk])
    assert sign_in(make_user("approver")).get(address).context["panel"].warnings == []


def test_likely_duplicates_stand_side_by_side_with_the_reason_and_block_nothing(sign_in):
    delegation = make_delegation()
    registration = make_registration(delegation, State.ENDORSED, email="shared@ministry.example")
    other = make_delegation(delegation.seminar, short_name_en="Japan")
    withdrawn = make_registration(
        other, State.WITHDRAWN, given_names="Tsend", family_name="SOLONGO", passport_name="", position="Envoy"
    )
    make_registration(
        delegation, State.DRAFT, email="shared@ministry.example", shares_address=True, given_names="Bat",
        family_name="Erdene", passport_name="BAT ERDENE",
    )  # fmt: skip
    page = sign_in(make_user("approver")).get(reverse("admin:registration_registration_change", args=[registration.pk]))
    lines = [(line.registration.given_names, line.reasons) for line in page.context["panel"].duplicates]
    assert lines == [("Bat", ["Same e-mail address, marked as shared"]), ("Tsend", ["Same name"])]
    assert withdrawn.number in page.text
    assert "Envoy" in page.text
    approve(actor=staff_actor(make_user("approver")), registration_id=registration.pk, now=NOW)


def test_another_editions_registration_is_not_shown(sign_in):
    registration = make_registration()
    other = make_seminar(slug="aecs21", number=21)
    foreign = make_registration(make_delegation(other))
    client = sign_in(make_user("approver"))
    client.post(reverse("admin:choose_edition"), {"edition": registration.seminar_id})
    page = client.get(reverse("admin:registration_registration_change", args=[foreign.pk]), follow=True).text
    assert foreign.email not in page
    assert "not in the edition that you chose" in page


@pytest.mark.parametrize("key", ["x", "0", "99999999999999999999", "1%00", "..%2F", "_"])
def test_an_odd_key_in_the_address_is_no_error(sign_in, key: str):
    make_registration()
    client = sign_in(make_user("approver"))
    for model in ("registration", "outgoingmail"):
        assert client.get(f"/admin/registration/{model}/{key}/change/").status_code in (302, 400, 404)


def test_the_list_shows_how_long_each_waits_and_marks_late_and_beyond_quota(sign_in, time_machine):
    time_machine.move_to(NOW + timedelta(days=3, hours=2))
    delegation = make_delegation(quota=0)
    free = make_delegation(delegation.seminar)
    make_registration(delegation, State.ENDORSED, given_names="Late", submitted_at=LATE)
    make_registration(free, State.SUBMITTED, given_names="New", state_changed_at=NOW + timedelta(days=2, hours=21))
    make_registration(free, State.APPROVED, given_names="Done")
    page = sign_in(make_user("desk")).get(reverse(LIST))
    admin = page.context["cl"].model_admin
    shown = {row.given_names: (admin.waiting(row), admin.marks(row)) for row in page.context["cl"].result_list}
    assert shown == {
        "Late": ("3 days", '<span class="mark">Late</span> <span class="mark">Beyond quota</span>'),
        "New": ("5 hours", None),
        "Done": (None, None),
    }
    assert "3 days" in page.text


def test_who_waits_longest_stands_first_where_the_list_shows_those_that_wait(sign_in):
    delegation = make_delegation()
    make_registration(delegation, State.ENDORSED, given_names="Newer", number="A-1")
    make_registration(
        delegation, State.ENDORSED, given_names="Older", number="A-2", state_changed_at=NOW - timedelta(days=1)
    )
    client = sign_in(make_user("approver"))
    assert names_on(client.get(reverse(LIST))) == ["Newer", "Older"]
    assert names_on(client.get(reverse(LIST), {"state__exact": "endorsed"})) == ["Older", "Newer"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"waiting": "3"}, {"Waits"}),
        ({"waiting": "1"}, {"Waits", "Returned"}),
        ({"waiting": "rubbish"}, {"Waits", "Returned", "Approved"}),
        ({"deadline": "late"}, {"Waits"}),
        ({"deadline": "kept"}, {"Returned", "Approved"}),
        ({"state__exact": "returned"}, {"Returned"}),
        ({"role__exact": "adviser"}, {"Approved"}),
    ],
)
def test_the_list_is_filtered_by_waiting_time_deadline_state_and_role(sign_in, time_machine, query, found):
    time_machine.move_to(NOW + timedelta(days=4))
    delegation = make_delegation()
    make_registration(delegation, State.ENDORSED, given_names="Waits", submitted_at=LATE)
    make_registration(
        delegation, State.RETURNED, given_names="Returned", submitted_at=LATE, due_at=LATE,
        state_changed_at=NOW + timedelta(days=2),
    )  # fmt: skip
    make_registration(delegation, State.APPROVED, given_names="Approved", submitted_at=NOW, role="adviser")
    assert set(names_on(sign_in(make_user("desk")).get(reverse(LIST), query))) == found


@pytest.mark.parametrize("is_narrowed", [False, True])
def test_the_list_asks_the_database_ten_times_for_1_person_and_for_30(sign_in, is_narrowed: bool):
    delegation = make_delegation()
    make_registration(delegation)
    client = sign_in(make_user("approver"))
    client.post(reverse("admin:choose_edition"), {"edition": delegation.seminar_id})
    query = {"q": "Solongo", "state__exact": "draft"} if is_narrowed else {}

    def count_statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(LIST), query).status_code == 200
        return sum("SAVEPOINT" not in statement["sql"] for statement in asked.captured_queries)

    count_statements()  # once without anybody watching: content types, and the filters that the list remembers
    first = count_statements()
    for _ in range(29):
        make_registration(delegation)
    assert count_statements() == first <= 10


def test_the_first_page_counts_what_waits_and_links_to_it(sign_in):
    delegation = make_delegation()
    for state in (State.ENDORSED, State.ENDORSED, State.RETURNED):
        make_registration(delegation, state)
    make_delegation(delegation.seminar)  # nominates nobody
    with transaction.atomic():
        registration = Registration.objects.order_by("pk")[0]
        enqueue(kind="received", subject=registration, revision=1, to=to_delegate(registration))
    OutgoingMail.objects.update(state=OutgoingMail.State.GIVEN_UP)
    cards = {str(card.label): card for card in sign_in(make_user("approver")).get("/admin/").context["cards"]}
    assert {label: card.value for label, card in cards.items()} == {
        "Waiting for approval": 2,
        "Waiting for endorsement": 0,
        "Returned for correction": 1,
        "Submitted late": 0,
        "Approved": 0,
        "All registrations": 3,
        "Change requests": 0,
        "Delegations without nominations": 1,
        "Mails given up": 1,
    }
