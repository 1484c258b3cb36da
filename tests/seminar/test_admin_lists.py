"""Lists of the admin: filters that stay, how many of how many, choices of the chosen edition."""

import pytest
from django.test import Client
from django.urls import reverse

from registration.models import Registration, State
from seminar.admin_lists import REMEMBERED
from seminar.models import Seminar
from tests.factories import make_delegation, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db

REGISTRATIONS = "/admin/registration/registration/"
DELEGATIONS = "/admin/seminar/delegation/"


@pytest.fixture
def seminar() -> Seminar:
    seminar = make_seminar()
    delegation = make_delegation(seminar, short_name_en="Mongolia")
    for state in (State.ENDORSED, State.ENDORSED, State.DRAFT):
        make_registration(delegation, state)
    make_registration(make_delegation(seminar, short_name_en="Bhutan"))
    return seminar


@pytest.fixture
def client(sign_in, seminar: Seminar) -> Client:
    return sign_in(make_user("approver"))


def count(client: Client, address: str) -> int:
    """Return how many rows are listed, where one is led on the way followed."""
    return client.get(address, follow=True).context["cl"].result_count


class TestRemembering:
    def test_a_list_opened_without_parameters_is_as_it_was_left(self, client: Client):
        assert count(client, REGISTRATIONS) == 4
        assert count(client, f"{REGISTRATIONS}?state__exact=endorsed&o=-1") == 2
        answer = client.get(REGISTRATIONS)
        assert (answer.status_code, answer["Location"]) == (302, f"{REGISTRATIONS}?state__exact=endorsed&o=-1")
        assert count(client, REGISTRATIONS) == 2

    def test_all_is_shown_on_demand_and_from_then_on(self, client: Client):
        count(client, f"{REGISTRATIONS}?state__exact=endorsed")
        page = client.get(REGISTRATIONS, follow=True)
        assert page.context["cl"].show_all_url == "?show=all"
        assert 'href="?show=all">Show all 4</a>' in page.text
        assert count(client, f"{REGISTRATIONS}?show=all") == 4
        assert count(client, REGISTRATIONS) == 4

    def test_taking_the_only_filter_away_shows_all(self, client: Client):
        page = client.get(f"{REGISTRATIONS}?state__exact=endorsed")
        [by_state] = [spec for spec in page.context["cl"].filter_specs if spec.title == "state"]
        address = next(iter(by_state.choices(page.context["cl"])))["query_string"]
        assert count(client, f"{REGISTRATIONS}{address}") == 4
        assert count(client, REGISTRATIONS) == 4

    def test_a_link_with_filters_of_its_own_wins(self, client: Client):
        count(client, f"{REGISTRATIONS}?state__exact=endorsed")
        assert count(client, f"{REGISTRATIONS}?state__exact=draft") == 2
        assert count(client, REGISTRATIONS) == 2

    def test_every_card_wins_over_what_is_remembered(self, client: Client):
        for card in client.get("/admin/").context["cards"]:
            count(client, f"{REGISTRATIONS}?state__exact=rejected")
            count(client, f"{DELEGATIONS}?state__exact=declined")
            assert count(client, card.url) == card.value, card.label

    def test_a_search_a_page_and_a_choice_in_another_window_are_not_remembered(self, client: Client):
        count(client, f"{REGISTRATIONS}?state__exact=endorsed&q=Solongo&p=1")
        assert client.get(REGISTRATIONS)["Location"] == f"{REGISTRATIONS}?state__exact=endorsed"
        count(client, f"{REGISTRATIONS}?q=Tsend")
        count(client, f"{REGISTRATIONS}?p=1")
        count(client, f"{REGISTRATIONS}?state__exact=draft&_popup=1")
        assert client.get(REGISTRATIONS)["Location"] == f"{REGISTRATIONS}?state__exact=endorsed"
        assert "Solongo" not in str(dict(client.session))

    def test_each_list_and_each_person_has_its_own(self, client: Client):
        count(client, f"{REGISTRATIONS}?state__exact=endorsed")
        assert client.get(DELEGATIONS).status_code == 200
        other = Client()
        other.force_login(make_user("approver"), "django.contrib.auth.backends.ModelBackend")
        assert count(other, REGISTRATIONS) == 4

    def test_each_edition_has_its_own(self, client: Client, seminar: Seminar):
        other = make_seminar(slug="aecs21", number=21)
        make_registration(make_delegation(other))
        client.post(reverse("admin:choose_edition"), {"edition": seminar.pk})
        count(client, f"{REGISTRATIONS}?delegation__id__exact={seminar.delegations.order_by('pk')[0].pk}")
        client.post(reverse("admin:choose_edition"), {"edition": other.pk})
        assert count(client, REGISTRATIONS) == 1
        client.post(reverse("admin:choose_edition"), {"edition": seminar.pk})
        assert count(client, REGISTRATIONS) == 3

    @pytest.mark.parametrize(
        "query", ["is_head__exact=x&e=1", "delegation__id__exact=x", "nothing=1", "state__regex=."]
    )
    def test_what_no_list_understands_is_not_remembered(self, client: Client, query: str):
        client.get(f"{REGISTRATIONS}?{query}")
        assert REMEMBERED not in client.session
        assert count(client, REGISTRATIONS) == 4

    def test_a_remembered_filter_that_fails_is_forgotten(self, client: Client, seminar: Seminar):
        session = client.session
        session[REMEMBERED] = {f"registration.registration:{seminar.pk}": "delegation__id__exact=x"}
        session.save()
        assert count(client, REGISTRATIONS) == 4
        assert client.get(REGISTRATIONS).status_code == 200

    def test_an_action_is_taken_without_being_led_elsewhere(self, client: Client):
        count(client, f"{REGISTRATIONS}?state__exact=draft")
        chosen = Registration.objects.filter(state=State.ENDORSED).order_by("pk")[0].pk
        page = client.post(REGISTRATIONS, {"action": "approve_chosen", "_selected_action": chosen, "index": "0"})
        assert page.status_code == 200
        assert [preview.registration.pk for preview in page.context["outlooks"]] == [chosen]


