"""Export and erasure by whoever runs the bot, beside a running bot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import people
from bot.db.keystore import KeyStore
from bot.db.models import KeyErasure, Letter, Outbox
from bot.db.session import Database
from tests.operations.conftest import Verb
from tests.support.units import World

_outbox = Outbox
Story = Callable[[Callable[[World], object]], None]


def a_couple_with_a_letter(world: World) -> None:
    ana, ben = world.knows(world.phone("Ana", 101)), world.knows(world.phone("Ben", 102))
    world.joins(ana, ben)
    world.delivers(ana, "the marmalade letter")
    world.seals(ben, "a secret answer", rest="night")


def test_an_export_is_what_the_person_gets_and_nobody_elses(story: Story, verb: Verb, tmp_path: Path) -> None:
    story(a_couple_with_a_letter)
    file = tmp_path / "ana.json"
    code, said, _ = verb("export", "--telegram-id", "101", "--to", str(file))
    assert code == 0
    assert "marmalade" not in said
    written = json.loads(file.read_text())
    assert written["about"]["name"] == "Ana"
    assert [letter["text"] for letter in written["letters"]] == ["the marmalade letter"]
    assert "secret answer" not in file.read_text()
    page = tmp_path / "ana.html"
    assert "the marmalade letter" in page.read_text(encoding="utf-8")
    assert "secret answer" not in page.read_text(encoding="utf-8")
    assert [one.stat().st_mode & 0o777 for one in (file, page)] == [0o600] * 2
    code, _, complaint = verb("export", "--telegram-id", "101", "--to", str(file))
    assert code == 1
    assert "exists already" in complaint


@pytest.mark.parametrize(("name", "there"), [("ana.html", "none"), ("ana.json", "ana.html")])
def test_neither_file_takes_the_place_of_another(
    story: Story, verb: Verb, tmp_path: Path, name: str, there: str
) -> None:
    story(a_couple_with_a_letter)
    (tmp_path / there).write_text("before")
    assert verb("export", "--telegram-id", "101", "--to", str(tmp_path / name))[0] == 1
    assert [one.name for one in tmp_path.glob("ana.*")] == [one for one in (there,) if one != "none"]
    assert (tmp_path / there).read_text() == "before"


def test_erasing_asks_and_then_leaves_nothing(story: Story, verb: Verb, database: Database, keys: KeyStore) -> None:
    story(a_couple_with_a_letter)
    ana = database.run_sync(people.by_telegram, 101)
    assert ana is not None
    code, _, complaint = verb("erase", "--telegram-id", "101")
    assert (code, "--yes" in complaint) == (2, True)
    assert database.run_sync(people.by_telegram, 101) is not None
    assert verb("erase", "--telegram-id", "101", "--yes")[0] == 0
    assert database.run_sync(people.by_telegram, 101) is None
    assert keys.get(ana.id) is None
    left = database.run_sync(lambda c: c.execute(select(KeyErasure)).all())
    parts = database.run_sync(lambda c: c.execute(select(Letter.c.writer_key)).scalars().all())
    told = database.run_sync(lambda c: c.execute(select(_outbox.c.chat_id).where(_outbox.c.state == "open")).all())
    assert left == []
    assert sum(key is None for key in parts) == 1
    assert (101,) in told
    assert (102,) not in told, "the partner learns nothing"
    assert verb("erase", "--telegram-id", "101", "--yes")[0] == 1


def test_somebody_unknown_is_said_to_be_unknown(story: Story, verb: Verb, tmp_path: Path) -> None:
    story(a_couple_with_a_letter)
    code, _, complaint = verb("export", "--telegram-id", "999", "--to", str(tmp_path / "x"))
    assert (code, "Nobody" in complaint) == (1, True)
    assert not (tmp_path / "x").exists()


def test_no_verb_makes_a_database_where_there_is_none(verb: Verb, tmp_path: Path) -> None:
    gone = tmp_path / "gone.db"
    for words in (("parked",), ("release-held",), ("restored",), ("rotate-keys",), ("backup", "--to", str(tmp_path))):
        code, _, complaint = verb(*words, DATABASE_URL=f"sqlite:///{gone}")
        assert (code, "no database at" in complaint) == (3, True), words
    assert not gone.exists()
