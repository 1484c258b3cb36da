"""Public pages are made once for a crowd, revalidated without the database, and never shown to the wrong person."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from registration.models import Link
from seminar.foundation import kept_pages
from seminar.foundation.kept_pages import forget_pages, kept_page
from seminar.models import Seminar
from tests.agenda.rows import make_item, publish_programme
from tests.factories import make_delegation, make_registration, make_seminar

PAGE = "/en/aecs20/"


@pytest.fixture(autouse=True)
def kept(settings) -> None:
    settings.PUBLIC_PAGES_KEPT_S = 60
    forget_pages()
    yield
    forget_pages()


@pytest.fixture
def seminar(db) -> Seminar:
    seminar = make_seminar()
    make_item(seminar, title="Opening")
    publish_programme(seminar)
    return seminar


def test_a_warm_page_and_its_304_ask_the_database_nothing(client: Client, seminar: Seminar, django_assert_num_queries):
    etag = client.get(PAGE).headers["ETag"]
    with django_assert_num_queries(0):
        assert client.get(PAGE).status_code == 200
        answer = client.get(PAGE, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == etag
    with django_assert_num_queries(0):
        assert client.get(PAGE, headers={"If-None-Match": f'"x", {etag.removeprefix("W/")}'}).status_code == 304
    assert client.get(PAGE, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_visitor_with_a_session_costs_no_more(seminar: Seminar, django_assert_num_queries):
    client = Client()
    link = Link.objects.ensure(registration=make_registration(make_delegation(seminar)))
    client.get(f"/en/i/{link.make_token()}/")
    client.get(PAGE)
    with django_assert_num_queries(0):
        client.get(PAGE)


def test_it_is_compressed_where_the_browser_takes_that(client: Client, seminar: Seminar):
    plain = client.get(PAGE)
    packed = client.get(PAGE, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert packed.headers["Cache-Control"] == "no-cache"


def test_language_size_and_kind_make_pages_of_their_own_and_other_words_in_the_address_do_not(
    client: Client, seminar: Seminar, django_assert_num_queries
):
    pages = {client.get(path).text for path in (PAGE, "/ja/aecs20/", f"{PAGE}?kind=break")}
    client.cookies["font_size"] = "l"
    pages.add(client.get(PAGE).text)
    assert len(pages) == 4
    with django_assert_num_queries(0):
        answer = client.get(f"{PAGE}?utm_source=x&kind=nonsense")
    assert "utm_source" not in answer.text


def test_what_is_said_to_one_visitor_alone_is_shown_to_them_and_not_kept(seminar: Seminar):
    visitor, next_one = Client(), Client()
    answer = RequestFactory().get("/")
    from django.contrib.messages.storage.cookie import CookieStorage

    storage = CookieStorage(answer)
    storage.add(20, "Yours is closed")
    response = HttpResponse()
    storage.update(response)
    visitor.cookies["messages"] = response.cookies["messages"].value
    assert "Yours is closed" in visitor.get(PAGE).text
    assert "Yours is closed" not in next_one.get(PAGE).text


def test_publishing_here_is_seen_here_at_once(client: Client, seminar: Seminar, django_capture_on_commit_callbacks):
    client.get(PAGE)
    make_item(seminar, title="Second")
    assert "Second" not in client.get(PAGE).text
    with django_capture_on_commit_callbacks(execute=True):
        publish_programme(seminar)
    assert "Second" in client.get(PAGE).text


def test_after_its_time_a_page_is_made_anew(client: Client, seminar: Seminar, settings):
    client.get(PAGE)
    Seminar.objects.update(title_en="Another title")
    assert "Another title" not in client.get(PAGE).text
    settings.PUBLIC_PAGES_KEPT_S = 0
    assert "Another title" in client.get(PAGE).text


def make_view(made: list[int], status: int = 200, gate: threading.Event | None = None):
    @kept_page(lambda request: (request.GET.get("n", ""),))
    def view(request: HttpRequest) -> HttpResponse:
        if gate:
            gate.wait(5)
        made.append(1)
        return HttpResponse("x" * 2000, status=status)

    return view


def test_an_error_is_not_kept():
    made: list[int] = []
    view = make_view(made, status=500)
    assert [view(RequestFactory().get("/")).status_code for _ in range(2)] == [500, 500]
    assert len(made) == 2


def test_a_crowd_at_a_cold_page_has_it_made_once():
    made: list[int] = []
    gate = threading.Event()
    view = make_view(made, gate=gate)
    with ThreadPoolExecutor(20) as pool:
        answers = [pool.submit(view, RequestFactory().get("/")) for _ in range(20)]
        gate.set()
        assert {answer.result(10).status_code for answer in answers} == {200}
    assert len(made) == 1


def test_no_more_pages_are_kept_than_memory_should_hold():
    view = make_view([])
    for n in range(kept_pages.MOST_PAGES + 50):
        view(RequestFactory().get("/", {"n": str(n)}))
    assert len(kept_pages._pages) == kept_pages.MOST_PAGES
