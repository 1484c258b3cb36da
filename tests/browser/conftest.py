"""A real browser, and the product in both profiles with a real SMTP sink behind it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, sync_playwright

from tests.servers import ROOT, Site, start_embedded, start_production
from tests.smtp import Sink, start_sink

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with start_sink() as started:
        yield started


@pytest.fixture(scope="module")
def embedded(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with start_embedded(tmp_path_factory.mktemp("embedded"), sink.port) as site:
        yield site


def choose_redis_url() -> str:
    """Return a database of the tests' Redis for this process alone: two sites would take each other's tasks."""
    server, _, number = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15").rpartition("/")
    return f"{server}/{int(number) - int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:])}"


@pytest.fixture(scope="module")
def production(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    name = f"seminar_walk_{os.getpid()}"
    environment = {
        "SEMINAR_PROFILE": "production",
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
        "REDIS_URL": choose_redis_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "LINK_KEYS": secrets.token_urlsafe(50),
        "DATA_KEYS": Fernet.generate_key().decode(),
        "TRUSTED_PROXY_COUNT": "1",
        "FORWARDED_ALLOW_IPS": "127.0.0.1",
    }
    with ExitStack() as stack:
        database = stack.enter_context(psycopg.connect(server, autocommit=True))
        database.execute(f'CREATE DATABASE "{name}"')
        stack.callback(database.execute, f'DROP DATABASE "{name}" WITH (FORCE)')
        folder: Path = tmp_path_factory.mktemp("production")
        site = stack.enter_context(start_production(folder, services, environment))
        site.manage("load_seminar", "registration/intake/editions/seminar20")
        printed = site.manage("create_account", "approver@aecs20.example", "--group", "approver", "--totp")
        password, site.totp_secret = printed.split("password ")[1].strip().split(", TOTP secret ")
        site.passwords["approver"] = ("approver@aecs20.example", password)
        yield site
