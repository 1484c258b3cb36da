"""Opening a personal link, and asking for a lost one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registration.models import Link, OutgoingMail
from seminar.models import FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_registration

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def time_of_the_edition(settings) -> None:
    settings.DEMO_NOW = NOW


def open_token(client: Client, token: str):
    return client.get(reverse("registration:open_link", args=[token]))


def test_a_link_leads_to_a_clean_address_with_a_session_of_its_own(client: Client):
    registration = make_registration()
    client.get("/en/lost-link/")
    answer = open_token(client, Link.objects.ensure(registration=registration).make_token())
    assert (answer.status_code, answer["Location"]) == (303, "/en/aecs20/my/")
    assert answer["Cache-Control"] == "no-store"
    assert "token" not in str(dict(client.session))
    assert registration.number in client.get("/en/aecs20/my/").text or registration.state == "draft"


def test_a_focal_points_link_leads_to_the_delegation_desk(client: Client):
    link = Link.objects.ensure(focal_point=make_focal_point(make_delegation()))
    assert open_token(client, link.make_token())["Location"] == "/en/aecs20/delegation/"


@pytest.mark.parametrize("ending", ["unknown", "expired", "revoked", "reissued"])
def test_links_that_open_nothing_look_alike(client: Client, ending: str):
    link = Link.objects.ensure(registration=make_registration())
    token = "unknown" if ending == "unknown" else link.make_token()
    past = timezone.now() - timedelta(days=1)
    if ending == "expired":
        Link.objects.update(expires_at=past)
    elif ending == "revoked":
        Link.objects.update(revoked_at=past)
    elif ending == "reissued":
        Link.objects.reissue(link)
    answer = open_token(client, token)
    unknown = open_token(Client(), "never-was")
    assert (
        (answer.status_code, strip(answer.text))
        == (unknown.status_code, strip(unknown.text))
        == (404, strip(answer.text))
    )
    assert "This link does not work" in answer.text


def strip(html: str) -> list[str]:
    """The page without what differs by request: its own address and the form's protection."""
    return [line for line in html.splitlines() if "/i/" not in line and "csrfmiddlewaretoken" not in line]


def test_a_reissued_link_ends_the_sessions_of_the_older_one(client: Client):
    link = Link.objects.ensure(registration=make_registration())
    open_token(client, link.make_token())
    assert client.get("/en/aecs20/my/").status_code == 200
    Link.objects.reissue(link)
    assert client.get("/en/aecs20/my/")["Location"] == "/en/lost-link/"


def test_opening_a_link_changes_nothing_but_the_visitors_session(client: Client, django_assert_num_queries):
    registration = make_registration()
    link = Link.objects.ensure(registration=registration)
    before = list(Link.objects.values()), registration.__class__.objects.values().get()
    client.head(reverse("registration:open_link", args=[link.make_token()]))
    open_token(client, link.make_token())
    assert (list(Link.objects.values()), registration.__class__.objects.values().get()) == before


def test_one_delegates_link_shows_nothing_of_another_edition(client: Client):
    registration = make_registration()
    open_token(client, Link.objects.ensure(registration=registration).make_token())
    assert client.get("/en/aecs21/my/").status_code == 404


def test_a_lost_link_is_sent_to_its_address_and_the_answer_is_the_same_for_every_address(client: Client):
    registration = make_registration(email="solongo@ministry.example")
    link = Link.objects.ensure(registration=registration)
    make_focal_point(registration.delegation, email="focal@ministry.example")
    answers = [
        client.post("/en/lost-link/", {"email": email}, follow=True)
        for email in ("Solongo@Ministry.example", "focal@ministry.example", "unknown@ministry.example")
    ]
    assert len({tuple(strip(answer.text)) for answer in answers}) == 1
    assert [answer.redirect_chain for answer in answers] == [[("/en/lost-link/sent/", 302)]] * 3
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.kind, mail.recipient) for mail in mails] == [
        ("personal_link", "solongo@ministry.example"),
        ("personal_link", "focal@ministry.example"),
    ]
    assert Link.objects.get(pk=link.pk).version == link.version  # whoever asks cannot end somebody's session


@pytest.mark.parametrize("ending", ["revoked", "over"])
def test_a_lost_link_is_not_sent_where_it_was_revoked_or_the_edition_is_over(client: Client, settings, ending: str):
    registration = make_registration(email="solongo@ministry.example")
    Link.objects.ensure(registration=registration)
    if ending == "revoked":
        Link.objects.update(revoked_at=timezone.now())
    else:
        settings.DEMO_NOW = NOW + timedelta(days=120)
    client.post("/en/lost-link/", {"email": "solongo@ministry.example"})
    assert OutgoingMail.objects.count() == 0
    assert Link.objects.get().version == 1


def test_a_lost_link_that_expired_is_renewed(client: Client):
    registration = make_registration(email="solongo@ministry.example")
    Link.objects.ensure(registration=registration)
    Link.objects.update(expires_at=timezone.now() - timedelta(days=1))
    client.post("/en/lost-link/", {"email": "solongo@ministry.example"})
    assert OutgoingMail.objects.get().link.is_usable


def test_a_successor_gets_a_link_of_their_own_and_the_predecessors_ends(client: Client):
    focal_point = make_focal_point(make_delegation(), email="old@ministry.example")
    old = Link.objects.ensure(focal_point=focal_point).make_token()
    open_token(client, old)
    FocalPoint.objects.update(name="Successor", email="new@ministry.example", email_key="new@ministry.example")
    assert client.get("/en/aecs20/delegation/")["Location"] == "/en/lost-link/"
    assert open_token(client, old).status_code == 404
    focal_point.refresh_from_db()
    new = Link.objects.ensure(focal_point=focal_point).make_token()
    assert open_token(Client(), new).status_code == 303


def test_a_form_sent_after_the_visit_ended_is_not_thrown_away_silently(client: Client):
    make_registration()
    answer = client.post("/en/aecs20/my/form/name/", {"given_names": "Solongo"})
    assert answer.status_code == 403
    assert "it waits on this page" in answer.text


def test_asking_again_sends_again_until_the_limit_and_still_answers_the_same(client: Client):
    make_registration(email="solongo@ministry.example")
    for _ in range(8):
        answer = client.post("/en/lost-link/", {"email": "solongo@ministry.example"})
        assert answer["Location"] == "/en/lost-link/sent/"
    assert OutgoingMail.objects.count() == 5


@pytest.mark.parametrize(
    "email", ["", "nonsense", "a@b@c", "x" * 30_000, "a@b.example\nBcc: c@d.example", "\x00@b.example"]
)
def test_what_is_no_address_is_said_at_the_field(client: Client, email: str):
    answer = client.post("/en/lost-link/", {"email": email})
    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert OutgoingMail.objects.count() == 0
