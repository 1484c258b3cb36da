"""Domain time: real time, or a demonstration's time that runs on."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from seminar.foundation import clock
from tests.servers import ROOT, make_environment

pytestmark = pytest.mark.once

REAL = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHIFTED = datetime.fromisoformat("2013-01-08T10:00:00+09:00")


def test_without_a_demonstration_it_is_real_time():
    with time_machine.travel(REAL, tick=False):
        assert clock.now() == REAL
    assert not clock.is_shifted()


def test_a_demonstrations_time_starts_where_it_is_told_and_runs_on(settings):
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = SHIFTED, REAL
    assert clock.is_shifted()
    for passed in (timedelta(0), timedelta(seconds=90), timedelta(days=3)):
        with time_machine.travel(REAL + passed, tick=False):
            assert clock.now() == SHIFTED + passed


def test_a_demonstrations_time_keeps_its_own_zone(settings):
    settings.DEMO_NOW, settings.DEMO_NOW_SINCE = SHIFTED, REAL
    with time_machine.travel(REAL, tick=False):
        assert clock.now().isoformat() == "2013-01-08T10:00:00+09:00"


def test_a_process_started_with_seminar_now_lives_then(tmp_path: Path):
    code = "from seminar.foundation import clock; print(clock.now().isoformat())"
    environment = make_environment(
        {"SEMINAR_NOW": SHIFTED.isoformat(), "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "seminar.settings"}
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert SHIFTED <= datetime.fromisoformat(done.stdout.strip()) < SHIFTED + timedelta(minutes=1)
    environment["SEMINAR_NOW_SINCE"] = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert timedelta(hours=2) <= datetime.fromisoformat(done.stdout.strip()) - SHIFTED < timedelta(hours=2, minutes=1)
    assert "SEMINAR_NOW" not in os.environ
