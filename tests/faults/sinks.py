"""Mail servers with faults: one that refuses or hangs for chosen recipients, one that notes every line it gets."""

import asyncio
import socketserver
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from tests.smtp import Sink

FOR_EVER_S = 600  # longer than any test waits


@dataclass
class FaultySink(Sink):
    """A sink that remembers when messages came, and can refuse or hang for one recipient."""

    answers: dict[str, list[str]] = field(default_factory=dict)  # recipient: replies to RCPT, in turn, before 250
    hangs_before_data: set[str] = field(default_factory=set)  # once each
    hangs_after_data: set[str] = field(default_factory=set)  # once each, the message kept
    attempts: dict[str, list[float]] = field(default_factory=dict)  # recipient: when RCPT came, time.time()
    arrivals: list[tuple[float, str, str]] = field(default_factory=list)  # time.time(), recipient, Message-ID
    hung_for_s: dict[str, float] = field(default_factory=dict)  # recipient: how long the client bore it

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options) -> str:  # noqa: N802 (aiosmtpd's name)
        self.attempts.setdefault(address, []).append(time.time())
        if self.answers.get(address):
            return self.answers[address].pop(0)
        if address in self.hangs_before_data:
            self.hangs_before_data.discard(address)
            await self._hang(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append(message)
        [address] = envelope.rcpt_tos
        self.arrivals.append((time.time(), address, message["Message-ID"]))
        if address in self.hangs_after_data:
            self.hangs_after_data.discard(address)
            await self._hang(address)
        await asyncio.sleep(self.pause_s)
        return "250 OK"

    async def _hang(self, address: str) -> None:
        start = time.monotonic()
        try:
            await asyncio.sleep(FOR_EVER_S)
        finally:  # the client hung up, which cancels the handler
            self.hung_for_s[address] = time.monotonic() - start

    def count_arrivals(self) -> Counter[str]:
        """Return how often something came, by recipient."""
        return Counter(address for _, address, _ in list(self.arrivals))

    def count_doubles(self) -> int:
        """Return how many messages came beyond the first of each Message-ID."""
        ids = Counter(message_id for _, _, message_id in list(self.arrivals))
        return sum(ids.values()) - len(ids)


@dataclass(frozen=True)
class Line:
    """One line as the server got it."""

    mode: str
    is_encrypted: bool
    text: str


class WireServer(socketserver.ThreadingTCPServer):
    """An SMTP server that notes every line and refuses as `mode` says.

    It offers AUTH and takes mail in clear text too, so that nothing but the client keeps secrets off the wire. Modes:
    "no STARTTLS" (not offered, as after somebody on the way cut it out), "STARTTLS refused", "unknown certificate",
    "authentication refused", "well".
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, trusted: Path, unknown: Path) -> None:
        super().__init__(("127.0.0.1", 0), _WireHandler)
        self.port = int(self.server_address[1])
        self.mode = "well"
        self.lines: list[Line] = []
        self.sessions: list[tuple[float, str]] = []  # time.time(), mode
        self.recipients: list[str] = []
        self.contexts = {}
        for name, path in (("trusted", trusted), ("unknown", unknown)):
            self.contexts[name] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.contexts[name].load_cert_chain(path)

    def count_sessions(self, mode: str) -> int:
        return sum(of == mode for _, of in list(self.sessions))


class _WireHandler(socketserver.BaseRequestHandler):
    server: WireServer

    def handle(self) -> None:
        self.mode, self.is_encrypted = self.server.mode, False
        self.server.sessions.append((time.time(), self.mode))
        self.stream = self.request.makefile("rb")
        self.say("220 wire ESMTP")
        try:
            while self.answer(self.listen()):
                pass
        except OSError:
            pass  # the client hung up, as it must where it trusts the certificate not

    def say(self, *lines: str) -> None:
        self.request.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def listen(self) -> str:
        text = self.stream.readline().decode("utf-8", "replace").rstrip("\r\n")
        if text:
            self.server.lines.append(Line(self.mode, self.is_encrypted, text))
        return text

    def answer(self, line: str) -> bool:
        """Answer one line; return whether the session goes on."""
        word = line.partition(" ")[0].upper()
        if word in ("EHLO", "HELO"):
            offered = [] if self.is_encrypted or self.mode == "no STARTTLS" else ["250-STARTTLS"]
            self.say("250-wire", *offered, "250-AUTH PLAIN LOGIN", "250 8BITMIME")
        elif word == "STARTTLS" and self.mode == "STARTTLS refused":
            self.say("454 TLS not available due to temporary reason")
        elif word == "STARTTLS":
            self.say("220 go ahead")
            context = self.server.contexts["unknown" if self.mode == "unknown certificate" else "trusted"]
            self.request = context.wrap_socket(self.request, server_side=True)
            self.stream, self.is_encrypted = self.request.makefile("rb"), True
        elif word == "AUTH":
            self.say("535 authentication failed" if self.mode == "authentication refused" else "235 welcome")
        elif word == "RCPT":
            self.server.recipients.append(line.partition("<")[2].partition(">")[0])
            self.say("250 OK")
        elif word == "DATA":
            self.say("354 go on")
            while self.stream.readline() not in (b".\r\n", b""):
                pass
            self.say("250 OK")
        elif word in ("MAIL", "RSET", "NOOP"):
            self.say("250 OK")
        else:
            self.say("221 bye")
            return False
        return True


@contextmanager
def start_wire_server(trusted: Path, unknown: Path) -> Iterator[WireServer]:
    """Serve until the block ends. `trusted`, `unknown`: certificates with their keys."""
    with WireServer(trusted, unknown) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
