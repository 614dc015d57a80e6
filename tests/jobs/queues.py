"""The three places where workers can be woken, each a real one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fakeredis import TcpFakeServer

from tests.postgres import new_database


@contextmanager
def redis_server() -> Iterator[str]:
    """The address of a server that speaks Redis's protocol."""
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """The address of an empty database, as `KBSTRACK_QUEUE` takes it."""
    with new_database(server) as url:
        yield url.replace("postgresql+psycopg://", "postgresql://")
