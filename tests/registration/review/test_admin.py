"""The registrations in the admin: the list, one registration, and approving many with a preview."""

import pytest
from django.db import transaction
from django.urls import reverse

from registration.mail.services import enqueue, to_delegate
from registration.models import OutgoingMail, Registration, State
from tests.factories import make_delegation, make_focal_point, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db

LIST = "admin:registration_registration_changelist"


def ask(client, registrations, **more):
    data = {"action": "approve_chosen", "_selected_action": [row.pk for row in registrations], **more}
    return client.post(reverse(LIST), data, follow=True)


def test_the_preview_says_what_will_happen_to_each_row_and_changes_nothing(sign_in):
    delegation = make_delegation(quota=1)
    make_focal_point(delegation)
    first, beyond = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    draft = make_registration(delegation)
    page = ask(sign_in(make_user("approver")), [first, beyond, draft]).text
    assert "1 registration will be approved." in page
    assert "2 mails will be sent." in page
    assert "2 will be left as they are." in page
    assert "The delegation&#x27;s quota is full." in page
    assert "It is not waiting for approval." in page
    assert set(Registration.objects.values_list("state", flat=True)) == {"endorsed", "draft"}


def test_confirming_approves_what_the_preview_promised_and_names_who_is_left(sign_in):
    delegation = make_delegation(quota=1)
    first, beyond = (make_registration(delegation, State.ENDORSED) for _ in range(2))
    page = ask(sign_in(make_user("approver")), [first, beyond], confirmed="yes", override_reason="").text
    assert "1 registration approved." in page
    assert f"{beyond.number} was not approved." in page
    assert dict(Registration.objects.values_list("number", "state")) == {
        first.number: "approved",
        beyond.number: "endorsed",
    }


def test_a_reason_takes_people_beyond_the_quota_and_is_kept(sign_in):
    registration = make_registration(make_delegation(quota=0), State.ENDORSED)
    client = sign_in(make_user("approver", name="Aya"))
    ask(client, [registration], confirmed="yes", override_reason="Agreed with the host")
    registration.refresh_from_db()
    assert (registration.state, registration.quota_override_reason) == (State.APPROVED, "Agreed with the host")
    page = client.get(reverse("admin:registration_registration_change", args=[registration.pk])).text
    assert "Agreed with the host" in page
    assert "1 of 0 approved" in page


def test_rubbish_as_a_reason_approves_nobody_and_is_said(sign_in):
    registration = make_registration(make_delegation(quota=0), State.ENDORSED)
    page = ask(sign_in(make_user("approver")), [registration], confirmed="yes", override_reason="\u202e").text
    assert "characters that cannot be stored" in page
    registration.refresh_from_db()
    assert registration.state == State.ENDORSED


@pytest.mark.parametrize("role", ["desk", "secretariat"])
def test_who_may_not_approve_is_offered_no_way_to(sign_in, role: str):
    registration = make_registration(state=State.ENDORSED)
    client = sign_in(make_user(role))
    ask(client, [registration], confirmed="yes", override_reason="")
    registration.refresh_from_db()
    assert registration.state == State.ENDORSED
    page = client.get(reverse("admin:registration_registration_change", args=[registration.pk])).text
    assert "Approve…" not in page


def test_a_registrations_page_shows_person_quota_history_and_mails(sign_in):
    registration = make_registration(state=State.ENDORSED, given_names="Solongo", organizers_note="late nomination")
    client = sign_in(make_user("approver", name="Aya"))
    ask(client, [registration], confirmed="yes", override_reason="")
    page = client.get(reverse("admin:registration_registration_change", args=[registration.pk])).text
    for text in ("Solongo", "1 of 3 approved", "late nomination", "Aya", "Approved", "Confirmation of registration"):
        assert text in page
    mail = OutgoingMail.objects.get()
    assert reverse("admin:registration_outgoingmail_change", args=[mail.pk]) in page


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


def test_search_finds_people_in_their_own_script(sign_in):
    make_registration(name_native="髙橋 太郎", given_names="Taro")
    make_registration(make_delegation(Registration.objects.get().seminar), given_names="Hanako")
    page = sign_in(make_user("desk")).get(reverse(LIST), {"q": "髙橋"}).text
    assert "Taro" in page
    assert "Hanako" not in page


def test_the_list_asks_the_database_as_often_for_30_people_as_for_1(sign_in, django_assert_max_num_queries):
    delegation = make_delegation()
    make_registration(delegation)
    client = sign_in(make_user("approver"))
    with django_assert_max_num_queries(30) as one:
        client.get(reverse(LIST))
    for _ in range(29):
        make_registration(delegation)
    with django_assert_max_num_queries(len(one)):
        client.get(reverse(LIST))


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
        "Delegations without nominations": 1,
        "Mails given up": 1,
    }
