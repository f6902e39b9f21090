"""`python -m bot.web`: serve the pages until told to stop."""

from __future__ import annotations

import logging
import socket
import sys

import uvicorn

from bot import settings
from bot.web.app import create_app

GRACE = 3  # seconds that answers under way are given when the server stops


class Server(uvicorn.Server):
    """A server whose event streams end before it waits for its connections."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.state.closing.set()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def server(*, host: str, port: int) -> Server:
    """The pages on an address; `run()` serves them."""
    config = uvicorn.Config(
        create_app(),
        host=host,
        port=port,
        access_log=False,  # ours names no conversation
        log_config=None,
        proxy_headers=False,  # who is on this machine is decided by the real peer (bot/web/access)
        server_header=False,
        ws="none",  # not used; and Rasa holds websockets at a version older than uvicorn takes
        timeout_graceful_shutdown=GRACE,
    )
    return Server(config)


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        here = server(host=settings.web_host(), port=settings.web_port())
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    here.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
