"""A presentation's page: as its speaker, its focal point and the secretariat see it, from none to public and back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agenda.materials import find_consent
from agenda.models import DisclosureConsent, Material, Presentation
from registration.models import Appearance, Link, Registration, State
from registration.models.particulars import Particulars
from seminar.models import AuditEntry, FocalPoint, Seminar
from tests.agenda.rows import PDF_BYTES, make_item, make_presentation, make_sitting, publish_programme
from tests.factories import make_delegation, make_focal_point, make_registration, make_seminar, make_user

pytestmark = pytest.mark.django_db


def open_link(owner: Registration | FocalPoint, to: str = "") -> Client:
    client = Client()
    link = (
        Link.objects.ensure(registration=owner)
        if isinstance(owner, Registration)
        else Link.objects.ensure(focal_point=owner)
    )
    answer = client.get(reverse("registration:open_link", args=[link.make_token()]) + to)
    client.landed = answer.headers["Location"]  # type: ignore[attr-defined]
    return client


@pytest.fixture
def seminar() -> Seminar:
    return make_seminar()


@pytest.fixture
def speaker(seminar: Seminar) -> Registration:
    return make_registration(make_delegation(seminar, code="MNG"), State.APPROVED)


@pytest.fixture
def presentation(seminar: Seminar, speaker: Registration) -> Presentation:
    presentation = make_presentation(make_item(seminar, title="National efforts"), speaker.delegation)
    Appearance.objects.create(registration=speaker, presentation=presentation, part="speaker")
    return presentation


def mark_standing() -> str:
    """Return the mark of a page that was shown just now."""
    standing = dict(DisclosureConsent.objects.filter(ended_at=None).values_list("language", "pk"))
    return f"{standing.get('en', 0)}-{standing.get('ja', 0)}"


def make_answers(**values: object) -> dict[str, object]:
    return {
        "seen": mark_standing(), "title_en": "A first law", "title_ja": "", "abstract_en": "", "abstract_ja": "",
        "equipment": "", "level_en": "none", "level_ja": "none", "earliest_en": "", "earliest_ja": "",
    } | values  # fmt: skip


def make_upload(name: str = "slides.pdf", content: bytes = PDF_BYTES) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def find_address(presentation: Presentation, side: str = "my") -> str:
    return f"/en/aecs20/{side}/presentations/{presentation.pk}/"


def test_a_file_walks_from_none_to_participants_to_public_to_withdrawn(
    seminar: Seminar, speaker: Registration, presentation: Presentation, sign_in
):
    """Looked at by somebody nobody knows, a delegate, the speaker and the secretariat at each step."""
    publish_programme(seminar)
    own, delegate = open_link(speaker), open_link(make_registration(make_delegation(seminar), State.APPROVED))
    staff = sign_in(make_user("secretariat"))
    page = find_address(presentation)
    work = f"/admin/agenda/presentation/work/{presentation.pk}/"

    def see() -> dict[str, int]:
        key = Material.objects.get().pk
        public = f"/en/aecs20/materials/{key}/"
        return {
            "nobody": Client().get(public).status_code,
            "delegate": delegate.get(public).status_code,
            "speaker": own.get(f"{page}files/en/").status_code,
            "secretariat": staff.get(f"{work}files/en/").status_code,
        }

    assert own.post(page, make_answers(file_en=make_upload())).status_code == 302
    assert see() == {"nobody": 404, "delegate": 404, "speaker": 200, "secretariat": 200}
    refused = staff.post(work, make_answers(level_en="public"))
    assert refused.status_code == 422
    assert "The speaker has not permitted this." in refused.text
    own.post(page, make_answers(level_en="participants"))
    assert see() == {"nobody": 404, "delegate": 200, "speaker": 200, "secretariat": 200}
    own.post(page, make_answers(level_en="public"))
    assert see() == {"nobody": 200, "delegate": 200, "speaker": 200, "secretariat": 200}
    assert staff.post(work, make_answers(level_en="participants")).status_code == 302
    assert see() == {"nobody": 404, "delegate": 200, "speaker": 200, "secretariat": 200}
    own.post(f"{page}files/en/withdraw/")
    assert see() == {"nobody": 404, "delegate": 404, "speaker": 200, "secretariat": 200}
    assert find_consent(presentation, "en") is None
    levels = DisclosureConsent.objects.filter(language="en").order_by("pk").values_list("level", "giver_name")
    assert list(levels) == [(level, speaker.full_name) for level in ("none", "participants", "public")]


def test_a_page_that_lay_open_does_not_permit_anew_what_was_withdrawn(
    speaker: Registration, presentation: Presentation
):
    own, focal_point = open_link(speaker), open_link(make_focal_point(speaker.delegation))
    own.post(find_address(presentation), make_answers(level_en="public"))
    stale = make_answers(level_en="public", title_en="Another title")
    own.post(f"{find_address(presentation)}files/en/withdraw/")
    answer = focal_point.post(find_address(presentation, "delegation"), stale)
    assert answer.status_code == 409
    assert "Somebody else changed meanwhile who may see a file." in answer.text
    assert 'value="Another title"' in answer.text
    assert find_consent(presentation, "en") is None
    again = dict(stale, seen=mark_standing())
    assert focal_point.post(find_address(presentation, "delegation"), again).status_code == 302


def test_the_secretariat_uploads_and_shows_no_more_than_was_permitted(
    speaker: Registration, presentation: Presentation, sign_in
):
    open_link(speaker).post(find_address(presentation), make_answers(level_ja="participants"))
    staff = sign_in(make_user("secretariat"))
    work = f"/admin/agenda/presentation/work/{presentation.pk}/"
    assert staff.post(work, make_answers(file_ja=make_upload(), level_ja="participants")).status_code == 302
    assert Material.objects.get().disclosure == "participants"
    assert DisclosureConsent.objects.filter(language="ja").count() == 1
    looks_on = sign_in(make_user("approver"))
    assert looks_on.post(work, make_answers()).status_code == 403


def test_a_focal_point_names_the_speaker_and_answers_for_their_own_delegation_alone(
    speaker: Registration, presentation: Presentation
):
    colleague = make_registration(speaker.delegation, State.APPROVED, given_names="Nomin")
    stranger = make_registration(make_delegation(speaker.seminar), State.APPROVED)
    client = open_link(make_focal_point(speaker.delegation), "?to=presentations")
    assert client.landed == "/en/aecs20/delegation/presentations/"  # type: ignore[attr-defined]
    page = find_address(presentation, "delegation")
    client.post(f"{page}speakers/", {"registration": colleague.pk})
    client.post(f"{page}speakers/", {"registration": stranger.pk})
    named = {row.registration for row in Appearance.objects.filter(presentation=presentation)}
    assert named == {speaker, colleague}
    client.post(f"{page}speakers/{Appearance.objects.get(registration=speaker).pk}/remove/")
    assert [row.registration for row in Appearance.objects.filter(presentation=presentation)] == [colleague]
    assert client.post(page, make_answers(level_en="public")).status_code == 302
    other = make_focal_point(stranger.delegation)
    assert open_link(other).get(page).status_code == 404
    assert open_link(other).post(page, make_answers()).status_code == 404


def test_somebody_elses_presentation_does_not_exist(
    seminar: Seminar, speaker: Registration, presentation: Presentation
):
    colleague = open_link(make_registration(speaker.delegation, State.APPROVED))
    page = find_address(presentation)
    assert colleague.get(page).status_code == 404
    for action in ("", "files/en/withdraw/", "files/en/remove/"):
        assert colleague.post(f"{page}{action}", make_answers()).status_code == 404
    assert open_link(speaker).post(f"{page}speakers/", {"registration": speaker.pk}).status_code == 404
    assert colleague.get(f"/en/aecs20/my/presentations/{2**70}/").status_code == 404


def test_whoever_was_removed_or_withdrew_works_on_it_no_more(speaker: Registration, presentation: Presentation):
    client = open_link(speaker)
    page = find_address(presentation)
    assert client.get(page).status_code == 200
    Registration.objects.filter(pk=speaker.pk).update(state=State.WITHDRAWN)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"title_en": ""}, "Enter the title in English or in Japanese."),
        ({"title_en": "x" * 301}, "Shorten this text: it may have 300 characters at most."),
        ({"abstract_en": "x" * 2001}, "Shorten this text: it may have 2000 characters at most."),
        ({"level_en": ""}, "Choose who may see this file."),
        ({"level_en": "everyone"}, "Choose one of the list."),
        ({"earliest_en": "tomorrow"}, "Enter the day as year-month-day, such as 2013-02-26."),
        ({"file_en": make_upload("slides.exe")}, "Choose a PDF, JPEG or PNG file."),
        ({"file_en": make_upload(content=b"not a pdf")}, "Choose a PDF, JPEG or PNG file."),
        ({"file_en": make_upload(content=b"%PDF-" + b"0" * 26 * 1024 * 1024)}, "Choose a file of at most 25 MB."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    speaker: Registration, presentation: Presentation, typed: dict[str, object], error: str
):
    answer = open_link(speaker).post(find_address(presentation), make_answers(equipment="A lectern", **typed))
    assert answer.status_code == 422
    assert error in answer.text
    assert "A lectern" in answer.text
    assert (Material.objects.count(), DisclosureConsent.objects.count()) == (0, 0)
    presentation.refresh_from_db()
    assert presentation.title_en == ""


def test_what_the_speaker_told_before_is_not_asked_again(speaker: Registration, presentation: Presentation):
    Particulars.objects.create(registration=speaker, presentation_title="Told before", equipment="Sound")
    page = open_link(speaker).get(find_address(presentation)).text
    assert 'value="Told before"' in page
    assert 'value="Sound"' in page


def test_a_guest_who_speaks_gets_the_presentation_alone(seminar: Seminar):
    host = make_delegation(seminar, category="host")
    guest = make_registration(host, State.APPROVED, role="guest")
    presentation = make_presentation(make_item(seminar, title="Welcome"), host)
    Appearance.objects.create(registration=guest, presentation=presentation, part="speaker")
    client = open_link(guest)
    answer = client.get(client.landed)  # type: ignore[attr-defined]
    assert answer.headers["Location"] == "/en/aecs20/my/presentations/"
    page = client.get("/en/aecs20/my/presentations/").text
    assert "Welcome" in page
    assert 'href="/en/aecs20/my/"' not in page


def test_a_moderator_sees_the_sitting_and_tells_what_is_needed(seminar: Seminar, speaker: Registration):
    sitting = make_sitting(seminar)
    Appearance.objects.create(registration=speaker, sitting=sitting, part="moderator")
    client = open_link(speaker)
    assert "LEGIS theme" in client.get("/en/aecs20/my/presentations/").text
    client.post(f"/en/aecs20/my/sittings/{sitting.pk}/", {"equipment": "A board"})
    sitting.refresh_from_db()
    assert sitting.equipment == "A board"
    assert AuditEntry.objects.filter(action="edit_sitting").count() == 1
    stranger = open_link(make_registration(speaker.delegation, State.APPROVED))
    assert stranger.get(f"/en/aecs20/my/sittings/{sitting.pk}/").status_code == 404


def test_the_own_page_and_the_desk_lead_there(speaker: Registration, presentation: Presentation):
    assert "/en/aecs20/my/presentations/" in open_link(speaker).get("/en/aecs20/my/").text
    desk = open_link(make_focal_point(speaker.delegation)).get("/en/aecs20/delegation/").text
    assert "1 presentation: speaker, title, file" in desk


def test_the_list_takes_as_many_statements_for_6_presentations_as_for_1(
    seminar: Seminar, speaker: Registration, presentation: Presentation, django_assert_num_queries
):
    client = open_link(make_focal_point(speaker.delegation))
    address = "/en/aecs20/delegation/presentations/"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for n in range(5):
        make_presentation(make_item(seminar, title=f"More {n}"), speaker.delegation)
    with django_assert_num_queries(len(one)):
        client.get(address)
