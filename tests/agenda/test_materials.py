"""Files and what their speakers permit: nobody raises a file above it, and what is withdrawn is closed at once."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from agenda.materials import (
    ExceedsConsent,
    disclose,
    find_consent,
    find_shown_to,
    import_consents,
    remove_file,
    withdraw_consent,
)
from agenda.models import Disclosure, DisclosureConsent, Material, Presentation
from registration.models import Link, Registration, State
from seminar.foundation.audit import SYSTEM
from seminar.foundation.private_files import find_path
from seminar.models import AuditEntry, Seminar
from tests.agenda.rows import PDF_BYTES, keep_pdf, make_item, make_presentation, permit, publish_programme
from tests.factories import NOW, make_delegation, make_registration, make_seminar

pytestmark = pytest.mark.django_db


@pytest.fixture
def presentation() -> Presentation:
    seminar = make_seminar()
    return make_presentation(make_item(seminar), make_delegation(seminar))


def show(presentation: Presentation, now: datetime = NOW) -> Disclosure:
    material = Material.objects.get(presentation=presentation, language="en")
    return find_shown_to(material, find_consent(presentation, "en"), presentation.item.seminar, now)


def test_a_file_is_shown_to_nobody_until_somebody_permits_it(presentation: Presentation):
    keep_pdf(presentation)
    assert show(presentation) == Disclosure.NONE
    Material.objects.update(disclosure=Disclosure.PUBLIC)  # whatever a row says, no permission stands
    assert show(presentation) == Disclosure.NONE


def test_nobody_raises_a_file_above_its_permission(presentation: Presentation):
    keep_pdf(presentation)
    permit(presentation, Disclosure.PARTICIPANTS)
    with pytest.raises(ExceedsConsent) as refused:
        disclose(actor=SYSTEM, presentation=presentation, language="en", level=Disclosure.PUBLIC, now=NOW)
    assert refused.value.permitted == Disclosure.PARTICIPANTS
    Material.objects.update(disclosure=Disclosure.PUBLIC)
    assert show(presentation) == Disclosure.PARTICIPANTS
    disclose(actor=SYSTEM, presentation=presentation, language="en", level=Disclosure.NONE, now=NOW)
    assert show(presentation) == Disclosure.NONE


def test_a_permission_begins_on_its_day_in_the_zone_of_the_seminar(presentation: Presentation):
    keep_pdf(presentation)
    permit(presentation, Disclosure.PUBLIC, earliest_date=date(2013, 3, 1))
    assert show(presentation, datetime(2013, 2, 28, 14, 59, tzinfo=UTC)) == Disclosure.NONE
    assert show(presentation, datetime(2013, 2, 28, 15, 0, tzinfo=UTC)) == Disclosure.PUBLIC


def test_permissions_are_kept_with_person_time_and_text(presentation: Presentation):
    permit(presentation, Disclosure.PUBLIC)
    permit(presentation, Disclosure.PARTICIPANTS)
    withdraw_consent(actor=SYSTEM, presentation=presentation, language="en", now=NOW)
    rows = DisclosureConsent.objects.order_by("pk")
    assert [(row.level, row.giver_name, row.given_at, row.text_version, row.is_withdrawn) for row in rows] == [
        ("public", "Solongo Tsend", NOW, "2026-11", False),
        ("participants", "Solongo Tsend", NOW, "2026-11", True),
    ]
    assert all(row.ended_at == NOW for row in rows)
    actions = AuditEntry.objects.order_by("position").values_list("action", flat=True)
    assert list(actions) == ["give_disclosure_consent", "give_disclosure_consent", "withdraw_disclosure_consent"]


def test_the_same_permission_twice_is_one(presentation: Presentation):
    permit(presentation, Disclosure.PUBLIC)
    permit(presentation, Disclosure.PUBLIC)
    assert DisclosureConsent.objects.count() == 1


def test_what_an_edition_brings_does_not_replace_what_a_speaker_said(presentation: Presentation):
    permit(presentation, Disclosure.NONE)
    import_consents(presentation, "public", NOW)
    assert list(DisclosureConsent.objects.values_list("level", flat=True)) == ["none"]


@pytest.mark.django_db(transaction=True)
def test_a_new_file_takes_the_place_of_the_old_one_whose_content_is_gone():
    seminar = make_seminar()
    presentation = make_presentation(make_item(seminar))
    old = find_path(keep_pdf(presentation).file_id)
    permit(presentation, Disclosure.PUBLIC)
    material = keep_pdf(presentation, content=PDF_BYTES + b"%%EOF\n")
    assert show(presentation) == Disclosure.PUBLIC
    assert not default_storage.exists(old)
    new = find_path(material.file_id)
    assert default_storage.exists(new)
    remove_file(actor=SYSTEM, presentation=presentation, language="en", now=NOW)
    assert not default_storage.exists(new)
    assert not Material.objects.exists()


def open_link(registration: Registration) -> Client:
    client = Client()
    client.get(reverse("registration:open_link", args=[Link.objects.ensure(registration=registration).make_token()]))
    return client


def test_a_file_opens_to_those_it_is_for_and_is_404_to_everybody_else(presentation: Presentation):
    seminar: Seminar = presentation.item.seminar
    other = make_seminar(slug="aecs21", number=21)
    approved = make_registration(make_delegation(seminar), State.APPROVED)
    visitors = {
        "nobody": Client(),
        "participant": open_link(approved),
        "draft": open_link(make_registration(make_delegation(seminar), State.DRAFT)),
        "elsewhere": open_link(make_registration(make_delegation(other), State.APPROVED)),
    }
    material = keep_pdf(presentation)
    publish_programme(seminar)
    address = f"/en/aecs20/materials/{material.pk}/"

    def find_who_may() -> set[str]:
        found = set()
        for name, client in visitors.items():
            answer = client.get(address)
            assert answer.status_code in (200, 404)
            listed = address in client.get("/en/aecs20/materials/").text
            assert listed == (answer.status_code == 200), name
            if answer.status_code == 200:
                assert b"".join(answer) == PDF_BYTES
                found.add(name)
        return found

    assert find_who_may() == set()
    permit(presentation, Disclosure.PARTICIPANTS)
    assert find_who_may() == {"participant"}
    assert "participants only" in visitors["nobody"].get("/en/aecs20/").text
    permit(presentation, Disclosure.PUBLIC)
    assert find_who_may() == set(visitors)
    assert address in visitors["nobody"].get("/en/aecs20/").text
    answer = visitors["nobody"].get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="slides.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    withdraw_consent(actor=SYSTEM, presentation=presentation, language="en", now=NOW)
    assert find_who_may() == set()
    assert address not in visitors["nobody"].get("/en/aecs20/").text


def test_a_file_of_a_draft_programme_or_edition_is_404(client: Client, presentation: Presentation):
    material = keep_pdf(presentation)
    permit(presentation, Disclosure.PUBLIC)
    seminar = presentation.item.seminar
    address = f"/en/aecs20/materials/{material.pk}/"
    assert client.get(address).status_code == 404
    publish_programme(seminar)
    assert client.get(address).status_code == 200
    make_seminar(slug="aecs21", number=21)
    assert client.get(f"/en/aecs21/materials/{material.pk}/").status_code == 404
    Seminar.objects.filter(pk=seminar.pk).update(is_published=False)
    assert client.get(address).status_code == 404
