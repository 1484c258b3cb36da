"""What can be said of Dockerfile, docker-compose.yml and .env.example without a container engine."""

import re

import pytest
import yaml

from seminar.configuration import REQUIRED_IN_PRODUCTION
from tools.steps import ROOT

COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")


@pytest.mark.parametrize("name", OURS)
def test_every_process_has_the_whole_configuration(name):
    environment = SERVICES[name]["environment"]
    assert set(REQUIRED_IN_PRODUCTION) <= set(environment)
    assert environment["SEMINAR_PROFILE"] == "production"
    assert environment["TRUSTED_PROXY_COUNT"] == "1"


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_a_plain_list_of_words(name):
    command = SERVICES[name]["command"]
    assert all(isinstance(word, str) for word in command)
    assert not any("$" in word for word in command)
    assert (ROOT / ".venv" / "bin" / command[0]).exists()


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    for name in ("db", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_web_believes_the_proxy_alone():
    address = SERVICES["proxy"]["networks"]["outside"]["ipv4_address"]
    assert SERVICES["web"]["environment"]["FORWARDED_ALLOW_IPS"] == address


def test_the_example_names_every_variable_and_holds_no_secret():
    example = (ROOT / ".env.example").read_text()
    lines = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"[A-Z_]+=", line))
    assert set(re.findall(r"\$\{(\w+)", COMPOSE_TEXT)) == set(lines)
    assert [name for name, value in lines.items() if value] == ["SITE_HOST", "DEFAULT_FROM_EMAIL"]
    for name in REQUIRED_IN_PRODUCTION:
        assert name in example


def test_the_image_gets_what_it_copies_and_nothing_secret():
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert ignored[ignored.index("*") :][0] == "*"  # everything, then what is let in
    allowed = {name[1:] for name in ignored if name.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    wanted = {word for line in copied for word in line.split() if word != "."}
    assert wanted <= allowed
    assert {"agenda", "manage.py", "registration", "seminar", "templates", "locale"} <= allowed
    assert not {".env", ".git", "data", "docs", "tests"} & allowed


def test_the_image_starts_the_web_command_of_the_compose_file():
    command = yaml.safe_load(re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1])
    assert SERVICES["web"]["command"][: len(command)] == command
