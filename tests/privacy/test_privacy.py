"""What a person can do with their own traces: hide, export, delete, and the quiet goodbye."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.checkup import service as checkup
from bot.content.library import Library
from bot.conversation import exporting
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.models import METADATA, Letter, Outbox
from bot.db.session import open_engine
from bot.db.types import SealedBytes
from bot.errors import Erased
from tests.support.units import Phone, World, a_desk

MINE = ("CANARY-name", "CANARY-draft", "CANARY-sealed", "CANARY-strength", "CANARY-kept")


def exported(phone: Phone) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(exporting.collect(phone.turn))
    return found


def test_an_export_holds_ones_own_words_and_what_one_has_opened(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    world.drafts(ana, "my draft")
    world.seals(ana, "my sealed")
    checkup.keep_words(ana.turn, kind="strength", words="we laugh")
    checkup.set_focus(ana.turn, focus="time")
    opened, closed = world.delivers(ben, "his opened"), world.delivers(ben, "his closed")
    world.taps_letter(ana, opened, "open")
    assert world.letter(closed)["state"] == "waiting"
    found = exported(ana)
    assert {(one["from"], one["text"]) for one in found["letters"]} == {
        ("me", "my draft"),
        ("me", "my sealed"),
        ("Ben", "his opened"),
    }
    assert found["about"]["name"] == "Ana"
    assert found["about"]["focus"] == "time"
    assert [one["strength"] for one in found["check_ups"]] == ["we laugh"]
    assert "Ben" not in json.dumps({**found, "letters": []})


def test_an_export_never_holds_anothers_words(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int) -> None:
    checkup.keep_words(ben.turn, kind="trouble", words="CANARY")
    checkup.set_focus(ben.turn, focus="infidelity")
    world.drafts(ben, "CANARY")
    world.delivers(ben, "CANARY")
    for phone in (ana, cem):
        whole = json.dumps(exported(phone))
        assert "CANARY" not in whole
        assert "infidelity" not in whole


def test_an_export_comes_as_a_file(world: World, ana: Phone) -> None:
    world.drafts(ana, "my draft")
    ana.commands("export")
    call = ana.new[-1]
    assert call.method == "send_document"
    assert b"my draft" in call.params["document"].input_file_content


def test_an_export_after_half_a_year_leaves_out_what_is_gone(world: World, ana: Phone, couple: int) -> None:
    letter_id = world.drafts(ana, "my draft")
    world.taps_letter(ana, letter_id, "discard_yes")
    assert exported(ana)["letters"] == []


# -- hide


def test_hiding_takes_both_sides_of_the_last_two_days_away(world: World, ana: Phone) -> None:
    ana.commands("practise").taps("I type it myself").writes("something private")
    world.now += timedelta(hours=1)
    ana.commands("hide")
    assert "private" not in ana.shown
    assert [bubble.text for bubble in ana.screen.values()] == [world.words("hidden_said").strip()]


def test_hiding_overwrites_what_is_older_and_ours(world: World, ana: Phone) -> None:
    ana.commands("menu").writes("mine of then")
    world.now += timedelta(hours=50)
    ana.commands("hide")
    ours = {bubble.text for bubble in ana.screen.values() if bubble.ours}
    assert ours == {world.words("hidden_said").strip(), world.words("hidden_message").strip()}
    assert "mine of then" in ana.shown


def test_hiding_keeps_letters_and_exercises(world: World, ana: Phone, couple: int) -> None:
    letter_id = world.drafts(ana, "my draft")
    ana.commands("practise").taps("I type it myself").commands("hide")
    assert world.letter(letter_id)["state"] == "draft"
    ana.writes("I feel sad when we do not talk.")
    assert ana.said


# -- delete and bye


def fill(world: World, ana: Phone, ben: Phone) -> int:
    """Everything of Ana's that there can be. Returns a letter that Ben has opened."""
    from bot.people import service as people_service  # noqa: PLC0415

    people_service.save_name(ana.turn, name="CANARY-name")
    opened = world.delivers(ana, "shared words")
    world.taps_letter(ben, opened, "open")
    world.drafts(ana, "CANARY-draft")
    world.seals(ana, "CANARY-sealed")
    checkup.keep_words(ana.turn, kind="strength", words="CANARY-strength")
    ana.commands("practise").taps("I type it myself").writes("I feel CANARY-kept when you go.")
    return opened


def goes(phone: Phone, way: str) -> None:
    phone.commands(way).taps("Delete everything" if way == "delete" else "Close")


@pytest.mark.parametrize("way", ["delete", "bye"])
def test_whoever_goes_leaves_nothing_that_can_be_read(
    world: World, ana: Phone, ben: Phone, couple: int, way: str
) -> None:
    opened = fill(world, ana, ben)
    person_id = ana.row.id
    goes(ana, way)
    assert world.words("deleted_said" if way == "delete" else "bye_said").strip() in ana.said
    world.passes(seconds=1)
    assert world.open_rows(person_id) == []
    with pytest.raises(Erased):
        world.desk.vault.seal("x", owner=person_id, table="t", column="c", row_id=1)
    for name, column, value in sealed_values(world):
        with pytest.raises(Erased):
            open_for(world, person_id, value)
        assert (name, column) in {("letter", "reader_key"), ("letter", "signature"), ("letter_part", "body")} or (
            name,
            column,
        ) in {("person", "name"), ("letter", "writer_key")}
    left = {row["id"]: row for row in world.connection.execute(select(Letter)).mappings()}
    assert all(row["writer_key"] is None for row in left.values() if row["writer_id"] == person_id)
    assert left[opened]["reader_key"] is not None
    world.taps_letter(ben, opened, "open")
    assert "shared words" in ben.shown


