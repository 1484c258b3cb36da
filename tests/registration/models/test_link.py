"""Personal links: what opens something, and how everything else looks alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registration.models import Link
from tests.factories import make_focal_point, make_registration

pytestmark = pytest.mark.django_db


def test_a_token_opens_its_link_and_lies_nowhere_in_the_row():
    link = Link.objects.ensure(registration=make_registration())
    token = link.make_token()
    assert Link.objects.find_by_token(token) == link
    assert token.rpartition(".")[2] not in str(Link.objects.values().get())


def test_a_newer_version_ends_the_older_token():
    link = Link.objects.ensure(registration=make_registration())
    old = link.make_token()
    new = Link.objects.reissue(link).make_token()
    assert Link.objects.find_by_token(old) is None
    assert Link.objects.find_by_token(new) is not None


def test_asking_for_a_link_again_keeps_the_one_that_works_and_renews_one_that_ended():
    registration = make_registration()
    first = Link.objects.ensure(registration=registration)
    assert Link.objects.ensure(registration=registration).version == first.version
    Link.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    renewed = Link.objects.ensure(registration=registration)
    assert renewed.version == first.version + 1
    assert renewed.is_usable


@pytest.mark.parametrize("ending", ["expired", "revoked"])
def test_an_ended_link_opens_nothing(ending: str):
    link = Link.objects.ensure(focal_point=make_focal_point(make_registration().delegation))
    moment = timezone.now() - timedelta(seconds=1)
    Link.objects.update(**{"expires_at" if ending == "expired" else "revoked_at": moment})
    assert Link.objects.find_by_token(link.make_token()) is None


@pytest.mark.parametrize(
    "token", ["", "x", ".", "~", "a.b", "00000000000000000000000000000000~1.x", "\x00", "9" * 5000, "~~~.~~~", "é.é"]
)
def test_rubbish_opens_nothing(token: str):
    assert Link.objects.find_by_token(token) is None


def test_a_token_signed_with_another_key_opens_nothing(settings):
    link = Link.objects.ensure(registration=make_registration())
    token = link.make_token()
    settings.LINK_KEYS = ["another key that is quite long enough to be one"]
    assert Link.objects.find_by_token(token) is None


def test_after_a_new_key_the_old_ones_tokens_still_work(settings):
    link = Link.objects.ensure(registration=make_registration())
    token = link.make_token()
    settings.LINK_KEYS = ["a new key that is quite long enough to be one", *settings.LINK_KEYS]
    assert Link.objects.find_by_token(token) == link
    assert link.make_token() != token


def test_a_changed_version_or_id_breaks_the_signature():
    link = Link.objects.ensure(registration=make_registration())
    Link.objects.reissue(link)
    identity, _, signature = link.make_token().rpartition(".")
    assert Link.objects.find_by_token(f"{identity[:-1]}1.{signature}") is None
