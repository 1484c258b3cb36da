"""Organizers' messages: written in the admin, new on the desk until said to be read, seen by nobody else."""

import pytest
from django.test import Client
from django.utils import translation

from registration.models import DeskMessage, MessageReading
from seminar.models import AuditEntry, FocalPoint
from tests.factories import NOW, make_delegation, make_focal_point, make_user
from tests.registration.intake.desk_pages import DESK, make_staff_desk, open_desk, press, sign_in_as

pytestmark = pytest.mark.django_db
ADD = "/admin/registration/deskmessage/add/"


@pytest.fixture
def focal_point() -> FocalPoint:
    return make_focal_point(make_delegation())


@pytest.fixture
def visitor(focal_point: FocalPoint) -> Client:
    return open_desk(focal_point)


def post_message(focal_point: FocalPoint, *, is_to_all: bool = True, **values) -> DeskMessage:
    texts = {"title_en": "Hotel", "body_en": "Rooms are held."} if "title_ja" not in values else {}
    return DeskMessage.objects.create(
        seminar=focal_point.delegation.seminar,
        is_to_all=is_to_all,
        posted_at=NOW,
        posted_by=make_user("secretariat"),
        **(texts | values),
    )


def test_a_message_is_new_until_it_is_said_to_be_read(visitor: Client, focal_point: FocalPoint):
    message = post_message(focal_point)
    for _ in range(2):  # looking alone changes nothing
        page = visitor.get(DESK)
        assert [one.pk for one in page.context["new_messages"]] == [message.pk]
    answer = press(visitor, focal_point, "messages/", message=message.pk)
    assert not answer.context["new_messages"]
    assert "1 earlier message from the organizers" in answer.text
    assert MessageReading.objects.get().focal_point == focal_point
    press(visitor, focal_point, "messages/", message=message.pk)
    assert MessageReading.objects.count() == 1


def test_each_focal_point_reads_for_themselves(visitor: Client, focal_point: FocalPoint):
    message = post_message(focal_point)
    other = open_desk(make_focal_point(focal_point.delegation, is_primary=False))
    press(visitor, focal_point, "messages/", message=message.pk)
    assert [one.pk for one in other.get(DESK).context["new_messages"]] == [message.pk]


def test_a_message_to_some_is_on_their_desks_alone(visitor: Client, focal_point: FocalPoint):
    other = make_focal_point(make_delegation(focal_point.delegation.seminar))
    message = post_message(focal_point, is_to_all=False)
    message.delegations.add(other.delegation)
    assert "Rooms are held." not in visitor.get(DESK).text
    press(visitor, focal_point, "messages/", message=message.pk)
    assert MessageReading.objects.count() == 0
    assert "Rooms are held." in open_desk(other).get(DESK).text


def test_a_message_taken_back_is_on_no_desk(visitor: Client, focal_point: FocalPoint):
    post_message(focal_point, is_withdrawn=True)
    assert "Rooms are held." not in visitor.get(DESK).text


def test_a_message_in_one_language_is_read_in_both(visitor: Client, focal_point: FocalPoint):
    post_message(focal_point, title_ja="ホテル", body_ja="<b>確保</b>しました。")
    page = visitor.get(DESK).text
    assert "&lt;b&gt;確保&lt;/b&gt;しました。" in page
    with translation.override("ja"):
        assert str(DeskMessage.objects.get()) == "ホテル"


def test_organizers_read_nothing_on_a_delegations_behalf(focal_point: FocalPoint):
    message = post_message(focal_point)
    client = sign_in_as("secretariat")
    client.post(f"{make_staff_desk(focal_point)}messages/", {"message": message.pk})
    assert MessageReading.objects.count() == 0


def test_the_secretariat_writes_to_all_and_to_some(focal_point: FocalPoint):
    client = sign_in_as("secretariat")
    assert client.post(ADD, {"title_en": "Hotel", "body_en": "Rooms", "is_to_all": "on"}).status_code == 302
    message = DeskMessage.objects.get()
    assert (message.seminar, message.is_to_all) == (focal_point.delegation.seminar, True)
    assert AuditEntry.objects.get().action == "post_message"
    some = {"title_ja": "ホテル", "body_ja": "確保", "delegations": [focal_point.delegation_id]}
    assert client.post(ADD, some).status_code == 302
    page = client.get("/admin/registration/deskmessage/").text
    assert "all delegations" in page
    assert "Mongolia" in page


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"is_to_all": "on"}, "Enter a title and a text in one language at the least."),
        ({"is_to_all": "on", "title_en": "Hotel"}, "Enter a title and a text, or neither in this language."),
        ({"title_en": "Hotel", "body_en": "Rooms"}, "Choose the delegations, or all of them."),
    ],
)
def test_an_incomplete_message_is_not_posted(focal_point: FocalPoint, data: dict[str, str], says: str):
    answer = sign_in_as("secretariat").post(ADD, data)
    assert says in answer.text
    assert DeskMessage.objects.count() == 0


def test_the_list_counts_its_readers_in_as_many_statements_for_thirty(
    focal_point: FocalPoint, django_assert_max_num_queries
):
    client = sign_in_as("secretariat")
    post_message(focal_point)
    client.get("/admin/registration/deskmessage/")
    with django_assert_max_num_queries(15) as one:
        client.get("/admin/registration/deskmessage/")
    for _ in range(29):
        post_message(focal_point, is_to_all=False).delegations.add(focal_point.delegation)
    with django_assert_max_num_queries(len(one)):
        client.get("/admin/registration/deskmessage/")
