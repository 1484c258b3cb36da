"""Keeps public pages for a few seconds in this process, compressed, so that a crowd costs little more than files.

Door: `kept_page`, around a view whose answer is the same for everybody who asks for the same key. Source:
docs/adr/0023-public-pages-kept-for-seconds.md.
"""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

MOST_PAGES = 200
SHORTEST_COMPRESSED = 1000  # bytes

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    """An answer ready to be sent; `made_at` by the process's own clock."""

    body: bytes
    compressed: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...]
    etag: str
    made_at: float


_pages: "OrderedDict[Key, Page]" = OrderedDict()
_guard = threading.Lock()
_making: dict[Key, threading.Lock] = {}


def kept_page(make_key: Callable[..., Key]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Keep the good answers of a view under `make_key(request, ...)` for PUBLIC_PAGES_KEPT_S.

    Browsers ask again each time and get 304 where nothing changed. The view must read nothing of its visitor that is
    not in the key.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            key = (view.__qualname__, *make_key(request, *args, **kwargs))
            if CookieStorage.cookie_name in request.COOKIES:  # something is to be said to this visitor alone
                return view(request, *args, **kwargs)
            request.is_kept = True  # type: ignore[attr-defined]  # the page leaves out what is its visitor's own
            page = _find(key)
            if page is None:
                with _lock_of(key):
                    page = _find(key)  # another visitor may have made it meanwhile
                    if page is None:
                        answer = view(request, *args, **kwargs)
                        if answer.status_code != 200:
                            return answer
                        page = _keep(key, answer)
            return _answer(request, page)

        return respond

    return decorate


def forget_pages() -> None:
    """Make every page anew; what this process changes, it shows at once."""
    with _guard:
        _pages.clear()


def _find(key: Key) -> Page | None:
    with _guard:
        page = _pages.get(key)
        is_fresh = page is not None and time.monotonic() - page.made_at < settings.PUBLIC_PAGES_KEPT_S
        return page if is_fresh else None


def _lock_of(key: Key) -> threading.Lock:
    with _guard:
        if len(_making) > MOST_PAGES:
            _making.clear()  # at worst two threads make the same page
        return _making.setdefault(key, threading.Lock())


def _keep(key: Key, answer: HttpResponse) -> Page:
    page = Page(
        body=answer.content,
        compressed=gzip.compress(answer.content, 6, mtime=0) if len(answer.content) >= SHORTEST_COMPRESSED else b"",
        content_type=answer.headers["Content-Type"],
        headers=tuple((name, value) for name, value in answer.items() if name != "Content-Type"),
        etag=f'W/"{blake2b(answer.content, digest_size=12).hexdigest()}"',
        made_at=time.monotonic(),
    )
    with _guard:
        _pages[key] = page
        _pages.move_to_end(key)
        while len(_pages) > MOST_PAGES:
            _pages.popitem(last=False)
    return page


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    asked = request.headers.get("If-None-Match", "")
    response: HttpResponse
    if asked and page.etag in [_weaken(tag) for tag in parse_etags(asked)]:
        response = HttpResponseNotModified()
    elif page.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(page.compressed, content_type=page.content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(page.body, content_type=page.content_type)
    for name, value in page.headers:
        response.headers[name] = value
    response.headers["ETag"] = page.etag
    response.headers["Cache-Control"] = "no-cache"  # kept, and asked for again before each use
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response


def _weaken(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"