class TestHowMany:
    def test_a_list_says_how_many_of_how_many_and_by_what_it_is_filtered(self, client: Client):
        page = client.get(f"{REGISTRATIONS}?state__exact=endorsed").text
        assert "2 of 4 registrations" in page
        assert "(state: Endorsed)" in page

    def test_a_search_narrows_too(self, client: Client):
        assert "0 of 4 registrations" in client.get(f"{REGISTRATIONS}?q=nobody").text

    def test_a_whole_list_says_so(self, client: Client):
        page = client.get(f"{REGISTRATIONS}?show=all").text
        assert "All 4 registrations" in page
        assert "Show all" not in page


class TestRelations:
    def list_choices(self, client: Client) -> list[str]:
        specs = client.get(f"{REGISTRATIONS}?show=all").context["cl"].filter_specs
        return [name for spec in specs if spec.title == "delegation" for _key, name in spec.lookup_choices]

    def test_a_filter_offers_the_chosen_editions_rows_in_their_order(self, client: Client, seminar: Seminar):
        other = make_seminar(slug="aecs21", number=21)
        for name in ("Fiji", "Tonga"):
            make_delegation(other, short_name_en=name)
        client.post(reverse("admin:choose_edition"), {"edition": seminar.pk})
        assert self.list_choices(client) == ["Mongolia", "Bhutan"]
        client.post(reverse("admin:choose_edition"), {"edition": other.pk})
        assert self.list_choices(client) == ["Fiji", "Tonga"]

    def test_it_costs_as_many_statements_for_30_delegations_as_for_2(
        self, client: Client, seminar: Seminar, django_assert_num_queries, django_assert_max_num_queries
    ):
        client.get(f"{REGISTRATIONS}?show=all")
        with django_assert_max_num_queries(30) as two:
            assert len(self.list_choices(client)) == 2
        for _ in range(28):
            make_registration(make_delegation(seminar))
        with django_assert_num_queries(len(two)):
            assert len(self.list_choices(client)) == 30
