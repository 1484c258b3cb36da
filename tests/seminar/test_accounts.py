"""Staff accounts: by command alone, by address and password, with a second factor where it is required."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from seminar.accounts import activate_totp, create_account, lacks_second_factor
from seminar.models import User
from tests.factories import make_seminar, make_user
from tests.servers import make_totp

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def make_account(email: str = "aya@ministry.example", role: str = "approver") -> User:
    return create_account(email=email, name="Aya", password=PASSWORD, role=role, language="ja")


def sign_in(client: Client, email: str = "aya@ministry.example", password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_an_account_has_one_group_its_language_and_its_address():
    user = make_account("Aya.Ito@Ministry.example")
    assert (user.email, user.name, user.language) == ("aya.ito@ministry.example", "Aya", "ja")
    assert [group.name for group in user.groups.all()] == ["approver"]
    assert (user.is_staff, user.is_superuser, user.is_active) == (True, False, True)
    address = EmailAddress.objects.get()
    assert (address.user, address.email, address.primary, address.verified) == (user, user.email, True, True)


def test_an_address_has_one_account_however_it_is_written():
    make_account()
    for spelling in ("aya@ministry.example", "AYA@MINISTRY.EXAMPLE", "ａｙａ@ministry.example"):
        with pytest.raises(IntegrityError):
            make_account(spelling)


@pytest.mark.django_db(transaction=True)
def test_an_account_that_fails_half_way_leaves_nothing():
    EmailAddress.objects.create(user=make_user("desk"), email="aya@ministry.example", verified=True)
    with pytest.raises(IntegrityError):
        make_account()
    assert not User.objects.filter(email="aya@ministry.example").exists()


@pytest.mark.parametrize("spelling", ["aya@ministry.example", "Aya@Ministry.Example", " aya@ministry.example "])
def test_signing_in_leads_to_the_administration(client: Client, spelling: str):
    make_account()
    answer = sign_in(client, spelling)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_look_alike(client: Client):
    make_account()
    pages = [sign_in(client, password="wrong horse"), sign_in(client, email="nobody@ministry.example")]
    assert [page.status_code for page in pages] == [200, 200]
    errors = [list(page.context["form"].non_field_errors()) for page in pages]
    assert errors[0] == errors[1] != []
    assert client.get("/admin/").status_code == 302


def test_an_account_that_was_switched_off_stays_outside(client: Client):
    User.objects.filter(pk=make_account().pk).update(is_active=False)
    sign_in(client)
    assert client.get("/admin/").status_code == 302


def test_nobody_signs_up(client: Client):
    data = {"email": "new@ministry.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert User.objects.count() == 0


def test_the_session_gets_a_new_key_at_sign_in(client: Client):
    make_account()
    before = client.session  # of a visitor who is nobody yet
    before["kept"] = True
    before.save()
    key = before.session_key
    sign_in(client)
    assert client.session.session_key != key
    assert not before.exists(key)


def test_a_new_password_ends_the_accounts_other_sessions(client: Client):
    user = make_account()
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "another horse battery"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, settings) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = True

    def test_without_one_staff_are_led_to_set_it_up_and_see_nothing(self, client: Client):
        make_seminar(title_en="A secret seminar")
        make_account(role="secretariat")
        sign_in(client)
        for name in ("index", "registration_registration_changelist", "seminar_seminar_changelist", "jsi18n"):
            answer = client.get(reverse(f"admin:{name}"))
            assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))
            assert answer.content == b""
        assert client.post(reverse("admin:choose_edition"), {"edition": 1})["Location"] == reverse("mfa_activate_totp")
        page = client.get("/admin/", follow=True)
        assert page.redirect_chain[0] == (reverse("mfa_activate_totp"), 302)
        assert page.context["user"] == User.objects.get()
        assert "cards" not in page.context

    def test_with_one_set_up_staff_get_in(self, client: Client):
        make_account()
        sign_in(client)
        page = client.get("/admin/", follow=True)
        asked_again = page.redirect_chain[-1][0]  # allauth wants the password once more before it changes factors
        page = client.post(asked_again, {"password": PASSWORD}, follow=True)
        assert page.request["PATH_INFO"] == reverse("mfa_activate_totp")
        client.post(reverse("mfa_activate_totp"), {"code": make_totp(page.context["form"].secret)})
        assert client.get("/admin/").status_code == 200

    def test_a_password_alone_is_not_enough_where_there_is_one(self, client: Client):
        user = make_account()
        secret = activate_totp(user)
        assert is_mfa_enabled(user)
        answer = sign_in(client)
        assert answer["Location"] == reverse("mfa_authenticate")
        assert client.get("/admin/").status_code == 302
        assert "form" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).context
        assert client.get("/admin/").status_code == 302
        client.post(reverse("mfa_authenticate"), {"code": make_totp(secret)})
        assert client.get("/admin/").status_code == 200

    def test_resetting_the_password_does_not_bypass_it(self, client: Client, outgoing):
        activate_totp(make_account())
        client.post(reverse("account_reset_password"), {"email": "aya@ministry.example"})
        (message,) = outgoing.messages
        words = message.get_payload(decode=True).decode().split()
        (link,) = [word for word in words if "/accounts/password/reset/key/" in word]
        path = link[link.index("/accounts/") :]
        page = client.get(path, follow=True)
        new = "another horse battery"
        client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
        assert User.objects.get().check_password(new)
        assert client.get("/admin/").status_code == 302
        assert sign_in(client, password=new)["Location"] == reverse("mfa_authenticate")

    def test_who_lacks_one_is_known_only_where_it_is_required(self, settings):
        user = make_account()
        assert lacks_second_factor(user)
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        assert not lacks_second_factor(user)
        settings.STAFF_SECOND_FACTOR_REQUIRED = True
        activate_totp(user)
        assert not lacks_second_factor(user)
