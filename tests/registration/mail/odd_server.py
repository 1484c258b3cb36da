"""A mail server for tests that can be told to refuse, hang or hang up at any step, and that keeps what was said."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG, DROP = "HANG", "DROP"
USUAL = {
    "CONNECT": "220 odd.example ready",
    "EHLO": "250 odd.example",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 go on",
    "END": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 OK",
    "AUTH": "235 welcome",
    "STARTTLS": "454 TLS not available",
}


@dataclass
class OddServer:
    """`answers`: {step: replies for its next occurrences, in turn, instead of the usual one}; HANG says nothing more,
    DROP ends the connection. Steps are SMTP's verbs, CONNECT, and END after the message itself."""

    port: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    extensions: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # the verb of each command, and "CONNECT" for each connection
    taken: list[str] = field(default_factory=list)  # the messages that were acknowledged
    mails_per_connection: int = 1000  # then it hangs up, as a busy server does
    is_asked_for: bool = False  # the message, by the last answer
    is_taken: bool = False
    is_over: threading.Event = field(default_factory=threading.Event)

    def count(self, verb: str) -> int:
        return self.said.count(verb)

    def serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines:
            mails = 0
            self.said.append("CONNECT")
            if not self.reply(client, "CONNECT"):
                return
            for line in lines:
                verb = line.decode().split()[0].upper()
                self.said.append(verb)
                if not self.reply(client, verb):
                    return
                if verb == "DATA" and self.is_asked_for:
                    body = b"".join(iter(lambda: next(lines, b".\r\n"), b".\r\n"))
                    if not self.reply(client, "END"):
                        return
                    if self.is_taken:
                        self.taken.append(body.decode())
                        mails += 1
                    if mails >= self.mails_per_connection:
                        return

    def reply(self, client: socket.socket, step: str) -> bool:
        """Answer a step; return whether the connection goes on."""
        waiting = self.answers.get(step, [])
        answer = waiting.pop(0) if waiting else USUAL.get(step, "502 unknown")
        if answer == HANG:
            self.is_over.wait(30)
            return False
        if answer == DROP:
            return False
        self.is_asked_for, self.is_taken = answer.startswith("354"), answer.startswith("250")
        if step == "EHLO" and answer.startswith("250"):
            names = [answer.removeprefix("250 "), *self.extensions]
            answer = "\r\n".join(f"250{'-' if name != names[-1] else ' '}{name}" for name in names)
        client.sendall(f"{answer}\r\n".encode())
        return not answer.startswith("421")


@contextmanager
def start_odd_server() -> Iterator[OddServer]:
    server = OddServer()
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]

    def accept() -> None:
        while not server.is_over.is_set():
            try:
                client, _address = listener.accept()
            except OSError:
                return
            client.settimeout(30)
            threading.Thread(target=server.serve, args=[client], daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.is_over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
