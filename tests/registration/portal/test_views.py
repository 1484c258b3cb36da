"""The delegate's own page says where the registration stands and what comes next, in both languages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from registration.models import Link, State
from registration.portal.sentences import SENTENCES
from tests.factories import make_registration

pytestmark = pytest.mark.django_db


def open_page(client: Client, state: str, language: str) -> str:
    registration = make_registration(state=state)
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    return client.get(f"/{language}/aecs20/my/").text


def test_every_state_has_its_sentences():
    assert set(SENTENCES) == set(State.values)


@pytest.mark.parametrize("state", State.values)
def test_each_state_is_said_in_words(client: Client, state: str):
    page = open_page(client, state, "en")
    assert escape(str(SENTENCES[state].now)) in page
    assert "%(due)s" not in page


@pytest.mark.parametrize(
    ("language", "moment"), [("en", "11 January 2013, 18:00 (Tokyo)"), ("ja", "2013年1月11日 18:00（東京）")]
)
def test_a_draft_says_until_when_in_the_zone_of_the_seminar(client: Client, language: str, moment: str):
    assert moment in open_page(client, State.DRAFT, language)


def test_the_page_speaks_japanese(client: Client):
    page = open_page(client, State.APPROVED, "ja")
    assert '<html lang="ja"' in page
    assert "第20回アジア輸出管理セミナー" in page
    assert "2013年2月26日～28日" in page
    assert "参加登録が承認されました。" in page
