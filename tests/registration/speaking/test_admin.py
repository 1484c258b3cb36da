"""Moderators are named in the admin, once, and the trail says so."""

import pytest
from django.test import Client

from registration.models import Appearance, State
from seminar.models import AuditEntry
from tests.agenda.rows import make_item, make_presentation, make_sitting
from tests.factories import make_delegation, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db

ADD = "/admin/registration/appearance/add/"


@pytest.fixture
def secretariat(sign_in) -> Client:
    return sign_in(make_user("secretariat"))


def test_a_moderator_is_named_once_and_removed(secretariat: Client):
    seminar = make_seminar()
    person = make_registration(make_delegation(seminar), State.APPROVED)
    sitting = make_sitting(seminar)
    values = {"registration": person.pk, "part": "moderator", "presentation": "", "sitting": sitting.pk}
    assert secretariat.post(ADD, values).status_code == 302
    assert "This person has this part already." in secretariat.post(ADD, values).text
    appearance = Appearance.objects.get()
    assert (appearance.sitting, appearance.part) == (sitting, "moderator")
    secretariat.post(f"/admin/registration/appearance/{appearance.pk}/delete/", {"post": "yes"})
    assert not Appearance.objects.exists()
    actions = AuditEntry.objects.order_by("position").values_list("action", "subject")
    subject = f"registration:{person.pk}"
    assert list(actions) == [("name_person", subject), ("remove_person", subject)]


def test_one_of_presentation_and_sitting_is_chosen_of_this_edition_and_people_who_come(secretariat: Client):
    seminar = make_seminar()
    person = make_registration(make_delegation(seminar), State.APPROVED)
    gone = make_registration(person.delegation, State.WITHDRAWN)
    sitting, presentation = make_sitting(seminar), make_presentation(make_item(seminar))
    other = make_presentation(make_item(make_seminar(slug="aecs19", number=19, start_date="2012-02-07")))
    values = {"registration": person.pk, "part": "speaker", "presentation": "", "sitting": ""}
    for wrong in (
        {},
        {"presentation": presentation.pk, "sitting": sitting.pk},
        {"presentation": other.pk},
        {"presentation": presentation.pk, "registration": gone.pk},
    ):
        assert secretariat.post(ADD, {**values, **wrong}).status_code == 200
    assert not Appearance.objects.exists()
