"""Starts the product as its users start it, on free ports of 127.0.0.1, and stops it again."""

import base64
import hmac
import http.client
import json
import os
import shlex
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parent.parent
STOP_S = 40


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running product: its address, the environment of its commands, its staff by role."""

    url: str
    environment: dict[str, str]
    passwords: dict[str, tuple[str, str]] = field(default_factory=dict)  # role: (address, password)
    totp_secret: str = ""
    _used_codes: set[str] = field(default_factory=set)

    def read_totp(self) -> str:
        """Return a code that opened nothing yet, since each is taken once, and that stays good for some seconds."""
        while (code := make_totp(self.totp_secret)) in self._used_codes or time.time() % 30 > 20:
            time.sleep(0.5)
        self._used_codes.add(code)
        return code

    def manage(self, *arguments: str) -> str:
        """Run a management command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def make_environment(values: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what steers Seminar, plus `values`."""
    steering = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DATA_DIR", "PORT", "SITE_URL", "DJANGO_SETTINGS_MODULE")
    kept = {k: v for k, v in os.environ.items() if k not in steering and not k.startswith(("SEMINAR_", "PYTEST_"))}
    kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return {**kept, "PYTHONUNBUFFERED": "1", **values}


@contextmanager
def run_process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a process group of its own until the block ends; its output goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path, timeout_s: float = 60) -> None:
    """Wait until `url` answers 200. Certificates of tests are trusted by nobody and not checked here."""
    context = ssl._create_unverified_context()
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=5, context=context) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} is not ready after {timeout_s} s: {log.read_text()}")


@contextmanager
def start_embedded(folder: Path, smtp_port: int) -> Iterator[Site]:
    """Start what `make run` starts: the demo, then the Procfile by honcho."""
    port = find_free_port()
    site = Site(
        url=f"http://127.0.0.1:{port}",
        environment=make_environment(
            {
                "PORT": str(port),
                "DATA_DIR": str(folder),
                "SITE_URL": f"http://127.0.0.1:{port}",
                "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            }
        ),
    )
    log = folder / "run.log"
    with run_process([sys.executable, "tools/run.py"], site.environment, log) as process:
        wait_until_ready(f"{site.url}/readyz", process, log)
        accounts = json.loads((folder / "demo-accounts.json").read_text())
        site.passwords = {account["role"]: (account["email"], account["password"]) for account in accounts}
        # Commands of a test live in the demonstration's time too.
        site.environment |= dict(line.split("=", 1) for line in (folder / "demo.env").read_text().splitlines())
        yield site


def read_command(service: Mapping[str, object], replaced: Mapping[str, str]) -> list[str]:
    """Return the command of a service of docker-compose.yml, some of its words replaced."""
    command = service["command"]
    words = shlex.split(command) if isinstance(command, str) else command
    assert isinstance(words, list)
    return [replaced.get(word, word) for word in words]


@contextmanager
def start_production(
    folder: Path, services: Mapping[str, Mapping[str, object]], environment: dict[str, str]
) -> Iterator[Site]:
    """Start the commands of docker-compose.yml as processes, behind a proxy that speaks TLS.

    `services` is the compose file's own mapping; only ports and the beat's schedule are replaced.
    """
    web_port, proxy_port = find_free_port(), find_free_port()
    url = f"https://127.0.0.1:{proxy_port}"
    replaced = {"0.0.0.0:8000": f"127.0.0.1:{web_port}", "/tmp/beat-schedule": str(folder / "beat-schedule")}
    site = Site(url=url, environment=make_environment({**environment, "SITE_URL": url, "DATA_DIR": str(folder)}))

    def command_of(name: str) -> list[str]:
        return read_command(services[name], replaced)

    with ExitStack() as stack:
        migrated = subprocess.run(
            command_of("migrate"), cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False
        )
        assert migrated.returncode == 0, migrated.stderr
        for name in ("worker", "beat"):
            stack.enter_context(run_process(command_of(name), site.environment, folder / f"{name}.log"))
        log = folder / "web.log"
        web = stack.enter_context(run_process(command_of("web"), site.environment, log))
        stack.enter_context(start_tls_proxy(folder, proxy_port, web_port))
        wait_until_ready(f"{url}/readyz", web, log)
        yield site


@contextmanager
def start_tls_proxy(folder: Path, port: int, target_port: int) -> Iterator[None]:
    """Terminate TLS with a certificate made now, and say so to the target in X-Forwarded-*, as Caddy does."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {k: v for k, v in self.headers.items() if not k.lower().startswith("x-forwarded-")}
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0], "Connection": "close"}
            target = http.client.HTTPConnection("127.0.0.1", target_port, timeout=60)
            try:
                target.request(self.command, self.path, body, headers)
                answer = target.getresponse()
                content = answer.read()
            except OSError:
                self.send_error(502)
                return
            finally:
                target.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_HEAD = forward  # noqa: N815 (http.server's names)

        def log_message(self, *args: object) -> None:
            """Say nothing: the web process logs."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(folder / "proxy.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(path: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 to `path`; it signs itself, so whoever trusts it can check it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def make_totp(secret: str) -> str:
    """Return the six digits that an authenticator shows now. Source: RFC 6238 with RFC 4226's truncation."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
