"""How a mail's fate is said to people: states and failures in words, in the language of the moment."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models import OutgoingMail
from seminar.display import describe_moment

# Failures without an answer of the server are kept by the name of their error (registration.mail.retry).
WORDS = {
    "ConnectionRefusedError": gettext_lazy("The mail server refuses connections."),
    "ConnectionResetError": gettext_lazy("The mail server ended the connection."),
    "SMTPServerDisconnected": gettext_lazy("The mail server ended the connection."),
    "TimeoutError": gettext_lazy("The mail server did not answer in time."),
    "gaierror": gettext_lazy("The mail server's name was not found."),
    "SSLCertVerificationError": gettext_lazy("The mail server's certificate is not trusted."),
    "SSLError": gettext_lazy("The encrypted connection to the mail server failed."),
    "SMTPNotSupportedError": gettext_lazy("The mail server does not offer what is needed: encryption or sign-in."),
    "SMTPException": gettext_lazy("Signing in to the mail server failed."),
    "no recipient": gettext_lazy("The mail has no recipient."),
}
RENDERING = re.compile(r"rendering: (\w+)")


def describe_failure(code: int | None, error: str) -> str:
    """Return why an attempt failed: a sentence, or the server's own words after its code; empty where none did."""
    if code is not None:
        return _("The mail server answered: %(code)d %(text)s") % {"code": code, "text": error} if error else ""
    if found := RENDERING.fullmatch(error):
        return _("The letter could not be written (%(error)s).") % {"error": found[1]}
    return str(WORDS.get(error, error))


def describe_state(mail: OutgoingMail) -> str:
    """Return how a mail stands, in one phrase with its time; `mail.seminar` is at hand."""
    states = OutgoingMail.State
    if mail.state == states.SENT and mail.sent_at is not None:
        return _("Sent on %(moment)s") % {"moment": describe_moment(mail.seminar, mail.sent_at)}
    if mail.state == states.QUEUED and mail.attempts:
        return _("Queued, next attempt on %(moment)s") % {"moment": describe_moment(mail.seminar, mail.next_attempt_at)}
    return str(mail.get_state_display())
