"""What the environment decides: production refuses to start half-configured, the embedded profile makes its keys."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from seminar.configuration import REQUIRED_IN_PRODUCTION, Configuration, NotConfigured, read_configuration
from tests.servers import ROOT, make_environment

pytestmark = pytest.mark.once

FERNET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="  # 32 bytes in base 64

PRODUCTION = {
    "SEMINAR_PROFILE": "production",
    "DATABASE_URL": "postgres://seminar:secret@127.0.0.1:1/seminar",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp+tls://user%40seminar.example:secret@mail.example:587",
    "SITE_URL": "https://seminar.example/",
    "SECRET_KEY": "k2Jx-81hPz_qvT3mW9rYb6Nc0sLdEfGaQ4uIoXt7VnRjZkHwMy",
    "LINK_KEYS": "newer-0123456789abcdefghijklmnopqrstuv, older-0123456789abcdefghijklmnopqrstuv",
    "DATA_KEYS": FERNET_KEY,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Replace what steers the configuration in this process's environment by the given variables."""
    for name in set(os.environ) - set(make_environment({})):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def _environment(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return _environment


def read() -> Configuration:
    return read_configuration(ROOT)


def refusal() -> str:
    with pytest.raises(NotConfigured) as refused:
        read()
    assert str(refused.value).isprintable()  # one line
    return str(refused.value)


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=make_environment(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", REQUIRED_IN_PRODUCTION)
def test_production_does_not_start_without_each_required_variable(name: str, tmp_path: Path):
    values = {**PRODUCTION, "DATA_DIR": str(tmp_path)}
    del values[name]
    done = manage(values, "check")
    assert done.returncode == 1
    assert done.stderr == f"seminar: Production needs {name} in the environment; see .env.example.\n"
    assert done.stdout == ""


def test_what_production_requires_is_what_the_documentation_lists():
    documented = (ROOT / ".env.example").read_text()
    assert [name for name in REQUIRED_IN_PRODUCTION if f"{name}=" not in documented] == []
    assert set(PRODUCTION) - {"SEMINAR_PROFILE"} == set(REQUIRED_IN_PRODUCTION)


def test_a_valid_production_environment_passes_djangos_checks_for_deployment(tmp_path: Path):
    done = manage({**PRODUCTION, "DATA_DIR": str(tmp_path)}, "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert list(tmp_path.iterdir()) == []  # no key of its own


def test_production_reads_the_environment(environment):
    environment(**PRODUCTION, DEFAULT_FROM_EMAIL="desk@seminar.example", TRUSTED_PROXY_COUNT="1")
    configuration = read()
    assert configuration.is_production
    assert configuration.site_url == "https://seminar.example"
    assert configuration.secret_key == PRODUCTION["SECRET_KEY"]
    assert configuration.link_keys == [key.strip() for key in PRODUCTION["LINK_KEYS"].split(",")]
    assert configuration.data_keys == [PRODUCTION["DATA_KEYS"]]
    assert configuration.from_email == "desk@seminar.example"
    assert configuration.trusted_proxy_count == 1
    database = configuration.database
    assert (database["HOST"], database["NAME"], database["PASSWORD"]) == ("127.0.0.1", "seminar", "secret")
    assert database["OPTIONS"]["options"] == "-c lock_timeout=3000"
    email = configuration.email
    assert (email["EMAIL_HOST"], email["EMAIL_PORT"], email["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert (email["EMAIL_HOST_USER"], email["EMAIL_HOST_PASSWORD"]) == ("user@seminar.example", "secret")
    assert (configuration.now, configuration.now_since) == (None, None)


def test_the_sender_is_of_the_sites_domain_where_none_is_named(environment):
    environment(**PRODUCTION)
    assert read().from_email == "seminar@seminar.example"


@pytest.mark.parametrize("name", ["EMAIL_TIMEOUT_S", "MAIL_LEASE_S"])
def test_no_seconds_at_all_are_refused(environment, name: str):
    environment(**PRODUCTION, **{name: "0"})
    assert refusal() == f"{name} is 0; it must be a second at the least."


def test_the_patience_with_the_mail_server_can_be_set(environment):
    environment(**PRODUCTION)
    assert (read().email_timeout_s, read().mail_lease_s) == (20, 240)
    environment(EMAIL_TIMEOUT_S="5", MAIL_LEASE_S="60")
    assert (read().email_timeout_s, read().mail_lease_s) == (5, 60)


def test_a_secret_key_may_hold_a_comma(environment):
    key = "short,parts,0123456789abcdefghijklmnopqrstuvwxyz"
    environment(**{**PRODUCTION, "SECRET_KEY": key})
    assert read().secret_key == key


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SEMINAR_NOW", "2013-01-08T10:00:00+09:00", "production refuses it"),
        ("SITE_URL", "http://seminar.example", "must be the public https address"),
        ("SITE_URL", "https://:443", "must be the public https address"),
        ("SITE_URL", "https://*.example", "must be the public https address"),
        ("SITE_URL", "ministry.example", "must be the public https address"),
        ("SITE_URL", "https://[seminar.example", "cannot be read"),
        ("DATABASE_URL", "sqlite:////srv/seminar.sqlite3", "must name a PostgreSQL database"),
        ("DATABASE_URL", "mysql://u:p@h/n", "must name a PostgreSQL database"),
        ("DATABASE_URL", "postgres://u:p@h:port/n", "cannot be read"),
        ("EMAIL_URL", "mail.example", "must name a mail server"),
        ("EMAIL_URL", "smtp+tls://u:p@h:port", "cannot be read"),
        ("EMAIL_URL", "consolemail://", "must name a mail server"),
        ("EMAIL_URL", "dummymail://", "must name a mail server"),
        ("SECRET_KEY", "k" * 31, "is shorter than 32 characters"),
        ("SECRET_KEY", ",", "Production needs SECRET_KEY"),
        ("LINK_KEYS", f"{'k' * 40},{'k' * 31}", "is shorter than 32 characters"),
        ("LINK_KEYS", " , ", "Production needs LINK_KEYS"),
        ("DATA_KEYS", ",", "Production needs DATA_KEYS"),
        ("DATA_KEYS", "k" * 44, "holds a key that is not a Fernet key"),
        ("DATA_KEYS", f"{FERNET_KEY},x", "holds a key that is not a Fernet key"),
        ("TRUSTED_PROXY_COUNT", "one", "cannot be read"),
    ],
)
def test_production_refuses_what_is_unsafe_or_unreadable_and_names_it(environment, name: str, value: str, said: str):
    environment(**{**PRODUCTION, name: value})
    message = refusal()
    assert name in message
    assert said in message
    assert value not in message or len(value) < 3  # it may be a secret


def test_every_missing_variable_is_named_at_once(environment):
    environment(SEMINAR_PROFILE="production", REDIS_URL=" ")
    assert refusal() == f"Production needs {', '.join(REQUIRED_IN_PRODUCTION)} in the environment; see .env.example."


def test_an_unknown_profile_is_refused(environment):
    environment(SEMINAR_PROFILE="producton")
    assert refusal() == "SEMINAR_PROFILE is 'producton'; it must be 'embedded' or 'production'."


@pytest.mark.parametrize("value", ["tomorrow", "2013-01-08T10:00:00", "2013-13-08T10:00:00+09:00"])
def test_a_shifted_clock_needs_a_moment_with_its_offset(environment, value: str):
    environment(SEMINAR_NOW=value)
    assert refusal().startswith(f"SEMINAR_NOW is '{value}'; it ")


def test_the_embedded_profile_needs_nothing(environment, tmp_path: Path):
    configuration = read()
    assert not configuration.is_production
    assert configuration.database["NAME"] == str(tmp_path / "seminar.sqlite3")
    assert configuration.database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert configuration.site_url == "http://127.0.0.1:8000"
    assert configuration.from_email == "seminar@seminar.example"
    assert configuration.email == {
        "EMAIL_BACKEND": "seminar.foundation.mail_folder.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }


def test_the_embedded_profile_makes_its_keys_once_and_keeps_them_to_itself(environment, tmp_path: Path):
    first = read()
    path = tmp_path / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    kept = path.read_bytes()
    assert read() == first
    assert path.read_bytes() == kept
    assert json.loads(kept) == {
        "secret_key": first.secret_key,
        "link_keys": first.link_keys,
        "data_keys": first.data_keys,
    }
    assert len(first.secret_key) >= 50
    Fernet(first.data_keys[0])


def test_damaged_keys_are_named_and_left_alone(environment, tmp_path: Path):
    environment()
    (tmp_path / "keys.json").write_text("{")
    assert refusal() == f"{tmp_path / 'keys.json'} is damaged; restore it, or remove it to end every link."
    assert (tmp_path / "keys.json").read_text() == "{"


def test_a_data_folder_that_cannot_be_one_is_named(environment, tmp_path: Path):
    (tmp_path / "file").touch()
    environment(DATA_DIR=str(tmp_path / "file"))
    assert refusal().startswith(f"The data folder {tmp_path / 'file'} cannot be used: ")


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path):
    # Each makes the keys of 20 folders, all of them at the same instants, so that they meet in some.
    code = """if True:
        import os, pathlib, sys, time
        from seminar.configuration import read_configuration
        print("ready", flush=True)
        start = float(sys.stdin.readline())
        for n in range(20):
            os.environ["DATA_DIR"] = f"{sys.argv[1]}/{n}"
            while time.time() < start + n / 50:
                pass
            print(read_configuration(pathlib.Path(".")).secret_key)
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            cwd=ROOT,
            env=make_environment({}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    start = f"{time.time() + 0.2}\n"
    for process in processes:
        process.stdin.write(start)
        process.stdin.flush()
    printed = [process.communicate(timeout=30)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * 4
    kept = [json.loads((tmp_path / str(n) / "keys.json").read_text())["secret_key"] for n in range(20)]
    assert printed == [kept] * 4
    assert {path.name for path in tmp_path.glob("*/*")} == {"keys.json"}
