"""The secretariat verifies visas, decides on support apart from approval, and prepares the reception of hosts."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from registration.models import Reception, Registration, State, Travel
from registration.models.answers import list_sections
from seminar.models import AuditEntry, Delegation
from tests.factories import make_delegation, make_registration, make_user

pytestmark = pytest.mark.django_db


def post(registration: Registration, **data: str):
    client = Client()
    client.force_login(make_user("secretariat"), backend="django.contrib.auth.backends.ModelBackend")
    return client.post(f"/admin/registration/registration/{registration.pk}/stay/", data)


def test_support_is_decided_apart_from_approval_and_told():
    registration = make_registration(state=State.SUBMITTED)
    assert post(registration, visa_state="needed", support_decision="granted", has_receipts="on").status_code == 302
    travel = Travel.objects.get()
    assert (travel.visa_state, travel.support_decision, travel.has_receipts) == ("needed", "granted", True)
    Travel.objects.update(visa_need="yes")
    shown = [section for section in list_sections(Registration.objects.get()) if section.code == "travel"]
    lines = {answer.name: answer.value for answer in shown[0].answers}
    assert lines["support_decision"] == "Granted"
    assert "has_receipts" not in lines
    assert Registration.objects.get().state == State.SUBMITTED
    assert AuditEntry.objects.get().details["fields"] == ["has_receipts", "support_decision", "visa_state"]


def test_support_is_declined_with_a_reason_only():
    answer = post(make_registration(state=State.APPROVED), support_decision="declined")
    assert "Give the reason: the person reads it." in answer.text
    assert not Travel.objects.exists()


def test_the_reception_of_a_guest_is_noted_in_the_seminars_time():
    host = make_delegation(category=Delegation.Category.HOST)
    guest = make_registration(host, State.APPROVED, role="guest")
    data = {"arrives_at_0": "2013-02-26", "arrives_at_1": "08:30", "greeter": "Ms. Abe", "seat": "Front row, 3"}
    assert post(guest, **data, protocol_note="Tea, not coffee.").status_code == 302
    reception = Reception.objects.get()
    assert reception.arrives_at == datetime(2013, 2, 25, 23, 30, tzinfo=UTC)
    assert (reception.greeter, reception.seat) == ("Ms. Abe", "Front row, 3")
    assert "Tea" not in str([section.answers for section in list_sections(Registration.objects.get())])


def test_nothing_is_noted_of_who_has_gone():
    answer = post(make_registration(state=State.WITHDRAWN), visa_state="needed")
    assert "Its state does not allow it" in answer.text
    assert not Travel.objects.exists()


def test_rubbish_is_refused_at_its_field():
    registration = make_registration(make_delegation(category="press"), State.APPROVED)
    answer = post(registration, medium="a\u202eb", press_card="9" * 100_000)
    assert answer.status_code == 200
    assert "decision-field--wrong" in answer.text
    assert not Reception.objects.exists()
