"""populate: invented registrations that the product takes for its own."""

import unicodedata
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q

from registration.lifecycle import make_passport_key
from registration.models import OutgoingMail, Registration, State, TravelDocument
from registration.models.states import ENDED
from registration.review.policy import check_passport
from seminar.foundation.audit import verify
from seminar.foundation.text import make_email_key, normalise_text
from seminar.models import AuditEntry, Delegation, Seminar
from seminar.queries import find_current_seminar
from tests.factories import make_delegation, make_registration, make_seminar

pytestmark = pytest.mark.django_db

TIMES = ("created_at", "submitted_at", "state_changed_at")


def populate(registrations: object = 400, seed: object = 7, **more: str) -> None:
    call_command("populate", registrations=registrations, seed=seed, **more)


def read_people(seminar: Seminar | None = None) -> list[tuple[object, ...]]:
    people = Registration.objects.filter(seminar=seminar or Seminar.objects.get(slug="populated"))
    columns = ("number", "delegation__code", "given_names", "family_name", "email", "role", "state", "is_head", *TIMES)
    return list(people.order_by("pk").values_list(*columns))


def test_a_new_edition_is_spread_over_delegations_roles_states_and_scripts():
    populate()
    people = Registration.objects.select_related("delegation")
    assert people.count() == 400
    assert {person.seminar_id for person in people} == {Seminar.objects.get(slug="populated").pk}
    assert len({person.delegation_id for person in people}) == Delegation.objects.count() == 43
    assert {person.state for person in people} == set(State.values)
    assert len({person.role for person in people}) == 5
    letters = "".join(person.name_native + person.given_names for person in people)
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    assert {"LATIN", "CJK", "ARABIC", "CYRILLIC", "HANGUL", "THAI"} <= scripts
    assert any(not person.family_name for person in people)
    assert all(person.email.endswith(".example") for person in people)
    for person in people:
        for name in ("given_names", "family_name", "name_native", "reading_ja", "badge_name"):
            assert getattr(person, name) == normalise_text(getattr(person, name))


def test_counters_heads_and_mandatory_answers_are_as_the_services_would_leave_them():
    populate()
    for delegation in Delegation.objects.all():
        approved = delegation.registrations.approved()
        assert delegation.approved_count == approved.count()
        assert delegation.beyond_quota_count == approved.exclude(quota_override_reason="").count()
        assert delegation.registrations.active().filter(is_head=True).count() <= 1
    assert Registration.objects.exclude(quota_override_reason="").exclude(state=State.APPROVED).count() == 0
    assert Delegation.objects.filter(approved_count__gte=F("quota")).exists()
    assert Registration.objects.filter(is_head=True).count() == 43
    for person in Registration.objects.exclude(state=State.DRAFT).select_related("delegation"):
        assert person.list_missing_fields(is_nominated=True) == []
        assert person.email_key == make_email_key(person.email)
    needs_reason = (State.RETURNED, State.REJECTED, State.CANCELLED)
    assert Registration.objects.filter(state__in=needs_reason, state_reason="").count() == 0


def test_times_follow_one_another_inside_the_edition():
    populate()
    seminar = Seminar.objects.get(slug="populated")
    wrong = Q(created_at__lt=seminar.registration_opens_at) | Q(state_changed_at__gt=seminar.nominations_due_at)
    wrong |= Q(submitted_at__lt=F("created_at")) | Q(state_changed_at__lt=F("submitted_at"))
    assert Registration.objects.filter(wrong).count() == 0
    assert set(Registration.objects.filter(submitted_at=None).values_list("state", flat=True)) == {State.DRAFT}


def test_the_same_seed_makes_the_same_people_and_another_seed_others():
    people = {}
    for slug, seed in (("one", 7), ("two", 7), ("three", 8)):
        seminar = make_seminar(slug=slug)
        for code, country in (("MNG", "MN"), ("ARE", "AE")):
            make_delegation(seminar, code=code, iso_3166_alpha2=country)
        populate(60, seed=seed, seminar=slug)
        rows = read_people(seminar)
        people[slug] = [(number.partition("-")[2], *values) for number, *values in rows]
    assert people["one"] == people["two"]
    assert people["three"] != people["one"]


