"""Staff requests: the account's language, and sessions that end after idleness and after half a day."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone, translation

STAFF_PATHS = ("/admin/", "/accounts/")
SIGNED_IN_AT = "staff_signed_in_at"
EXTENDED_AT = "staff_extended_at"
EXTENDED_EVERY_S = 60  # so that not each request writes; a session may end this much before its idle time is over


@receiver(user_logged_in, dispatch_uid="seminar.note_sign_in")
def note_sign_in(sender: object, request: HttpRequest, **_kwargs: object) -> None:
    request.session[SIGNED_IN_AT] = time.time()


class OddAddressMiddleware:
    """Refuses addresses with NUL characters, which PostgreSQL cannot compare with anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("400 Bad Request", content_type="text/plain")
        return self.get_response(request)


class StaffSessionMiddleware:
    """Under /admin/ and /accounts/: ends old sessions, extends young ones, speaks the account's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PATHS):
            return self.get_response(request)
        if request.user.is_authenticated:
            signed_in_at = request.session.setdefault(SIGNED_IN_AT, time.time())
            if time.time() - signed_in_at > settings.STAFF_SESSION_TOTAL_S:
                logout(request)
            elif time.time() - request.session.get(EXTENDED_AT, 0) >= EXTENDED_EVERY_S:
                request.session[EXTENDED_AT] = time.time()
                request.session.set_expiry(settings.STAFF_SESSION_IDLE_S)
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()  # the admin shows the times of the chosen edition
        response.headers.setdefault("Cache-Control", "no-store")
        return response
