"""The migrations on both databases: up, down, up again, and in step with the models."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from bot.db import migrate
from bot.db.models import Base
from bot.db.session import open_engine

VERSIONS = sorted((Path(__file__).resolve().parents[2] / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_up_down_and_up_again(empty: Engine) -> None:
    for _ in range(2):
        with empty.begin() as connection:
            migrate.upgrade(connection)
        assert tables(empty) == {*Base.metadata.tables, "alembic_version"}
        with empty.begin() as connection:
            migrate.downgrade(connection)
        assert tables(empty) == {"alembic_version"}
    empty.dispose()


def test_models_and_migrations_agree(empty: Engine) -> None:
    with empty.begin() as connection:
        migrate.upgrade(connection)
        assert migrate.drift(connection) == []
    empty.dispose()


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    for _ in range(2):
        with empty.begin() as connection:
            migrate.upgrade(connection)
    with empty.connect() as connection:
        assert len(connection.execute(text("SELECT version_num FROM alembic_version")).all()) == 1
    empty.dispose()


def test_a_failed_migration_leaves_nothing(empty: Engine) -> None:
    def fails() -> None:
        with empty.begin() as connection:
            migrate.upgrade(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert tables(empty) == set()
    empty.dispose()


def test_drift_is_seen(empty: Engine) -> None:
    with empty.begin() as connection:
        migrate.upgrade(connection)
        connection.execute(text("ALTER TABLE person ADD COLUMN stray INTEGER"))
        assert migrate.drift(connection) != []
    empty.dispose()


def test_every_migration_is_named_by_its_date_and_follows_one_other() -> None:
    follows = []
    for path in VERSIONS:
        assert re.fullmatch(r"20\d\d-\d\d-\d\d-\d{4}_[a-z0-9_]+\.py", path.name)
        found = re.search(r"^down_revision[^=]*= (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert found
        follows.append(found[1])
    assert len(set(follows)) == len(follows) >= 1


def test_the_configuration_needs_no_file() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        assert migrate.configuration(connection).get_main_option("script_location") == str(migrate.FOLDER)
    engine.dispose()