def test_a_second_run_says_that_it_is_there_already_and_changes_nothing(capsys):
    populate(60)
    assert "60 registrations of seed 7 were made in populated." in capsys.readouterr().out
    before = read_people()
    populate(60)
    assert capsys.readouterr().out == "60 registrations of seed 7 are in populated already; nothing was changed.\n"
    assert read_people() == before
    assert AuditEntry.objects.count() == 1
    assert verify() == []


def test_another_seed_adds_other_people_with_numbers_of_their_own():
    populate(60)
    populate(60, seed=8)
    people = read_people()
    assert len({number for number, *_ in people}) == 120
    assert people[60][0] == "POPULATED-0061"
    assert Counter(row[2] for row in people[:60]) != Counter(row[2] for row in people[60:])


def test_no_mail_is_queued_and_the_public_site_does_not_show_it():
    populate(60)
    assert OutgoingMail.objects.count() == 0
    assert find_current_seminar() is None


def test_a_named_edition_keeps_its_own_people_quotas_and_heads():
    seminar = make_seminar(last_registration_number=20)
    delegation = make_delegation(seminar, quota=2, code="MNG")
    own = make_registration(delegation, State.APPROVED, is_head=True, number="AECS20-0020")
    populate(100, seminar="aecs20")
    assert not Seminar.objects.filter(slug="populated").exists()
    own.refresh_from_db()
    assert (own.state, own.is_head, own.version) == (State.APPROVED, True, 0)
    invented = delegation.registrations.exclude(pk=own.pk)
    assert invented.count() == 100
    assert not invented.filter(is_head=True).exists()
    assert invented.order_by("pk")[0].number == "AECS20-0021"
    within = delegation.registrations.approved().filter(quota_override_reason="").count()
    delegation.refresh_from_db()
    assert within == delegation.quota == 2
    assert delegation.approved_count - delegation.beyond_quota_count == 2
    assert invented.filter(state__in=ENDED).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"registrations": "0"}, "--registrations is '0'; it must be a whole number from 1 to 100000."),
        ({"registrations": "-5"}, "--registrations is '-5'; it must be"),
        ({"registrations": "many"}, "--registrations is 'many'; it must be"),
        ({"registrations": "１００"}, "it must be a whole number"),
        ({"registrations": "100001"}, "it must be a whole number"),
        ({"seed": "1.5"}, "--seed is '1.5'; it must be a whole number from 0 to 2147483647."),
        ({"seed": "9" * 5000}, "it must be a whole number"),
        ({"seminar": "nowhere"}, "There is no edition 'nowhere' that has delegations."),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(wrong: dict[str, str], said: str):
    with pytest.raises(CommandError) as refused:
        populate(**{"registrations": "5", "seed": "1", **wrong})
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert Seminar.objects.count() == Registration.objects.count() == 0


def test_a_seed_that_was_used_for_another_number_is_refused():
    populate(60)
    with pytest.raises(CommandError, match="Seed 7 made 60 registrations in populated already; take another seed"):
        populate(61)
    assert Registration.objects.count() == 60


def test_long_work_shows_how_far_it_is(capsys):
    populate(2500)
    assert capsys.readouterr().out.splitlines()[0] == "2000 of 2500 ..."


def test_people_have_answered_what_their_role_is_asked_and_no_passport_twice():
    populate()
    approved = Registration.objects.filter(state=State.APPROVED).select_related(
        "delegation", "seminar", "travel_document", "travel", "particulars"
    )
    nominated = [one for one in approved if one.delegation.needs_nomination]
    assert len(nominated) > 50
    for person in nominated:
        assert person.passport_key == make_passport_key(
            person.travel_document.passport_issuer, person.travel_document.passport_number
        )
        check_passport(person)
    keys = [one.passport_key for one in Registration.objects.exclude(passport_key="")]
    assert len(keys) == len(set(keys))
    assert not TravelDocument.objects.filter(registration__state=State.DRAFT).exists()
