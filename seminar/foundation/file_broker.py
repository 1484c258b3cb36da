"""Celery's broker as files, for machines without Redis: a message is there whole or not at all.

Kombu's own transport writes a message under the name that readers look for, so that a worker may find it empty, and
dies of it. Named in seminar.celery.
"""

import logging
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Messages are written aside and put in place by one rename; what a killed process left is passed over."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]  # as Kombu has it
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = folder / f"{name}.part"
        try:
            part.write_bytes(dumps(payload).encode())
            part.replace(folder / name)
        except OSError as error:
            raise ChannelError(f"cannot put {name} into the folder of messages") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:  # cut off; the poller does what it asked for
                logger.warning("a damaged message of queue %s is left out", queue)


class Transport(filesystem.Transport):
    Channel = Channel
