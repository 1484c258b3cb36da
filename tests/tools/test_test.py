"""`make test`'s script: which databases it uses, and that CI never passes without them."""

import pytest

from tools import test as runner

CLOSED = "postgres://user:secret@127.0.0.1:9/postgres"
CLOSED_REDIS = "redis://:secret@127.0.0.1:9/0"


@pytest.fixture
def runs(monkeypatch):
    """Record the runs of pytest instead of making them: they would be this one."""
    made = {}

    def record(arguments, name, marks, environment):
        made[name] = (marks, environment)
        return 0

    monkeypatch.setattr(runner, "run_tests", record)
    return made


def without_servers(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", CLOSED)
    monkeypatch.setenv("TEST_REDIS_URL", CLOSED_REDIS)


def test_without_servers_only_sqlite_is_used_and_it_is_said(monkeypatch, runs, capsys):
    without_servers(monkeypatch)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgres://of-a-real-installation/")
    assert runner.main([]) == 0
    assert list(runs) == ["SQLite"]
    marks, environment = runs["SQLite"]
    assert marks == "not postgresql"
    assert "DATABASE_URL" not in environment
    assert "TEST_REDIS_URL" not in environment
    said = capsys.readouterr().out
    assert "PostgreSQL does not answer at 127.0.0.1:9" in said
    assert "Redis does not answer at 127.0.0.1:9" in said
    assert "test: passed on SQLite\n" in said
    assert "secret" not in said


def test_in_ci_every_server_must_be_there(monkeypatch, runs, capsys):
    without_servers(monkeypatch)
    monkeypatch.setenv("CI", "true")
    assert runner.main([]) == 1
    assert runs == {}
    assert "in CI every server must be there" in capsys.readouterr().out


def test_where_the_servers_answer_both_databases_are_used(monkeypatch, runs):
    monkeypatch.setattr(runner, "why_no_postgresql", lambda url: "")
    monkeypatch.setattr(runner, "why_no_redis", lambda url: "")
    monkeypatch.setenv("TEST_DATABASE_URL", CLOSED)
    monkeypatch.setenv("TEST_REDIS_URL", CLOSED_REDIS)
    monkeypatch.setenv("CI", "true")
    assert runner.main([]) == 0
    assert list(runs) == ["SQLite", "PostgreSQL"]
    marks, environment = runs["PostgreSQL"]
    assert marks == "not once and not sqlite"
    assert environment["DATABASE_URL"] == CLOSED
    assert runs["SQLite"][1]["TEST_REDIS_URL"] == CLOSED_REDIS


@pytest.mark.parametrize(
    ("results", "is_selection", "status"),
    [
        ({"SQLite": 0, "PostgreSQL": 0}, False, 0),
        ({"SQLite": 0, "PostgreSQL": 1}, False, 1),
        ({"SQLite": 2, "PostgreSQL": 0}, False, 1),
        ({"SQLite": 5, "PostgreSQL": 0}, False, 1),
        ({"SQLite": 5, "PostgreSQL": 0}, True, 0),
        ({"SQLite": 5, "PostgreSQL": 5}, True, 5),
        ({"SQLite": 5, "PostgreSQL": 1}, True, 1),
    ],
)
def test_one_failed_round_fails_all(results, is_selection, status):
    assert runner.sum_up(results, is_selection=is_selection) == status
