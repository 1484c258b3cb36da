"""The broker without Redis: a message is read whole or not at all, and a damaged one stops nobody."""

import json
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from seminar.celery import app
from seminar.foundation.file_broker import Channel


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Channel]:
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    with Connection("filesystem://localhost", transport_options=folders) as connection:
        assert app.main == "seminar"  # whose module names the transport
        yield connection.default_channel


def test_messages_come_in_their_order_and_once(channel: Channel):
    assert isinstance(channel, Channel)
    for n in range(3):
        channel._put("celery", {"n": n})
    assert sorted(channel._get("celery")["n"] for _ in range(3)) == [0, 1, 2]
    with pytest.raises(Empty):
        channel._get("celery")


def test_no_message_stands_under_its_name_before_it_is_whole(channel: Channel, tmp_path: Path, monkeypatch):
    seen = []
    replace = Path.replace

    def look_first(part: Path, target: Path) -> Path:
        assert not target.exists()
        seen.append(json.loads(part.read_text()))
        with pytest.raises(Empty):
            channel._get("celery")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("celery", {"n": 1})
    assert seen == [{"n": 1}]


def test_a_damaged_message_is_passed_over(channel: Channel, tmp_path: Path):
    (tmp_path / "0_cut.celery.msg").write_bytes(b"")
    channel._put("celery", {"n": 1})
    assert channel._get("celery") == {"n": 1}
