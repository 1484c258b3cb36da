"""Versions of the programme: who published what, what changed, and what waits."""

import pytest

from agenda.changes import ADDED, CHANGED, REMOVED
from agenda.models import ProgrammeItem, ProgrammeVersion
from agenda.publishing import ChangedSinceShown, NothingToPublish, list_unpublished, publish, read_published
from agenda.snapshot import take_snapshot
from seminar.foundation.audit import Actor
from seminar.models import AuditEntry
from tests.agenda.rows import make_item, make_presentation, make_sitting, make_tour, publish_programme
from tests.factories import NOW, make_delegation, make_seminar

pytestmark = pytest.mark.django_db

SOMEBODY = Actor(AuditEntry.ActorKind.STAFF, "7")


def test_each_version_keeps_who_published_it_and_what_changed():
    seminar = make_seminar()
    item = make_item(seminar, title="Opening")
    first = publish(actor=SOMEBODY, seminar=seminar, now=NOW)
    assert (first.number, first.publisher_kind, first.publisher_key, first.published_at) == (1, "staff", "7", NOW)
    assert [(change["what"], change["title"]["en"]) for change in first.changes] == [(ADDED, "Opening")]
    ProgrammeItem.objects.filter(pk=item.pk).update(room_en="Hall")
    second = publish(actor=SOMEBODY, seminar=seminar, now=NOW)
    assert [(change["what"], change["parts"]) for change in second.changes] == [(CHANGED, ["room"])]
    item.delete()
    third = publish(actor=SOMEBODY, seminar=seminar, now=NOW)
    assert [(change["what"], change["title"]["en"]) for change in third.changes] == [(REMOVED, "Opening")]
    assert read_published(seminar) == third
    entries = AuditEntry.objects.filter(action="publish_programme").order_by("position")
    assert [entry.details["number"] for entry in entries] == [1, 2, 3]


def test_nothing_new_makes_no_version():
    seminar = make_seminar()
    with pytest.raises(NothingToPublish):
        publish_programme(seminar)
    make_item(seminar)
    publish_programme(seminar)
    with pytest.raises(NothingToPublish):
        publish_programme(seminar)
    assert ProgrammeVersion.objects.count() == 1


def test_who_looked_at_an_older_state_is_told():
    seminar = make_seminar()
    make_item(seminar)
    publish(actor=SOMEBODY, seminar=seminar, now=NOW, expected_number=0)
    make_item(seminar, title="Second")
    with pytest.raises(ChangedSinceShown):
        publish(actor=SOMEBODY, seminar=seminar, now=NOW, expected_number=0)
    assert [change.title["en"] for change in list_unpublished(seminar)] == ["Second"]


def test_an_edition_of_its_own_has_versions_of_its_own():
    seminar, other = make_seminar(), make_seminar(slug="aecs21", number=21)
    make_item(seminar)
    make_item(other)
    publish_programme(seminar)
    assert read_published(other) is None
    assert publish_programme(other).number == 1


def test_a_snapshot_takes_as_many_statements_for_30_items_as_for_1(django_assert_num_queries):
    seminar = make_seminar()

    def add(n: int) -> None:
        item = make_item(seminar, title=f"Item {n}")
        make_presentation(item, make_delegation(seminar))
        sitting = make_sitting(seminar, code=f"T{n}", number=n + 1)
        item.breakout_round = sitting.breakout_round
        item.save()
        item.tours.add(make_tour(seminar, code=f"TOUR{n}"))

    add(0)
    with django_assert_num_queries(5):
        take_snapshot(seminar)
    for n in range(1, 4):
        add(n)
    with django_assert_num_queries(5):
        items = take_snapshot(seminar)
    assert len(items) == 4
    assert all(item["presentations"] and item["groups"] and item["tours"] for item in items)
