"""The author's view shows where a person stands and begins dialogs anywhere; it asks nobody and tells no other page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import Connection

from bot.clock import Clock
from bot.content.library import Library
from bot.content.outline import outline
from bot.content.samples import TYPED, samples
from bot.db import migrate, people
from bot.db.keystore import KeyStore
from bot.db.session import Database
from bot.engine.effects import Edge
from bot.engine.run import ScriptBroken
from bot.intake.author import AuthorView, Ways, begin_at, standing
from bot.intake.webhook import serve
from bot.settings import Listen
from tests.support.units import Phone, World, a_desk

NOW = datetime(2027, 3, 2, 16, tzinfo=UTC)


def stands(world: World, phone: Phone, ways: Ways | None = None) -> dict[str, Any]:
    return standing(world.connection, world.desk, ways or Ways(), phone.id, now=world.now)


def begins(world: World, phone: Phone, dialog: str, node: str | None = None) -> str | None:
    with world.connection.begin_nested():
        refused = begin_at(world.connection, world.desk, phone.id, dialog, node, now=world.now)
    world.deliver()
    return refused


@pytest.fixture
def ana(world: World) -> Phone:
    return world.knows(world.phone("Ana", 101))


# -- the outline and the values to begin with


def test_an_outline_names_its_ways_as_the_engine_does(shelf: Library) -> None:
    drawn = outline(shelf.book.dialogs["welcome"])
    ways = {(edge["from"], edge["by"], edge["to"]) for edge in drawn["edges"]}
    assert ("first", "got_one", "tell") in ways
    assert {edge["to"] for edge in drawn["edges"]} <= {node["id"] for node in drawn["nodes"]}
    assert all(node["line"] > 0 for node in drawn["nodes"])


def test_every_check_of_typed_answers_takes_its_sample(shelf: Library) -> None:
    assert set(TYPED) == {*shelf.book.checkers, ""}
    for name, checker in shelf.book.checkers.items():
        assert type(checker.check(TYPED[name])).__name__ == "Accepted", name


def test_samples_are_what_is_read_from_here_on_and_no_more(shelf: Library) -> None:
    practise = shelf.book.dialogs["practise"]
    found = samples(shelf.book, practise, "why")
    assert {"what", "feeling"} <= set(found)
    assert samples(shelf.book, practise, practise.expire.go) == {}


def test_every_question_can_be_begun_at(world: World) -> None:
    ana, ben = (world.knows(world.phone(name, number)) for name, number in (("Ana", 101), ("Ben", 102)))
    world.joins(ana, ben)
    broken = []
    for dialog in world.desk.library.book.dialogs.values():
        for node in (node.id for node in dialog.nodes.values() if node.ask is not None):
            try:
                assert begins(world, ana, dialog.id, node) is None
            except Exception as error:  # noqa: BLE001 - counted below
                broken.append(f"{dialog.id}.{node}: {type(error).__name__}")
                continue
            frames = stands(world, ana)["frames"]
            if not frames or frames[-1]["node"] != node:
                broken.append(f"{dialog.id}.{node}: is at {frames[-1:]}")
    assert broken == []


# -- one person


def test_a_person_is_shown_with_dialogs_values_and_the_way(world: World) -> None:
    ways = Ways()
    world.desk = replace(world.desk, watch=ways.note)
    ana = world.knows(world.phone("Ana", 101))
    assert begins(world, ana, "practise", "feeling") is None
    ana.writes("lonely")
    found = stands(world, ana, ways)
    assert found["met"]
    assert (found["frames"][0]["dialog"], found["frames"][0]["vars"]["note"]) == ("practise", "(letter)")
    assert found["trace"][0] == {"dialog": "practise", "node": "feeling", "by": "lonely", "to": "why"}
    assert found["next_nudge_at"] > world.now.timestamp()


def test_a_stranger_is_shown_as_one(world: World) -> None:
    assert not stands(world, world.phone("Nobody", 999))["met"]
    assert begins(world, world.phone("Nobody", 999), "menu") == "unknown_person"


def test_what_was_under_way_steps_aside_and_can_be_continued(world: World, ana: Phone) -> None:
    begins(world, ana, "practise")
    begins(world, ana, "menu")
    found = stands(world, ana)
    assert (found["frames"][0]["dialog"], found["suspended"]) == ("menu", "practise")


def test_an_unknown_dialog_or_node_begins_nothing(world: World, ana: Phone) -> None:
    assert begins(world, ana, "no_such") == "unknown_dialog"
    assert begins(world, ana, "menu", "no_such") == "unknown_node"
    assert stands(world, ana)["frames"] == []


def test_not_even_an_author_gives_words_away_without_a_yes(world: World) -> None:
    ana, ben = (world.knows(world.phone(name, number)) for name, number in (("Ana", 101), ("Ben", 102)))
    world.joins(ana, ben)
    sealing = next(
        node.id
        for node in world.desk.library.book.dialogs["write_letter"].nodes.values()
        if any(do.effect == "seal_letter" for do in node.do)
    )
    with pytest.raises(ScriptBroken):
        begins(world, ana, "write_letter", sealing)
    assert ben.shown == ""


def test_a_step_without_a_way_leaves_the_earlier_one_in_sight() -> None:
    ways = Ways()
    ways.note(1, (Edge("menu", "a", "b", "c"),))
    ways.note(1, ())
    assert [edge.to for edge in ways.last(1)] == ["c"]
    assert ways.last(2) == ()


# -- over HTTP


@pytest_asyncio.fixture
async def view(tmp_path: Path, shelf: Library, key_store: KeyStore) -> AsyncIterator[tuple[str, list[int]]]:
    """A view that listens, over a database with one person, and the chats that it has woken."""
    desk = a_desk(shelf, key_store, seed=4711)
    database = Database(f"sqlite:///{tmp_path / 'rekindle.db'}")
    await database.run(migrate.upgrade)
    person_id = desk.chance.new_id(NOW)
    desk.vault.create_key(person_id)

    def create(connection: Connection) -> None:
        people.create(connection, person_id=person_id, telegram_id=101, lang="en", now=NOW)

    await database.run(create)
    woken: list[int] = []
    shown = AuthorView(database=database, desk=desk, clock=Clock(), ways=Ways(), wake=woken.extend)
    runner = await serve(shown.application(), Listen("127.0.0.1", 0))
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/author", woken
    await runner.cleanup()
    await database.close()


@pytest.mark.asyncio
async def test_dialogs_and_people_are_read_and_begun_over_http(view: tuple[str, list[int]]) -> None:
    url, woken = view
    async with aiohttp.ClientSession(url + "/") as session:
        dialogs = await (await session.get("dialogs")).json()
        assert "menu" in {dialog["id"] for dialog in dialogs["dialogs"]}
        assert (await (await session.get("dialogs/menu")).json())["start"]
        assert (await session.get("dialogs/no_such")).status == 404
        begun = await session.post("people/101/start", json={"dialog": "menu"})
        assert (begun.status, woken) == (200, [101])
        standing = await (await session.get("people/101")).json()
        assert standing["frames"][0]["dialog"] == "menu"
        stale = await session.post("people/101/start", json={"dialog": "menu", "node": "no_such"})
        assert (stale.status, await stale.json()) == (404, {"error": "unknown_node"})
        for nonsense in ({}, [], {"dialog": 7}):
            assert (await session.post("people/101/start", json=nonsense)).status == 400
        odd = await session.post("people/101/start", json={"dialog": "menu", "node": {}})
        assert (odd.status, woken) == (404, [101])


@pytest.mark.asyncio
async def test_another_web_page_can_neither_read_nor_act(view: tuple[str, list[int]]) -> None:
    url, woken = view
    async with aiohttp.ClientSession(url + "/") as session:
        assert (await session.get("dialogs", headers={"Host": "evil.example"})).status == 403
        form = await session.post("people/101/start", data='{"dialog": "menu"}', headers={"Content-Type": "text/plain"})
        assert (form.status, woken) == (403, [])