def sealed_values(world: World) -> list[tuple[str, str, SealedBytes]]:
    found = []
    for one in METADATA.sorted_tables:
        for row in world.connection.execute(select(one)).mappings():
            found += [(one.name, key, value) for key, value in row.items() if isinstance(value, SealedBytes)]
    return found


def open_for(world: World, person_id: int, value: SealedBytes) -> None:
    world.desk.vault.unwrap(value, owner=person_id, letter_id=0)


@pytest.mark.parametrize("way", ["delete", "bye"])
def test_the_goodbye_is_the_only_message_after(world: World, ana: Phone, ben: Phone, couple: int, way: str) -> None:
    fill(world, ana, ben)
    person_id = ana.row.id
    goes(ana, way)
    ana.looks_away()
    world.passes(days=8)
    assert ana.new == []
    rows = world.connection.execute(select(Outbox.c.state).where(Outbox.c.person_id == person_id))
    assert set(rows.scalars()) <= {"sent", "dropped"}


def test_bye_empties_the_chat_but_for_the_last_word(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    fill(world, ana, ben)
    goes(ana, "bye")
    assert [bubble.text for bubble in ana.screen.values()] == [world.words("bye_said").strip()]


@pytest.mark.parametrize("way", ["delete", "bye"])
def test_nothing_of_a_chat_is_kept_of_whoever_has_gone(world: World, ana: Phone, way: str) -> None:
    from bot.db.models import ChatMessage, DialogSession  # noqa: PLC0415

    ana.commands("menu")
    person_id = ana.row.id
    goes(ana, way)
    for rows in (ChatMessage, DialogSession):
        kept = world.connection.execute(select(rows).where(rows.c.person_id == person_id)).mappings().all()
        assert [row for row in kept if not row.get("ours")] == []


def test_whoever_comes_back_is_somebody_new(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    fill(world, ana, ben)
    old = ana.row.id
    goes(ana, "delete")
    ana.commands("start")
    assert ana.row.id != old
    assert ana.row.known_at is None
    assert "CANARY" not in ana.said
    assert people.partner_id(world.connection, ben.row) is None


# -- parted: the one neutral sentence


@pytest.mark.parametrize("way", ["block", "leave", "delete", "bye"])
def test_the_other_one_hears_one_neutral_sentence_at_their_own_next_act(
    world: World, ana: Phone, ben: Phone, couple: int, way: str
) -> None:
    ben.looks_away()
    if way == "block":
        ana.blocks()
    elif way == "leave":
        ana.commands("leave").taps("Leave now")
    else:
        goes(ana, way)
    for hours in (0, 1, 30):
        world.now += timedelta(hours=hours)
        world.deliver()
        assert ben.new == []
    said = ben.commands("privacy").said
    assert said.startswith(world.words("unreachable").strip())
    assert said.count("not reachable") == 1
    assert "Ana" not in said
    assert "not reachable" not in ben.commands("privacy").said


def test_whoever_blocked_and_came_back_before_anybody_looked_was_never_away(
    world: World, ana: Phone, ben: Phone, couple: int
) -> None:
    ana.blocks().returns()
    assert "not reachable" not in ben.commands("privacy").said
    assert ana.row.couple_id == ben.row.couple_id == couple


def test_a_block_drops_what_waits_and_a_stranger_may_block_too(world: World, ana: Phone) -> None:
    world.phone("Nobody", 999).blocks().blocks()
    ana.turn.tell("apology")
    ana.blocks()
    assert world.open_rows(ana.row.id) == []


# -- the bytes on the disk


def test_no_private_word_stands_in_the_files(tmp_path: Path, shelf: Library) -> None:
    """Database, write-ahead log and key store, while everything of Ana's is there and after she has gone."""
    keys = KeyStore(f"sqlite:///{tmp_path / 'keys.db'}")
    engine = open_engine(f"sqlite:///{tmp_path / 'rekindle.db'}", kept=1)
    with engine.begin() as connection:
        migrate.upgrade(connection)
        world = World(connection, a_desk(shelf, keys))
        ana, ben = world.knows(world.phone("CANARY-name", 101)), world.knows(world.phone("Ben", 102))
        world.joins(ana, ben)
        fill(world, ana, ben)
        ana.turn.send("document", {"name": "x", "text": "CANARY-sealed"})
    scan(tmp_path, tmp_path / "copy-full")
    with engine.begin() as connection:
        world.connection = connection
        goes(ana, "bye")
        world.passes(seconds=1)
    scan(tmp_path, tmp_path / "copy-gone")
    keys.close()
    engine.dispose()


def scan(folder: Path, into: Path) -> None:
    into.mkdir()
    for path in folder.glob("*.db*"):
        shutil.copy(path, into)
    files = list(into.iterdir())
    assert len(files) >= 3, "the write-ahead log is among them"
    for path in files:
        data = path.read_bytes()
        assert b"CANARY" not in data, path.name
        assert b"shared words" not in data, path.name


def test_bye_covers_what_is_too_old_to_be_deleted(world: World, ana: Phone, ben: Phone, couple: int) -> None:
    world.delivers(ben, "CANARY words")
    ana.taps("Open")
    world.now += timedelta(days=3)
    goes(ana, "bye")
    assert "CANARY" not in ana.shown
    assert world.words("bye_said").strip() in ana.shown
