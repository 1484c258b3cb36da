"""The letters of a decision before it is made, rendered as their recipient would read them; nothing is written."""

import logging
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from registration.mail.facts import describe_delegation, describe_registration, describe_seminar
from registration.mail.letters import Letter, render_letter
from registration.mail.services import Recipient
from registration.models import OutgoingMail, Registration, State
from registration.models.states import TRANSITIONS
from registration.review.actions import Action
from registration.transitions import choose_correction_deadline

logger = logging.getLogger(__name__)

# What stands where the reason will: typed in the letter's language, since the letter is not the reader's.
_REASON_TO_COME = {"en": "[your reason]", "ja": "［ご入力いただく理由］"}


@dataclass(frozen=True)
class LetterPreview:
    """One letter in one language; `letter` is None where it cannot be rendered, so that it would never go out."""

    language: str
    letter: Letter | None


def preview_letters(
    action: Action,
    registration: Registration,
    recipient: Recipient,
    *,
    now: datetime,
    reason: str = "",
    is_delegate_told: bool = True,
) -> list[LetterPreview]:
    """Return the letter to `recipient` in every language, the recipient's own first."""
    previews: list[LetterPreview] = []
    for code in sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != recipient.language):
        text = reason or (_REASON_TO_COME[code] if action.needs_reason else "")
        facts = describe_decision(
            action, registration, recipient, now=now, reason=text, is_delegate_told=is_delegate_told
        )
        previews.append(LetterPreview(code, _render(action.kind, recipient, code, facts)))
    return previews


def describe_decision(
    action: Action,
    registration: Registration,
    recipient: Recipient,
    *,
    now: datetime,
    reason: str,
    is_delegate_told: bool = True,
) -> dict[str, Any]:
    """Return the facts that the decision's service will put into the letter to `recipient`; a test holds them equal."""
    after = copy(registration)
    after.state = TRANSITIONS[action.name].target
    facts: dict[str, Any] = {"reason": reason}
    if action.name == "return":
        after.due_at = choose_correction_deadline(registration, now) or registration.due_at
        facts |= {"due_at": after.submit_by.isoformat(), "is_by_focal_point": False}
    if action.kind == "withdrawn":
        facts["was_approved"] = registration.state == State.APPROVED
    if recipient.focal_point is not None:
        facts |= {"is_own": False, "is_delegate_told": is_delegate_told}
    elif recipient.registration is None:
        path = f"/admin/registration/registration/{registration.pk}/change/"
        facts |= {"is_own": False, "is_to_secretariat": True, "action_path": path}
    return {
        "seminar": describe_seminar(registration.seminar),
        "delegation": describe_delegation(registration.delegation),
        "registration": describe_registration(after),
        "recipient_name": recipient.name,
        "revision": registration.version + 1,
        **facts,
    }


def _render(kind: str, recipient: Recipient, language: str, facts: dict[str, Any]) -> Letter | None:
    mail = OutgoingMail(kind=kind, recipient=recipient.address, language=language, facts=facts)
    try:
        return render_letter(mail)
    except Exception:  # as when it is sent: a letter that cannot be rendered holds nobody up, but is said
        logger.exception("the letter %s cannot be rendered in %s", kind, language)
        return None
