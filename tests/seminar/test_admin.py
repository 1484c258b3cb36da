"""Pages of the ground floor in the admin: accounts, and who speaks for a delegation."""

from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from seminar.models import Delegation, FocalPoint, Seminar, User
from tests.factories import make_delegation, make_focal_point, make_seminar, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def errors_of(answer) -> list[str]:
    """Return what the form says, its inline forms included."""
    return [str(message) for messages in answer.context["errors"] for message in messages] if answer.context else []


class TestAccounts:
    @pytest.fixture
    def administrator(self) -> User:
        return make_user("administrator")

    @pytest.fixture
    def client(self, administrator: User, sign_in) -> Client:
        return sign_in(administrator)

    def add(self, client: Client, **values: str):
        data = {"email": "aya@ministry.example", "name": "Aya", "language": "ja", "usable_password": "true"}
        return client.post(
            reverse("admin:seminar_user_add"), data | {"password1": PASSWORD, "password2": PASSWORD} | values
        )

    def change(self, client: Client, user: User, **values: object):
        data = {"email": user.email, "name": user.name, "language": user.language, "is_active": "on"}
        return client.post(reverse("admin:seminar_user_change", args=[user.pk]), data | values)

    def test_a_new_account_is_staff_of_no_group_and_signs_in(self, client: Client):
        assert self.add(client, email="ａｙａ@Ministry.example").status_code == 302
        user = User.objects.get(email="aya@ministry.example")
        assert (user.name, user.language, user.is_staff, user.is_superuser) == ("Aya", "ja", True, False)
        assert not user.groups.exists()
        browser = Client()
        browser.post(reverse("account_login"), {"login": "aya@ministry.example", "password": PASSWORD})
        assert browser.get("/admin/").status_code == 200
        assert browser.get(reverse("admin:registration_registration_changelist")).status_code == 403

    def test_rights_are_given_by_group_alone(self, client: Client):
        user = make_user("desk")
        forged = {"is_superuser": "on", "is_staff": "", "user_permissions": Permission.objects.order_by("pk")[0].pk}
        answer = self.change(client, user, groups=Group.objects.get(name="approver").pk, **forged)
        assert answer.status_code == 302
        user.refresh_from_db()
        assert [group.name for group in user.groups.all()] == ["approver"]
        assert (user.is_superuser, user.is_staff, user.user_permissions.count()) == (False, True, 0)

    def test_an_account_that_is_switched_off_is_signed_out(self, client: Client):
        user = make_user("desk")
        browser = Client()
        browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
        assert browser.get("/admin/").status_code == 200
        self.change(client, user, is_active="")
        assert browser.get("/admin/").status_code == 302

    @pytest.mark.parametrize("spelling", ["aya@ministry.example", "AYA@ministry.example", "ａｙａ@ministry.example"])
    def test_an_address_has_one_account(self, client: Client, spelling: str):
        make_user("desk", email="aya@ministry.example")
        answer = self.add(client, email=spelling)
        assert answer.status_code == 200
        assert "Account with this E-mail address already exists." in errors_of(answer)
        assert User.objects.count() == 2

    @pytest.mark.parametrize("password", ["short", "password1234", "aya@ministry"])
    def test_a_weak_password_is_refused(self, client: Client, password: str):
        answer = self.add(client, password1=password, password2=password)
        assert answer.status_code == 200
        assert errors_of(answer) != []
        assert User.objects.count() == 1

    def test_nobody_but_administrators_sees_accounts(self, client: Client, administrator: User):
        for role in ("desk", "secretariat", "approver"):
            browser = Client()
            browser.force_login(make_user(role), "django.contrib.auth.backends.ModelBackend")
            for page in ("changelist", "add"):
                assert browser.get(reverse(f"admin:seminar_user_{page}")).status_code == 403
            address = reverse("admin:seminar_user_change", args=[administrator.pk])
            assert browser.get(address).status_code == 403
            assert self.change(browser, administrator, name="Mallory").status_code == 403
        administrator.refresh_from_db()
        assert administrator.name == "Administrator"


