"""What a failed attempt means and when the next one is. Pure.

Source: RFC 5321, section 4.2.1 (reply codes) and 4.5.4.1 (retry strategy).
"""

import random
import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum

FIRST_GAP_S = 30
LONGEST_GAP_S = 3600
PAUSE_S = 30
RENDER_ATTEMPTS = 3
MESSAGE_TOO_LARGE = 552


class Meaning(Enum):
    RETRY = "retry"  # this mail, later
    GIVE_UP = "give_up"  # this recipient never
    PAUSE = "pause"  # the server as a whole; costs the mail nothing


@dataclass(frozen=True)
class Failure:
    meaning: Meaning
    code: int | None
    error: str


def judge(error: Exception) -> Failure:
    """Return what a failure to send means. Texts of servers are cut to 200 characters; callers redact them."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, message = next(iter(error.recipients.values()))
        return Failure(Meaning.GIVE_UP if code >= 500 else Meaning.RETRY, code, _text(message))
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Failure(Meaning.PAUSE, error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPSenderRefused):
        meaning = Meaning.PAUSE if error.smtp_code >= 500 else Meaning.RETRY
        if error.smtp_code == MESSAGE_TOO_LARGE:
            meaning = Meaning.GIVE_UP
        return Failure(meaning, error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPDataError):
        meaning = Meaning.GIVE_UP if error.smtp_code >= 500 else Meaning.RETRY
        return Failure(meaning, error.smtp_code, _text(error.smtp_error))
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPNotSupportedError | smtplib.SMTPHeloError):
        return Failure(Meaning.PAUSE, getattr(error, "smtp_code", None), type(error).__name__)
    if isinstance(error, ConnectionRefusedError | ssl.SSLError):
        return Failure(Meaning.PAUSE, None, type(error).__name__)
    if type(error) is smtplib.SMTPResponseException:  # what smtplib raises where STARTTLS is refused
        return Failure(Meaning.PAUSE, error.smtp_code, _text(error.smtp_error))
    return Failure(Meaning.RETRY, getattr(error, "smtp_code", None), type(error).__name__)


def choose_gap_s(attempts: int) -> float:
    """Return the seconds until the next attempt, with full jitter, after `attempts` failed ones."""
    return random.uniform(0, min(LONGEST_GAP_S, FIRST_GAP_S * 2**attempts))  # noqa: S311 (no secret)


def _text(message: bytes | str) -> str:
    text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
    return text[:200]
