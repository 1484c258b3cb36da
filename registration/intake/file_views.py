"""A person's own files, shown to that person and to the focal point who fills in for them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registration.intake.editing import open_editing
from registration.models.answer_columns import read_answer
from registration.models.answers import FILE_NAMES
from registration.models.extra_questions import is_extra
from registration.visits import personal_page, with_link
from seminar.foundation.private_files import serve
from seminar.models import StoredFile


@require_safe
@personal_page
@with_link
def show_file(request: HttpRequest, slug: str, name: str, number: str | None = None) -> HttpResponse:
    """Answer with the file of one answer: a photo within the page, a copy as a download."""
    registration = open_editing(request, slug, number).registration
    file = read_answer(registration, name) if name in FILE_NAMES or is_extra(name) else None
    if not isinstance(file, StoredFile):
        raise Http404
    return serve(file, is_shown=name == "photo")