class TestFocalPoints:
    @pytest.fixture
    def delegation(self) -> Delegation:
        return make_delegation()

    @pytest.fixture
    def client(self, sign_in) -> Client:
        return sign_in(make_user("secretariat"))

    def save(self, client: Client, delegation: Delegation, *rows: dict[str, object]):
        """Save the delegation's page with its focal points as `rows`; those with an id are there already."""
        address = reverse("admin:seminar_delegation_change", args=[delegation.pk])
        form = client.get(address).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value not in (None, False)}
        known = sum("id" in row for row in rows)
        data |= {"focal_points-TOTAL_FORMS": len(rows), "focal_points-INITIAL_FORMS": known}
        for n, row in enumerate(rows):
            data |= {f"focal_points-{n}-{name}": value for name, value in ({"delegation": delegation.pk} | row).items()}
        return client.post(address, data)

    def test_a_new_one_is_kept_with_the_key_of_the_address(self, client: Client, delegation: Delegation):
        row = {"name": "Tuya", "email": "Ｔｕｙａ@Ministry.example", "language": "en", "is_primary": "on"}
        assert self.save(client, delegation, row).status_code == 302
        focal_point = FocalPoint.objects.get()
        assert (focal_point.email, focal_point.email_key) == ("Tuya@Ministry.example", "tuya@ministry.example")
        assert (focal_point.delegation, focal_point.is_primary) == (delegation, True)

    @pytest.mark.parametrize("primary", ["A", "B"])
    def test_the_other_takes_over_as_the_primary_one_in_one_go(
        self, client: Client, delegation: Delegation, primary: str
    ):
        rows = [
            {"id": make_focal_point(delegation, email=f"{name}@ministry.example", is_primary=name != primary).pk}
            | {"name": name, "email": f"{name}@ministry.example", "language": "en"}
            | ({"is_primary": "on"} if name == primary else {})
            for name in "AB"
        ]
        answer = self.save(client, delegation, *rows)
        assert (answer.status_code, errors_of(answer)) == (302, [])
        assert list(FocalPoint.objects.filter(is_primary=True).values_list("name", flat=True)) == [primary]

    def test_two_exchange_their_addresses_in_one_go(self, client: Client, delegation: Delegation):
        first = make_focal_point(delegation, email="first@ministry.example")
        second = make_focal_point(delegation, email="second@ministry.example", is_primary=False)
        rows = [
            {"id": first.pk, "name": "A", "email": second.email, "language": "en", "is_primary": "on"},
            {"id": second.pk, "name": "B", "email": first.email, "language": "en"},
        ]
        answer = self.save(client, delegation, *rows)
        assert (answer.status_code, errors_of(answer)) == (302, [])
        assert dict(FocalPoint.objects.values_list("name", "email_key")) == {"A": second.email, "B": first.email}

    def test_one_of_another_delegation_is_not_changed_by_a_forged_id(self, client: Client, delegation: Delegation):
        foreign = make_focal_point(make_delegation(delegation.seminar), email="theirs@ministry.example")
        row = {"id": foreign.pk, "name": "Mallory", "email": "mallory@evil.example", "language": "en"}
        self.save(client, delegation, row)
        foreign.refresh_from_db()
        assert (foreign.email, foreign.name) == ("theirs@ministry.example", "Tuya Bold")
        assert FocalPoint.objects.count() == 1

    def test_what_the_page_only_shows_is_not_taken_from_a_forged_form(self, client: Client, delegation: Delegation):
        other = make_seminar(slug="aecs19", number=19, start_date=date(2012, 2, 7), end_date=date(2012, 2, 9))
        address = reverse("admin:seminar_delegation_change", args=[delegation.pk])
        form = client.get(address).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value not in (None, False)}
        data |= {"focal_points-TOTAL_FORMS": 0, "focal_points-INITIAL_FORMS": 0}
        forged = {"approved_count": "9", "beyond_quota_count": "9", "code": "XXX", "seminar": other.pk}
        assert client.post(address, data | forged).status_code == 302
        saved = Delegation.objects.get()
        assert (saved.approved_count, saved.beyond_quota_count) == (0, 0)
        assert (saved.code, saved.seminar) == (delegation.code, delegation.seminar)
        assert Seminar.objects.count() == 2
