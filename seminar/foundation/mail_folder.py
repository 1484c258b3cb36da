"""A mail backend that writes each message into a folder as one .eml file, for the embedded profile."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes into settings.MAIL_FOLDER; the same Message-ID sent twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(str(settings.MAIL_FOLDER))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # the letters hold working links
        for message in email_messages:
            content = message.message()
            path = folder / f"{make_file_stem(content['Message-ID'])}.eml"
            part = path.with_suffix(".part")
            part.write_bytes(content.as_bytes())
            part.replace(path)
        return len(email_messages)


def make_file_stem(message_id: str) -> str:
    """Return the name, without suffix, under which the message of that Message-ID is kept."""
    return sha256(message_id.encode()).hexdigest()[:32]
