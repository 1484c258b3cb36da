"""What every page's frame shows: the edition, languages, font size, the demonstration's clock."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from seminar.foundation import clock
from seminar.foundation.dates import format_day
from seminar.queries import find_current_seminar

FONT_SIZES = ("s", "m", "l")
FONT_SIZE_COOKIE = "font_size"


def keep_font_size(response: HttpResponse, size: str) -> None:
    """Let the reader's browser remember a size of FONT_SIZES."""
    response.set_cookie(
        FONT_SIZE_COOKIE, size, max_age=31_536_000, samesite="Lax", httponly=True, secure=settings.IS_PRODUCTION
    )


def read_font_size(request: HttpRequest) -> str:
    """Return the size of FONT_SIZES that this reader chose, medium where none."""
    size = request.COOKIES.get(FONT_SIZE_COOKIE, "m")
    return size if size in FONT_SIZES else "m"


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the values that templates/base.html needs; the edition is looked up only where a page shows it."""
    path, language = request.get_full_path(), get_language()
    return {
        "frame_seminar": getattr(request, "seminar", None) or SimpleLazyObject(find_current_seminar),
        "frame_languages": [
            {
                "code": code,
                "url": path if code == language else translate_url(path, code),
                "is_current": code == language,
            }
            for code, _name in settings.LANGUAGES
        ],
        "frame_path": path,
        "font_size": read_font_size(request),
        "font_sizes": FONT_SIZES,
        "demo_now": _describe_demo_now() if clock.is_shifted() else "",
    }


def _describe_demo_now() -> str:
    now = clock.now()  # in the zone of SEMINAR_NOW, which is the edition's
    return f"{format_day(now.date(), get_language() or 'en')} {now:%H:%M}"
