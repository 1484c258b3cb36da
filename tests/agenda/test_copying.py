"""The programme of an earlier edition in a new one: its days moved, its themes carried, its people left behind."""

from datetime import UTC, date, datetime

import pytest

from agenda.copying import HasProgramme, copy_programme
from agenda.models import Material, Presentation, ProgrammeItem, Sitting, Theme, Tour
from agenda.publishing import read_published
from registration.intake.demo import EDITION
from registration.intake.loading import load_edition
from registration.models import Appearance
from seminar.foundation.audit import SYSTEM
from seminar.models import Seminar
from tests.factories import NOW, make_delegation, make_seminar

pytestmark = pytest.mark.django_db


def test_everything_comes_along_as_a_draft_but_files_and_people():
    load_edition(EDITION, now=NOW)
    source = Seminar.objects.get()
    target = make_seminar(
        slug="aecs21", number=21, start_date=date(2014, 2, 18), end_date=date(2014, 2, 20), time_zone="Asia/Singapore"
    )
    make_delegation(target, code="USA")
    copied = copy_programme(actor=SYSTEM, source=source, target=target, now=NOW)
    assert (copied.items, copied.presentations, copied.themes, copied.tours) == (19, 1, 3, 2)
    first = ProgrammeItem.objects.filter(seminar=target).order_by("start_at")[0]
    assert first.start_at == datetime(2014, 2, 18, 1, 0, tzinfo=UTC)  # 09:00 in Singapore, as it was in Tokyo
    tour = Tour.objects.get(seminar=target, code="JAEA")
    assert tour.departs_at == datetime(2014, 2, 20, 2, 30, tzinfo=UTC)
    assert [item.tours.count() for item in ProgrammeItem.objects.filter(seminar=target, kind="tour")] == [2]
    for theme in Theme.objects.filter(seminar=target):
        assert theme.carried_from == Theme.objects.get(seminar=source, code=theme.code)
    assert Sitting.objects.filter(group__seminar=target).count() == 12
    assert [each.delegation.seminar for each in Presentation.objects.filter(item__seminar=target)] == [target]
    assert read_published(target) is None
    assert not Appearance.objects.filter(registration__seminar=target).exists()
    assert not Material.objects.filter(presentation__item__seminar=target).exists()


def test_nothing_is_copied_over_a_programme():
    source, target = make_seminar(), make_seminar(slug="aecs21", number=21)
    Theme.objects.create(seminar=target, code="A", list_order=1, title_en="A")
    with pytest.raises(HasProgramme):
        copy_programme(actor=SYSTEM, source=source, target=target, now=NOW)
