"""What the second of two approvers is told, and addresses that try to look where no filter leads."""

import pytest
from django.urls import reverse

from registration.models import State
from registration.review.services import approve
from seminar.access import staff_actor
from tests.factories import NOW, make_delegation, make_registration, make_user

pytestmark = pytest.mark.django_db


def test_who_comes_second_is_told_who_decided(sign_in):
    delegation = make_delegation(quota=None)
    registrations = [make_registration(delegation, State.ENDORSED) for _ in range(3)]
    first = make_user("approver", name="Aya")
    for registration in registrations[:2]:
        approve(actor=staff_actor(first), registration_id=registration.pk, now=NOW)
    chosen = [registration.pk for registration in registrations]
    data = {"action": "approve_chosen", "_selected_action": chosen, "confirmed": "yes", "override_reason": ""}
    address = reverse("admin:registration_registration_changelist")
    page = sign_in(make_user("approver", name="Ben")).post(address, data, follow=True).text
    assert "2 registrations are approved already, by Aya." in page
    assert "1 registration approved." in page
    assert "was not approved" not in page


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("desk", "/admin/registration/registration/?passport_name__regex=(("),
        ("desk", "/admin/registration/registration/?email_key__startswith=a"),
        ("secretariat", "/admin/registration/outgoingmail/?recipient__iregex=["),
        ("administrator", "/admin/seminar/user/?password__startswith=md5"),
        ("administrator", "/admin/seminar/seminar/?title_en__regex=["),
    ],
)
def test_a_column_without_a_filter_cannot_be_probed_by_the_address(sign_in, role: str, address: str):
    make_registration()
    assert sign_in(make_user(role)).get(address).status_code == 400


def test_the_filters_of_the_list_still_work(sign_in):
    make_registration(state=State.ENDORSED, given_names="Solongo")
    client = sign_in(make_user("approver"))
    address = reverse("admin:registration_registration_changelist")
    for query, is_found in (
        ("state__exact=endorsed&delegation__category__exact=asian&role__exact=delegate", True),
        ("state__exact=draft", False),
        ("is_head__exact=0&o=1.2", True),
    ):
        assert ("Solongo" in client.get(f"{address}?{query}").text) is is_found
