"""Registrations that the secretariat types in: host side, press, paper forms, corrections by telephone."""

import pytest
from django.test import Client
from django.urls import reverse

from registration.models import Link, OutgoingMail, Registration, State
from seminar.models import AuditEntry, Delegation
from tests.factories import make_delegation, make_focal_point, make_registration, make_seminar, make_user
from tests.registration.intake.pages import CONSENTS, NAME, POSITION, read_hidden, reload

pytestmark = pytest.mark.django_db
ENTER = "/admin/registration/registration/enter/"


@pytest.fixture
def host() -> Delegation:
    return make_delegation(category="host", quota=None, short_name_en="Host side", nomination_waiver_reason="")


@pytest.fixture
def secretary(sign_in) -> Client:
    return sign_in(make_user("secretariat"))


def fill_in(host: Delegation, **changes: str) -> dict[str, str]:
    typed = {**NAME, **POSITION, **CONSENTS, "passport_name": "", "role": "interpreter", "language": "ja"}
    hidden = {"number": "new", "seen": "new"}
    return {**typed, **hidden, "delegation": str(host.pk), "email": "hanako@interpreter.example", **changes}


def test_an_interpreter_of_the_host_side_is_entered_submitted_and_endorsed_without_a_passport(
    secretary: Client, host: Delegation
):
    assert "Host: Host side" in secretary.get(ENTER).text
    page = secretary.post(ENTER, fill_in(host, _submit="1"), follow=True).text
    registration = Registration.objects.get()
    assert f"{registration.number} is saved and submitted." in page
    assert (registration.state, registration.role, registration.full_name) == ("endorsed", "interpreter", "髙橋 太郎")
    actions = AuditEntry.objects.order_by("position").values_list("action", "actor_kind")
    assert list(actions) == [("create", "staff"), ("submit", "staff"), ("endorse", "system")]
    assert list(OutgoingMail.objects.values_list("kind", "recipient")) == [("received", "hanako@interpreter.example")]


def test_a_draft_may_be_incomplete_and_is_not_submitted_then(secretary: Client, host: Delegation):
    page = secretary.post(ENTER, fill_in(host, organization="", _submit="1"), follow=True).text
    assert "not submitted: mandatory answers are missing." in page
    assert Registration.objects.get().state == State.DRAFT


def test_a_paper_form_is_saved_and_its_person_invited(secretary: Client):
    delegation = make_delegation()
    secretary.post(ENTER, fill_in(delegation, _invite="1"))
    assert list(OutgoingMail.objects.values_list("kind", "recipient", "language")) == [
        ("personal_invitation", "hanako@interpreter.example", "ja")
    ]


