"""Pages that belong to no room: health, font size, language of staff, and what a stale form gets."""

import logging

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from seminar import health
from seminar.context import FONT_SIZES, keep_font_size
from seminar.models import User

logger = logging.getLogger(__name__)


@require_safe
def redirect_to_language(request: HttpRequest) -> HttpResponse:
    """Send `/` to the language that the browser asks for."""
    return redirect(f"/{get_language()}/")


@require_safe
@never_cache
def show_health(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks no database."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@never_cache
def show_readiness(request: HttpRequest) -> HttpResponse:
    """Say whether this process can do its work: each check by name, true or false."""
    checks = health.run_checks()
    return JsonResponse({"ready": all(checks.values()), "checks": checks}, status=200 if all(checks.values()) else 503)


@csrf_exempt  # public pages hold nothing of their reader; another site could change the size of the text, no more
@require_POST
def set_font_size(request: HttpRequest) -> HttpResponse:
    """Keep the reader's font size in a cookie and lead back."""
    size = request.POST.get("size", "")
    if size not in FONT_SIZES:
        return HttpResponseBadRequest()
    response = redirect(_safe_next(request))
    keep_font_size(response, size)
    return response


@require_POST
@login_required
def set_staff_language(request: HttpRequest) -> HttpResponse:
    """Change the language in which this member of staff sees the admin."""
    language = request.POST.get("language", "")
    if language not in User.Language.values:
        return HttpResponseBadRequest()
    assert isinstance(request.user, User)  # login_required
    User.objects.filter(pk=request.user.pk).update(language=language)
    return redirect(_safe_next(request))


def show_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection is stale: say what to do, with what was typed still in the browser."""
    logger.warning("form refused: %s", reason)
    return render(request, "403_csrf.html", status=403)


def _safe_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else "/"
