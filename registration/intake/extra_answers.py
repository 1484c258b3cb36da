"""What was answered to an extra question so far, which decides what of it may still change."""

from registration.models import ExtraQuestion, Registration
from seminar.models import Seminar


def is_answered(question: ExtraQuestion) -> bool:
    """Return whether anybody answered it, people whose registration has ended too."""
    return Registration.objects.filter(seminar_id=question.seminar_id, extra_answers__has_key=question.code).exists()


def list_chosen_codes(question: ExtraQuestion) -> set[str]:
    """Return the codes of the choices that somebody made."""
    rows = Registration.objects.filter(seminar_id=question.seminar_id, extra_answers__has_key=question.code)
    answers = [answers[question.code] for answers in rows.values_list("extra_answers", flat=True)]
    return {code for answer in answers for code in (answer if isinstance(answer, list) else [answer])}


def note_whether_any(seminar: Seminar) -> None:
    """Note on the edition whether it has extra questions, so that pages of one without need not look."""
    Seminar.objects.filter(pk=seminar.pk).update(has_extra_questions=seminar.extra_questions.exists())
