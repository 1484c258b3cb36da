"""Reads the environment into one typed value and refuses what is missing or unsafe.

Door: `read_configuration(base_dir)`, called by seminar.settings alone. Raises NotConfigured with one line that
names every variable at fault.
"""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

REQUIRED_IN_PRODUCTION = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SITE_URL",
    "SECRET_KEY",
    "LINK_KEYS",
    "DATA_KEYS",
)
EMAIL_TIMEOUT_S = 20
MAIL_LEASE_S = 240  # outlasts an attempt: at most 11 steps of SMTP, each given up after EMAIL_TIMEOUT_S
SHORTEST_KEY = 32  # characters; half of what the documented command makes


class NotConfigured(Exception):
    """The environment lacks or contradicts something; the message is one line for the person who starts it."""


@dataclass(frozen=True)
class Configuration:
    """What the environment decides. URLs as given; keys newest first."""

    is_production: bool
    data_dir: Path
    database: dict[str, Any]
    redis_url: str
    email: dict[str, Any]
    site_url: str
    secret_key: str
    link_keys: list[str]
    data_keys: list[str]
    from_email: str
    trusted_proxy_count: int
    email_timeout_s: int
    mail_lease_s: int
    now: datetime | None
    now_since: datetime | None


def read_configuration(base_dir: Path) -> Configuration:
    """Return the configuration of this process. Raises NotConfigured."""
    env = environ.Env()
    profile = env.str("SEMINAR_PROFILE", "embedded")
    if profile not in ("embedded", "production"):
        raise NotConfigured(f"SEMINAR_PROFILE is {profile!r}; it must be 'embedded' or 'production'.")
    is_production = profile == "production"
    if is_production:
        _check_production()
    data_dir = Path(env.str("DATA_DIR", str(base_dir / "data"))).expanduser().resolve()
    keys = _keys_of_environment() if is_production else _read_keys(data_dir)
    site_url = env.str("SITE_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}").rstrip("/")
    return Configuration(
        is_production=is_production,
        data_dir=data_dir,
        database=_database(env, data_dir),
        redis_url=env.str("REDIS_URL", ""),
        email=_email(env, data_dir),
        site_url=site_url,
        from_email=env.str("DEFAULT_FROM_EMAIL", f"seminar@{_mail_domain(site_url)}"),
        trusted_proxy_count=_parse("TRUSTED_PROXY_COUNT", lambda: int(env.str("TRUSTED_PROXY_COUNT", "0"))),
        email_timeout_s=_seconds(env, "EMAIL_TIMEOUT_S", EMAIL_TIMEOUT_S),
        mail_lease_s=_seconds(env, "MAIL_LEASE_S", MAIL_LEASE_S),
        now=_instant("SEMINAR_NOW"),
        now_since=_instant("SEMINAR_NOW_SINCE"),
        **keys,
    )


def _check_production() -> None:
    missing = [name for name in REQUIRED_IN_PRODUCTION if not _split(os.environ.get(name, ""))]
    if missing:
        raise NotConfigured(f"Production needs {', '.join(missing)} in the environment; see .env.example.")
    if os.environ.get("SEMINAR_NOW"):
        raise NotConfigured("SEMINAR_NOW is set: a shifted clock is for demonstrations only, production refuses it.")
    site = _parse("SITE_URL", lambda: urlsplit(os.environ["SITE_URL"]))
    if site.scheme != "https" or not site.hostname or "*" in site.netloc:
        raise NotConfigured("SITE_URL must be the public https address of this site, such as https://seminar.example.")
    if not os.environ["DATABASE_URL"].startswith(("postgres://", "postgresql://", "psql://")):
        raise NotConfigured("DATABASE_URL must name a PostgreSQL database in production.")
    if not os.environ["EMAIL_URL"].startswith("smtp"):
        raise NotConfigured("EMAIL_URL must name a mail server, such as smtp+tls://USER:PASSWORD@HOST:587.")
    for name, keys in (("SECRET_KEY", [os.environ["SECRET_KEY"]]), ("LINK_KEYS", _split(os.environ["LINK_KEYS"]))):
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise NotConfigured(
                f"{name} is shorter than {SHORTEST_KEY} characters; see .env.example for how to make one."
            )
    for key in _split(os.environ["DATA_KEYS"]):
        try:
            Fernet(key)
        except ValueError:
            raise NotConfigured("DATA_KEYS holds a key that is not a Fernet key; see .env.example.") from None


