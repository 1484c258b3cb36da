"""The admin site: the edition that is shown, and the numbers of its first page."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from agenda.models import ProgrammeItem, Theme
from registration.intake import demo
from registration.intake.loading import load_edition
from registration.models import Registration, State
from seminar.models import Seminar
from tests.factories import NOW, make_delegation, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db

SHIPPED = Path(demo.__file__).parent / "editions" / "seminar20"
LISTS = (
    "seminar_delegation",
    "agenda_theme",
    "agenda_programmeitem",
    "registration_registration",
)


def list_url(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def count_rows(client: Client, url: str) -> int:
    """Return how many rows a list shows, over all its pages."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["cl"].result_count


def make_edition(slug: str, number: int, people: int) -> Seminar:
    seminar = make_seminar(slug=slug, number=number, title_en=f"Seminar {number}")
    for _ in range(people):
        make_registration(make_delegation(seminar))
    for order in range(1, people + 1):
        Theme.objects.create(seminar=seminar, code=f"T{order}", list_order=order, title_en="a", title_ja="b")
        ProgrammeItem.objects.create(
            seminar=seminar,
            list_order=order,
            kind="break",
            start_at=NOW,
            end_at=NOW.replace(hour=2),
            title_en="a",
            title_ja="b",
        )
    return seminar


class TestEdition:
    @pytest.fixture
    def editions(self) -> tuple[Seminar, Seminar]:
        return make_edition("aecs20", 20, people=1), make_edition("aecs21", 21, people=2)

    @pytest.fixture
    def client(self, sign_in) -> Client:
        return sign_in(make_user("approver"))

    def choose(self, client: Client, key: object) -> None:
        answer = client.post(reverse("admin:choose_edition"), {"edition": key})
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")

    def test_every_list_shows_the_chosen_edition_alone(self, editions: tuple[Seminar, Seminar], client: Client):
        for seminar, people in zip(editions, (1, 2), strict=True):
            self.choose(client, seminar.pk)
            assert {model: count_rows(client, list_url(model)) for model in LISTS} == dict.fromkeys(LISTS, people)
            assert (
                f'<option value="{seminar.pk}" selected>Seminar {seminar.number}</option>' in client.get("/admin/").text
            )

    def test_the_first_page_counts_the_chosen_edition_alone(self, editions: tuple[Seminar, Seminar], client: Client):
        for seminar, people in zip(editions, (1, 2), strict=True):
            self.choose(client, seminar.pk)
            cards = {str(card.label): card.value for card in client.get("/admin/").context["cards"]}
            assert cards["All registrations"] == people

    def test_a_row_of_another_edition_is_not_opened(self, editions: tuple[Seminar, Seminar], client: Client):
        self.choose(client, editions[0].pk)
        foreign = editions[1].delegations.order_by("pk")[0]
        answer = client.get(reverse("admin:seminar_delegation_change", args=[foreign.pk]))
        assert (answer.status_code, answer["Location"]) == (302, "/admin/")

    @pytest.mark.parametrize("key", ["", "x", "0", "-1", "²", "９", "9" * 30, "1 OR 1=1"])
    def test_a_choice_that_is_no_edition_changes_nothing(
        self, editions: tuple[Seminar, Seminar], client: Client, key: str
    ):
        self.choose(client, editions[0].pk)
        self.choose(client, key)
        assert client.get("/admin/").context["edition"] == editions[0]

    def test_the_choice_is_each_persons_own(self, editions: tuple[Seminar, Seminar], client: Client):
        self.choose(client, editions[0].pk)
        other = Client()
        other.force_login(make_user("desk"), "django.contrib.auth.backends.ModelBackend")
        self.choose(other, editions[1].pk)
        assert client.get("/admin/").context["edition"] == editions[0]
        assert other.get("/admin/").context["edition"] == editions[1]

    def test_who_has_chosen_none_or_one_that_is_gone_sees_the_current_one(self, client: Client):
        current, other = (
            make_seminar(),
            make_seminar(slug="aecs19", number=19, start_date="2012-02-07", end_date="2012-02-09"),
        )
        assert client.get("/admin/").context["edition"] == current
        self.choose(client, other.pk)
        assert client.get("/admin/").context["edition"] == other
        other.delete()
        assert client.get("/admin/").context["edition"] == current

    def test_without_an_edition_the_first_page_says_what_to_do(self, client: Client):
        page = client.get("/admin/")
        assert "Load one with the command load_seminar" in page.text
        assert {model: count_rows(client, list_url(model)) for model in LISTS} == dict.fromkeys(LISTS, 0)

    def test_times_stand_in_the_zone_of_the_chosen_edition(self, editions: tuple[Seminar, Seminar], client: Client):
        self.choose(client, editions[0].pk)
        assert "8 January 2013, 10:00" in client.get(list_url("agenda_programmeitem")).text
        Seminar.objects.update(time_zone="America/New_York")
        assert "7 January 2013, 20:00" in client.get(list_url("agenda_programmeitem")).text


