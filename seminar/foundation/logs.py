"""Keeps tokens and addresses out of the logs."""

import logging
import re

_SECRETS = (
    (re.compile(r"/i/[^/\s\"']+"), "/i/[link]"),
    # At most 64 characters before the @, as in any address: without an end, a long text takes the square of its length.
    (re.compile(r"(?:[^\s@<>\"'(]|(?<=\w)'){1,64}@[^\s@<>\"')]+\.[A-Za-z]{2,}"), "[address]"),
)


def redact(text: str) -> str:
    """Return `text` on one line, personal links and mail addresses replaced."""
    return _replace_secrets(text).replace("\r", "\\r").replace("\n", "\\n")


def _replace_secrets(text: str) -> str:
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Rewrites each record's message and traceback before any handler formats them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        if record.exc_info:
            traceback = logging.Formatter().formatException(record.exc_info)
            record.exc_text, record.exc_info = _replace_secrets(traceback), None  # the text is what formatters take
        return True