def test_rubbish_is_said_at_each_field_and_nothing_typed_is_lost(secretary: Client, host: Delegation):
    answer = secretary.post(ENTER, fill_in(host, given_names="\u202e", email="nonsense", role="king", delegation="x"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"given_names", "email", "role", "delegation"}
    assert 'value="nonsense"' in answer.text
    assert "Ministry of Commerce" in answer.text
    assert Registration.objects.count() == 0


def test_another_editions_delegation_is_not_in_the_list(secretary: Client, host: Delegation):
    foreign = make_delegation(make_seminar(slug="aecs21", number=21))
    secretary.post(reverse("admin:choose_edition"), {"edition": host.seminar_id})
    answer = secretary.post(ENTER, fill_in(foreign))
    assert "delegation" in answer.context["form"].errors
    own = make_registration(host)
    elsewhere = make_registration(foreign)
    assert secretary.get(f"/admin/registration/registration/{own.pk}/answers/").status_code == 200
    assert secretary.get(f"/admin/registration/registration/{elsewhere.pk}/answers/").status_code == 404


def test_a_taken_address_is_refused_unless_the_mailbox_is_shared(secretary: Client, host: Delegation):
    make_registration(host, email="Hanako@Interpreter.example")
    answer = secretary.post(ENTER, fill_in(host))
    assert "email" in answer.context["form"].errors
    secretary.post(ENTER, fill_in(host, shares_address="on"))
    assert Registration.objects.count() == 2


def correct(client: Client, registration: Registration, **changes: str):
    address = f"/admin/registration/registration/{registration.pk}/answers/"
    page = client.get(address)
    form = page.context["form"]
    typed = {field.name: field.value() for field in form if field.value() not in (None, False)}
    return client.post(address, {**typed, **read_hidden(page.text), **changes}, follow=True)


def test_a_draft_is_corrected_on_behalf_and_a_new_address_ends_the_old_link(secretary: Client):
    registration = make_registration(email="wrong@ministry.example")
    token = Link.objects.ensure(registration=registration).make_token()
    page = correct(secretary, registration, position="Director General", email="right@ministry.example").text
    assert "is saved as a draft." in page
    current = reload(registration)
    assert (current.position, current.email) == ("Director General", "right@ministry.example")
    assert Link.objects.find_by_token(token) is None
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_kind, entry.details["fields"]) == ("edit", "staff", ["email", "position"])


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(secretary: Client):
    registration = make_registration()
    address = f"/admin/registration/registration/{registration.pk}/answers/"
    page = secretary.get(address)
    typed = {field.name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
    Registration.objects.update(position="Director General")
    data = {**typed, **read_hidden(page.text), "position": "Deputy Director"}
    answer = secretary.post(address, data)
    assert answer.status_code == 422
    assert "Somebody else saved “Director General” here meanwhile." in answer.text
    assert reload(registration).position == "Director General"
    secretary.post(address, {**data, **read_hidden(answer.text)})
    assert reload(registration).position == "Deputy Director"


def test_an_address_that_somebody_else_corrected_meanwhile_is_not_put_back(secretary: Client):
    registration = make_registration(email="wrong@ministry.example")
    address = f"/admin/registration/registration/{registration.pk}/answers/"
    page = secretary.get(address)
    typed = {field.name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
    data = {**typed, **read_hidden(page.text)}
    correct(secretary, registration, email="right@ministry.example", shares_address="on")
    answer = secretary.post(address, data)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"email", "shares_address"})
    assert "Somebody else saved “right@ministry.example” here meanwhile." in answer.text
    assert reload(registration).email == "right@ministry.example"


def test_a_mailbox_that_another_person_has_is_not_marked_as_one_persons_own(secretary: Client):
    sharing = make_registration(email="office@ministry.example", shares_address=True)
    make_registration(sharing.delegation, email="office@ministry.example")
    page = secretary.get(f"/admin/registration/registration/{sharing.pk}/answers/")
    typed = {field.name: field.value() for field in page.context["form"] if field.value() not in (None, False)}
    del typed["shares_address"]
    answer = secretary.post(page.request["PATH_INFO"], {**typed, **read_hidden(page.text)})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"email"})
    assert reload(sharing).shares_address


@pytest.mark.parametrize("state", [state for state in State.values if state not in ("draft", "returned")])
def test_what_is_no_draft_is_not_corrected(secretary: Client, state: str):
    registration = make_registration(state=state)
    page = secretary.get(f"/admin/registration/registration/{registration.pk}/answers/", follow=True).text
    assert "This registration is not a draft." in page


@pytest.mark.parametrize("role", ["desk", "approver", "administrator"])
def test_only_the_secretariat_enters_and_corrects(sign_in, host: Delegation, role: str):
    registration = make_registration(host)
    client = sign_in(make_user(role))
    for address in (ENTER, f"/admin/registration/registration/{registration.pk}/answers/"):
        assert client.get(address).status_code == 403
        assert client.post(address, fill_in(host)).status_code == 403
    assert Registration.objects.count() == 1


def test_a_submission_on_behalf_asks_the_focal_point_to_endorse(secretary: Client):
    focal_point = make_focal_point(make_delegation(), email="focal@ministry.example")
    secretary.post(ENTER, fill_in(focal_point.delegation, passport_name="HANAKO TAKAHASHI", _submit="1"))
    assert Registration.objects.get().state == State.SUBMITTED
    assert ("endorsement_request", "focal@ministry.example") in OutgoingMail.objects.values_list("kind", "recipient")
