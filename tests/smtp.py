"""A real SMTP server for tests: it keeps every message and can be told to refuse."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

LINK = re.compile(r"https?://\S+?/i/[^/\s]+/")


@dataclass
class Sink:
    """What arrived, oldest first. `answers` are replies for the next messages, in turn, instead of 250."""

    host: str = "127.0.0.1"
    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    pause_s: float = 0  # before the answer to DATA, after the message is kept

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.recipient_answers:
            answer = self.recipient_answers.pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.pause_s)
        return "250 OK"

    def wait_for_count(self, *, to: str, count: int, timeout_s: float = 60) -> None:
        """Wait until `count` messages to that address arrived; more than that are for the caller to find."""
        deadline = time.monotonic() + timeout_s
        while sum(message["To"] == to for message in self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.1)

    def wait_for(self, *, to: str, subject: str, timeout_s: float = 60, after: int = 0) -> EmailMessage:
        """Return the first message from number `after` on to that address whose subject holds `subject`."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            for message in self.messages[after:]:
                if message["To"] == to and subject in message["Subject"]:
                    return message
            time.sleep(0.1)
        arrived = [(message["To"], message["Subject"]) for message in self.messages]
        raise AssertionError(f"no mail {subject!r} to {to} within {timeout_s} s; arrived: {arrived}")


def read_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content()


def read_html(message: EmailMessage) -> str:
    body = message.get_body(("html",))
    assert body is not None
    return body.get_content()


def read_link(message: EmailMessage) -> str:
    """Return the personal link of a letter."""
    found = LINK.search(read_text(message))
    assert found, read_text(message)
    return found.group()


@contextmanager
def start_sink(sink: Sink | None = None) -> Iterator[Sink]:
    """Serve `sink`, a new one where none is given, on its port, or on a free one until the block ends."""
    sink = sink or Sink()
    controller = Controller(sink, hostname=sink.host, port=sink.port or _free_port(), ready_timeout=10)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    from tests.servers import find_free_port  # servers imports this module's sink for its types

    return find_free_port()
