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
CLOSING = 421
MESSAGE_TOO_LARGE = 552
SIGN_IN_FIRST = (530, 534, 535, 538)  # RFC 4954: whatever step says it, it is about our sign-in or the encryption


class Meaning(Enum):
    RETRY = "retry"  # this mail, later
    GIVE_UP = "give up"  # this recipient never
    BROKEN = "broken"  # no message can be made of this mail: RENDER_ATTEMPTS, then never
    PAUSE = "pause"  # the server as a whole; costs the mail nothing
    RECONNECT = "reconnect"  # the server ended a connection that had served mails before; costs the mail nothing


@dataclass(frozen=True)
class Failure:
    """`code`: the server's reply, if it gave one. `ends_run`: the next mail would meet the same now."""

    meaning: Meaning
    code: int | None
    error: str
    ends_run: bool = False

    @property
    def is_answer(self) -> bool:
        """Whether the server works and this was its answer to the mail alone."""
        return self.code is not None and self.meaning in (Meaning.RETRY, Meaning.GIVE_UP) and not self.ends_run


def judge_opening(error: Exception) -> Failure:
    """Return what a failure to connect, encrypt or sign in means: it is never about the mail that waits."""
    code = _read_code(error)
    text = _read_text(error)
    is_greeting = isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError)
    if code == CLOSING or (is_greeting and code is not None and 400 <= code < 500):
        return Failure(Meaning.RETRY, code, text, ends_run=True)
    is_cut = isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError)
    if is_cut or is_timeout(error):
        return Failure(Meaning.RETRY, None, text, ends_run=True)
    return Failure(Meaning.PAUSE, code, text, ends_run=True)


def judge(error: Exception, *, is_reused: bool = False) -> Failure:
    """Return what a failure to send means. Texts of servers are cut to 200 characters; callers redact them.

    `is_reused`: the connection had served another mail, so that its end says nothing of this one.
    """
    if isinstance(error, smtplib.SMTPHeloError):  # said with the first mail where there is neither TLS nor sign-in
        return judge_opening(error)
    if not isinstance(error, OSError):  # smtplib's errors are OSErrors too; any other is about what is to be sent
        return Failure(Meaning.BROKEN, None, type(error).__name__)
    code, text = _read_code(error), _read_text(error)
    if code in SIGN_IN_FIRST or (isinstance(error, smtplib.SMTPSenderRefused) and code is not None and code >= 500):
        # Every mail has the same sender; what alone depends on the mail at this step is its size.
        is_of_mail = code == MESSAGE_TOO_LARGE
        return Failure(Meaning.GIVE_UP if is_of_mail else Meaning.PAUSE, code, text, ends_run=not is_of_mail)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Failure(Meaning.GIVE_UP, None, text)
    is_cut = code == CLOSING or isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError | ssl.SSLError)
    if is_reused and is_cut and not is_timeout(error):
        return Failure(Meaning.RECONNECT, code, text)
    return Failure(Meaning.GIVE_UP if code is not None and code >= 500 else Meaning.RETRY, code, text)


def is_timeout(error: Exception) -> bool:
    """Return whether the server kept us waiting; smtplib says so as a disconnection, with the cause behind it."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def choose_gap_s(attempts: int) -> float:
    """Return the seconds until the next attempt, with full jitter, after `attempts` failed ones."""
    return random.uniform(0, min(LONGEST_GAP_S, FIRST_GAP_S * 2**attempts))  # noqa: S311 (no secret)


def _read_reply(error: Exception) -> tuple[int, bytes | str] | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()), None)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, error.smtp_error
    return None


def _read_code(error: Exception) -> int | None:
    reply = _read_reply(error)
    return reply[0] if reply is not None and reply[0] > 0 else None  # smtplib has -1 for what is no SMTP at all


def _read_text(error: Exception) -> str:
    """Return the server's words, else the kind of error."""
    reply = _read_reply(error)
    if reply is None:
        return TimeoutError.__name__ if is_timeout(error) else type(error).__name__
    text = reply[1].decode("utf-8", "replace") if isinstance(reply[1], bytes) else str(reply[1])
    return text[:200] or type(error).__name__
