"""Saving a form in the admin writes what was changed there, and nothing that moved meanwhile."""

import pytest
from django.urls import reverse

from registration.models import State
from seminar.admin import DelegationAdmin, SeminarAdmin
from seminar.admin_site import SeminarAdminSite
from seminar.models import AuditEntry, Delegation, FocalPoint, Seminar
from tests.factories import make_delegation, make_focal_point, make_registration, make_user

pytestmark = pytest.mark.django_db


class ChangedForm:
    """What a ModelAdmin needs of a form: which fields it has, and which of them were changed."""

    def __init__(self, *names: str) -> None:
        self.changed_data = list(names)
        self.fields = dict.fromkeys(names)


def test_an_approval_during_a_delegations_save_is_not_undone(rf):
    delegation = make_delegation(quota=5)
    read_before = Delegation.objects.get()
    Delegation.objects.update(approved_count=4)
    read_before.list_order = 6
    form = ChangedForm("list_order")
    DelegationAdmin(Delegation, SeminarAdminSite()).save_model(rf.post("/"), read_before, form, True)
    delegation.refresh_from_db()
    assert (delegation.list_order, delegation.approved_count) == (6, 4)


def test_a_number_taken_during_an_editions_save_is_not_given_twice(rf):
    seminar = make_delegation().seminar
    read_before = Seminar.objects.get()
    Seminar.objects.update(last_registration_number=7)
    read_before.city_en = "Kyoto"
    SeminarAdmin(Seminar, SeminarAdminSite()).save_model(rf.post("/"), read_before, ChangedForm("city_en"), True)
    seminar.refresh_from_db()
    assert (seminar.city_en, seminar.last_registration_number) == ("Kyoto", 7)


def post_delegation(client, delegation: Delegation, **changes: str):
    address = reverse("admin:seminar_delegation_change", args=[delegation.pk])
    page = client.get(address)
    data = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    formset = page.context["inline_admin_formsets"][0].formset
    for form in formset.forms:
        data |= {form.add_prefix(name): value for name, value in form.initial.items()}
        data[form.add_prefix("id")] = form.instance.pk
        data[form.add_prefix("delegation")] = delegation.pk
    n = len(formset.forms)
    data |= {"focal_points-TOTAL_FORMS": n, "focal_points-INITIAL_FORMS": n, "first_time": ""}
    return client.post(address, {k: v for k, v in (data | changes).items() if v is not None and v is not False})


def test_a_quota_below_the_approved_people_is_refused_at_its_field(sign_in):
    delegation = make_delegation(quota=3)
    for _ in range(2):
        make_registration(delegation, State.APPROVED)
        delegation.refresh_from_db()
    client = sign_in(make_user("secretariat"))
    answer = post_delegation(client, delegation, quota="1")
    assert "2 people are approved already" in answer.text
    assert post_delegation(client, delegation, quota="2").status_code == 302
    delegation.refresh_from_db()
    assert delegation.quota == 2


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"email": "FIRST@ministry.example", "is_primary": ""}, "Two focal points have the same address."),
        ({"email": "second@ministry.example", "is_primary": "on"}, "Only one focal point can be the primary one."),
        ({"email": "sec\u202eond@ministry.example", "is_primary": ""}, "characters that cannot be stored"),
    ],
)
def test_focal_points_that_contradict_each_other_are_refused_with_words(sign_in, second, said: str):
    delegation = make_delegation()
    make_focal_point(delegation, email="first@ministry.example")
    changes = {"focal_points-TOTAL_FORMS": "2", "focal_points-1-name": "B", "focal_points-1-language": "en"}
    changes |= {f"focal_points-1-{name}": value for name, value in second.items()}
    answer = post_delegation(sign_in(make_user("secretariat")), delegation, **changes)
    assert answer.status_code == 200
    assert said in answer.text
    assert FocalPoint.objects.count() == 1


def test_a_changed_focal_point_is_on_record(sign_in):
    delegation = make_delegation()
    focal_point = make_focal_point(delegation, email="first@ministry.example")
    user = make_user("secretariat")
    post_delegation(sign_in(user), delegation, **{"focal_points-0-email": "Next@ministry.example"})
    focal_point.refresh_from_db()
    assert (focal_point.email, focal_point.email_key) == ("Next@ministry.example", "next@ministry.example")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.actor_key) == (
        "change_focal_point",
        f"focal_point:{focal_point.pk}",
        str(user.pk),
    )


def test_what_approvals_of_a_delegation_rest_on_is_on_record(sign_in):
    delegation = make_delegation(quota=3, nomination_waiver_reason="")
    user = make_user("secretariat")
    changes = {"quota": "4", "nomination_waiver_reason": "Agreed by note verbale", "article": "the"}
    assert post_delegation(sign_in(user), delegation, **changes).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.actor_key) == (
        "change_delegation",
        f"delegation:{delegation.pk}",
        str(user.pk),
    )
    assert entry.details == {"fields": ["nomination_waiver_reason", "quota"]}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_deadline_at_the_calendars_end_is_refused_in_words(sign_in, day: str):
    delegation = make_delegation()
    late = {"due_at_0": day, "due_at_1": "00:00"}
    answer = post_delegation(sign_in(make_user("secretariat")), delegation, **late)
    assert "Enter a year in four digits" in answer.text
    delegation.refresh_from_db()
    assert delegation.due_at is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time_zone", "Tokyo", "Enter a time zone such as Asia/Tokyo."),
        ("focus_en", "5", "Enter a list of texts"),
        ("slug", "lost-link", "taken by a page of the site"),
    ],
)
def test_what_would_break_an_editions_pages_is_refused(field: str, value: str, said: str, sign_in):
    seminar = make_delegation().seminar
    client = sign_in(make_user("administrator"))
    address = reverse("admin:seminar_seminar_change", args=[seminar.pk])
    answer = client.post(address, {field: value})
    assert said in answer.text
    seminar.refresh_from_db()
    assert seminar.time_zone == "Asia/Tokyo"
