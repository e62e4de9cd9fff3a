"""The migrations on both databases: up, down, up again, and in step with the models."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from bot.db import migrate, revisions, steps
from bot.db.models import METADATA
from bot.db.session import open_engine
from tests.conftest import new_database

VERSIONS = sorted((Path(__file__).resolve().parents[2] / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def empty(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def shape(engine: Engine) -> dict[str, object]:
    """What a database is made of, whatever the order of the columns: every object and every table's parts."""
    catalogue = {
        "sqlite": "SELECT type, name FROM sqlite_master",
        "postgresql": "SELECT relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    }
    with engine.connect() as connection:
        objects = {tuple(row) for row in connection.execute(text(catalogue[engine.dialect.name]))}
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    found = inspect(engine)
    columns = {name: sorted(map(str, listed)) for (_, name), listed in found.get_multi_columns().items()}
    rest = (found.get_multi_pk_constraint, found.get_multi_unique_constraints, found.get_multi_check_constraints)
    indexes = {name: sorted(map(written, listed)) for (_, name), listed in found.get_multi_indexes().items()}
    return {"objects": objects, "versions": versions, "columns": columns, "indexes": indexes} | {
        look.__name__: look() for look in (*rest, found.get_multi_foreign_keys)
    }


def written(index: Mapping[str, Any]) -> str:
    """An index with the rows that it is about, which come as an object."""
    return str(dict(index) | {"dialect_options": {key: str(value) for key, value in index["dialect_options"].items()}})


@pytest.fixture
def stepped(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Another empty database of the same kind."""
    if url.startswith("sqlite"):
        engine = open_engine(f"sqlite:///{tmp_path / 'stepped.db'}")
        yield engine
        engine.dispose()
        return
    with new_database(request.getfixturevalue("postgres_server")) as other:
        engine = open_engine(other)
        yield engine
        engine.dispose()


def test_up_down_and_up_again(empty: Engine) -> None:
    for _ in range(2):
        with empty.begin() as connection:
            steps.upgrade(connection)
        assert tables(empty) == {*METADATA.tables, "alembic_version"}
        with empty.begin() as connection:
            steps.downgrade(connection)
        assert tables(empty) == {"alembic_version"}
    empty.dispose()


def test_models_and_migrations_agree(empty: Engine) -> None:
    with empty.begin() as connection:
        steps.upgrade(connection)
        assert steps.drift(connection) == []
    empty.dispose()


def test_an_empty_database_is_made_at_once_and_is_the_same_as_step_by_step(empty: Engine, stepped: Engine) -> None:
    with empty.begin() as connection:
        migrate.upgrade(connection)
    with stepped.begin() as connection:
        steps.upgrade(connection)
    assert shape(empty) == shape(stepped)
    assert tables(empty) == {*METADATA.tables, "alembic_version"}


def test_an_older_database_and_one_taken_down_go_on_step_by_step(empty: Engine, stepped: Engine) -> None:
    with stepped.begin() as connection:
        steps.upgrade(connection)
    for revision in (*revisions.known()[1:], "base"):
        with empty.begin() as connection:
            migrate.upgrade(connection)
            steps.downgrade(connection, revision)
            assert not migrate.is_current(connection)
            migrate.upgrade(connection)
            assert migrate.is_current(connection)
    assert shape(empty) == shape(stepped)


def test_the_revisions_are_known_without_alembic() -> None:
    script = ScriptDirectory(str(revisions.FOLDER))
    assert revisions.known() == tuple(one.revision for one in script.walk_revisions())
    assert len(revisions.known()) == len(VERSIONS)


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    for _ in range(2):
        with empty.begin() as connection:
            migrate.upgrade(connection)
    with empty.connect() as connection:
        assert len(connection.execute(text("SELECT version_num FROM alembic_version")).all()) == 1
    empty.dispose()


@pytest.mark.parametrize("upgrade", [migrate.upgrade, steps.upgrade], ids=["at once", "step by step"])
def test_a_failed_migration_leaves_nothing(empty: Engine, upgrade: Callable[[Connection], None]) -> None:
    def fails() -> None:
        with empty.begin() as connection:
            upgrade(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert tables(empty) == set()
    empty.dispose()


def test_drift_is_seen(empty: Engine) -> None:
    with empty.begin() as connection:
        migrate.upgrade(connection)
        connection.execute(text("ALTER TABLE person ADD COLUMN stray INTEGER"))
        assert steps.drift(connection) != []
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
        assert steps.configuration(connection).get_main_option("script_location") == str(revisions.FOLDER)
    engine.dispose()
