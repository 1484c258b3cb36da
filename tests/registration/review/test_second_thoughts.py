"""Addresses that try to look where no filter leads."""

import pytest
from django.urls import reverse

from registration.models import State
from tests.factories import make_registration, make_user

pytestmark = pytest.mark.django_db


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
