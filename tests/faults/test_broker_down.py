"""F6, first half: with the broker down what is committed stays committed, and the mail goes by the poller."""

from pathlib import Path

import pytest

from tests.servers import Site, make_environment
from tests.smtp import Sink

pytestmark = pytest.mark.once


def test_a_broker_that_is_down_holds_up_neither_the_commit_nor_the_mail(tmp_path: Path, smtp_sink: Sink):
    environment = make_environment(
        {
            "DATA_DIR": str(tmp_path),
            "REDIS_URL": "redis://127.0.0.1:9/0",  # nobody listens there
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_sink.port}",
        }
    )
    site = Site(url="", environment=environment)
    site.manage("prepare")
    site.manage("load_seminar", "registration/intake/editions/seminar20")
    printed = site.manage("invite", "--seminar", "aecs20", "--delegation", "MNG", "--email", "new@ministry.example")
    assert "/en/i/" in printed
    assert smtp_sink.messages == []
    assert site.manage("deliver_mail", "--once").startswith("1 sent, 0 put back, 0 given up.")
    assert [message["To"] for message in smtp_sink.messages] == ["new@ministry.example"]
