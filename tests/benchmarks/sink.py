"""A mail server that takes everything and keeps nothing: `python -m tests.benchmarks.sink PORT`."""

import asyncio
import sys

from aiosmtpd.controller import UnthreadedController


class Nothing:
    """Takes every message."""

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        return "250 OK"


def main(port: int) -> None:
    loop = asyncio.new_event_loop()
    UnthreadedController(Nothing(), hostname="127.0.0.1", port=port, loop=loop).begin()
    loop.run_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