@pytest.mark.parametrize("role", ["desk", "secretariat", "approver", "administrator"])
def test_each_number_of_the_first_page_leads_to_a_list_with_as_many_rows(sign_in, role: str):
    load_edition(SHIPPED, now=NOW)
    Registration.objects.filter(delegation__code="MNG").update(state="rejected")  # so that one delegation is silent
    client = sign_in(make_user(role))
    cards = [card for card in client.get("/admin/").context["cards"] if card.url != reverse("admin:agenda_check")]
    assert [(str(card.label), card.value) for card in cards if count_rows(client, card.url) != card.value] == []
    expected = {"administrator": 1, "desk": 7}.get(role, 9)
    assert len(cards) == expected
    values = {str(card.label): card.value for card in cards}
    assert values["Delegations without nominations"] > 0
    if role != "administrator":
        assert values["All registrations"] == 148


def test_the_delegations_of_the_20th_seminar_are_43_and_40_outside_the_hosts_side(sign_in):
    load_edition(SHIPPED, now=NOW)
    client = sign_in(make_user("secretariat"))
    delegations = list_url("seminar_delegation")
    assert count_rows(client, delegations) == 43
    assert count_rows(client, f"{delegations}?side=outside") == 40
    assert count_rows(client, f"{delegations}?side=host") == 3
    page = client.get(f"{delegations}?show=all")
    assert len(page.context["cl"].result_list) == 43  # all of them on one page
    assert [row.code for row in page.context["cl"].result_list][:3] == ["BGD", "KHM", "IND"]


@pytest.mark.parametrize("model", LISTS)
def test_a_list_asks_the_database_as_often_for_30_rows_as_for_1(
    sign_in, model: str, django_assert_num_queries, django_assert_max_num_queries
):
    seminar = make_edition("aecs20", 20, people=1)
    client = sign_in(make_user("secretariat"))
    client.get(list_url(model))  # content types are remembered from now on
    with django_assert_max_num_queries(30) as one:
        assert count_rows(client, list_url(model)) == 1
    for n in range(29):
        make_registration(make_delegation(seminar))
        Theme.objects.create(seminar=seminar, code=f"X{n}", list_order=50 + n, title_en="a", title_ja="b")
        ProgrammeItem.objects.create(
            seminar=seminar,
            list_order=50 + n,
            kind="break",
            start_at=NOW,
            end_at=NOW.replace(hour=2),
            title_en="a",
            title_ja="b",
        )
    with django_assert_num_queries(len(one)):
        assert count_rows(client, list_url(model)) == 30


def test_the_first_page_asks_the_database_as_often_for_300_registrations_as_for_3(
    sign_in, django_assert_num_queries, django_assert_max_num_queries
):
    seminar = make_edition("aecs20", 20, people=3)
    client = sign_in(make_user("approver"))
    client.get("/admin/")  # content types are remembered from now on
    with django_assert_max_num_queries(20) as few:
        client.get("/admin/")
    delegations = [make_delegation(seminar, quota=None) for _ in range(40)]
    for n in range(297):
        state = State.values[n % len(State.values)]
        make_registration(delegations[n % 40], state, submitted_at=NOW - timedelta(days=n % 50))
    with django_assert_num_queries(len(few)):
        page = client.get("/admin/")
    assert {str(card.label): card.value for card in page.context["cards"]}["All registrations"] == 300