def _parse(name: str, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except (ValueError, ImproperlyConfigured):
        raise NotConfigured(f"{name} cannot be read; see .env.example for how it is written.") from None


def _seconds(env: environ.Env, name: str, default: int) -> int:
    """Return a number of seconds. None at all would fail every mail, so that is refused."""
    seconds = _parse(name, lambda: int(env.str(name, str(default))))
    if seconds < 1:
        raise NotConfigured(f"{name} is {seconds}; it must be a second at the least.")
    return seconds


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _keys_of_environment() -> dict[str, Any]:
    return {
        "secret_key": os.environ["SECRET_KEY"],
        "link_keys": _split(os.environ["LINK_KEYS"]),
        "data_keys": _split(os.environ["DATA_KEYS"]),
    }


def _read_keys(data_dir: Path) -> dict[str, Any]:
    try:
        return _keys_of_data_dir(data_dir)
    except OSError as error:
        raise NotConfigured(f"The data folder {data_dir} cannot be used: {error.strerror}.") from None
    except ValueError:
        raise NotConfigured(
            f"{data_dir / 'keys.json'} is damaged; restore it, or remove it to end every link."
        ) from None


def _keys_of_data_dir(data_dir: Path) -> dict[str, Any]:
    """Return the keys kept in the data folder, made on first use; only the owner may read the file."""
    path = data_dir / "keys.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        keys = {
            "secret_key": secrets.token_urlsafe(50),
            "link_keys": [secrets.token_urlsafe(50)],
            "data_keys": [Fernet.generate_key().decode()],
        }
        part = data_dir / f"keys.{os.getpid()}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
        try:
            os.link(part, path)  # fails where another process was first, whose keys then count
        except FileExistsError:
            pass
        finally:
            part.unlink()
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def _database(env: environ.Env, data_dir: Path) -> dict[str, Any]:
    default = f"sqlite:///{data_dir / 'seminar.sqlite3'}"
    database: dict[str, Any] = _parse("DATABASE_URL", lambda: env.db_url("DATABASE_URL", default))
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        # docs/architecture.md, "Databases": a writer takes its lock at once instead of failing half-way.
        options["transaction_mode"] = "IMMEDIATE"
        options["timeout"] = 20
        options["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        database["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}  # a file, as in use: threads need one
    else:
        options["options"] = "-c lock_timeout=3000"
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
    return database


def _email(env: environ.Env, data_dir: Path) -> dict[str, Any]:
    if not os.environ.get("EMAIL_URL"):
        return {
            "EMAIL_BACKEND": "seminar.foundation.mail_folder.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir / "mail"),
        }
    email: dict[str, Any] = _parse("EMAIL_URL", lambda: env.email_url("EMAIL_URL"))
    email.pop("OPTIONS", None)
    return email


def _mail_domain(site_url: str) -> str:
    hostname = urlsplit(site_url).hostname or ""
    return hostname if "." in hostname and not hostname.replace(".", "").isdigit() else "seminar.example"


def _instant(name: str) -> datetime | None:
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise NotConfigured(f"{name} is {text!r}; it must be like 2013-01-08T10:00:00+09:00.") from None
    if instant.tzinfo is None:
        raise NotConfigured(f"{name} is {text!r}; it needs its offset, like 2013-01-08T10:00:00+09:00.")
    return instant
