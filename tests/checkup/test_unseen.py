"""The other one notices nothing: not the words, not the focus, not the path, in whatever order things are done."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

from bot.content.library import Library
from bot.conversation import exporting, sessions
from bot.conversation.acts import FOCUSES
from bot.db.keystore import KeyStore
from bot.db.models import Checkup
from tests.checkup.chats import answers, of
from tests.support.units import NOON, Phone, World, a_desk

Stream = list[tuple[timedelta, str, str, tuple[str, ...]]]
MORE = {"routine": "Routine and duties", "infidelity": "A break of trust"}
LABEL = {
    "communication": "Talking",
    "conflicts": "Open conflicts",
    "time": "Time for each other",
    "priorities": "What matters to us",
}


class Worlds:
    """Makes one world after the other, each undone before the next, all with the same chance."""

    def __init__(self, connection: Connection, shelf: Library, key_store: KeyStore) -> None:
        self._connection, self._shelf, self._keys = connection, shelf, key_store

    def __repr__(self) -> str:
        return "worlds"

    @contextmanager
    def another(self) -> Iterator[World]:
        with self._connection.begin_nested() as savepoint:
            yield World(self._connection, a_desk(self._shelf, self._keys, seed=4711))
            savepoint.rollback()


@pytest.fixture(scope="module")
def worlds(migrated_sqlite: Engine, shelf: Library, key_store: KeyStore) -> Iterator[Worlds]:
    with migrated_sqlite.connect() as connection:
        yield Worlds(connection, shelf, key_store)
        connection.rollback()


def two(world: World) -> tuple[Phone, Phone]:
    ana, ben = world.knows(world.phone("Ana", 101)), world.knows(world.phone("Ben", 102))
    world.joins(ana, ben)
    return ana, ben


def stream_of(world: World, ben: Phone) -> Stream:
    """What came to Ben since he last looked: when it was sent, how, the words, and what can be tapped."""
    found: Stream = []
    for call in ben.new:
        rows = (call.params.get("reply_markup") or {}).get("inline_keyboard", ())
        labels = tuple(one["text"] for row in rows for one in row)
        found.append((world.now - NOON, call.method, str(call.params.get("text", "")), labels))
    ben.looks_away()
    return found


def a_fortnight(world: World, focus: str) -> Stream:
    """Ana looks, chooses, walks her path and writes one letter; Ben lives his days. Returns what Ben gets."""
    ana, ben = two(world)
    stream: Stream = []
    ben.looks_away()
    answers(ana, *of(time="Often", conflicts="Sometimes"), trust="Yes" if focus == "infidelity" else "No")
    ana.taps("Show me all")
    ana.taps("More", MORE[focus]) if focus in MORE else ana.taps(LABEL[focus])
    ana.taps("Begin").commands("stop")
    ana.commands("path").taps("Another step", "Begin").commands("stop")
    ana.commands("write").taps("A blank page").writes("I miss our evenings.").taps("Preview")
    ana.taps("Yes, tomorrow morning")
    stream += stream_of(world, ben)
    for day in range(14):
        for _ in range(8):
            world.passes(hours=3)
            stream += stream_of(world, ben)
        if day % 3 == 0:
            for command in ("menu", "letters", "checkup", "path", "why"):
                ben.commands(command)
                stream += stream_of(world, ben)
            ben.commands("stop")
            stream += stream_of(world, ben)
    return stream


def test_what_the_other_one_gets_is_the_same_for_every_focus(worlds: Worlds) -> None:
    """Every message with its moment, words and buttons, through fourteen days with a letter among them."""
    streams = {}
    for focus in FOCUSES:
        with worlds.another() as world:
            streams[focus] = a_fortnight(world, focus)
    plain = streams["time"]
    assert len(plain) > 30
    assert any("A letter from Ana" in text for _, _, text, _ in plain), "the letter came"
    for focus, stream in streams.items():
        assert stream == plain, focus


# -- words, in any order of acts

CANARY = "CANARY, and nothing but"
SENDING = ("write_letter", "practise", "practise_free", "send_note", "check_letter", "explain_finding")
KEPT_OUT = frozenset({"Delete everything", "Close", "Leave now"})
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["tap", "tap", "tap", "type", "checkup", "path", "menu", "continue", "back", "other", "hour"]),
        st.integers(0, 40),
    ),
    min_size=5,
    max_size=40,
)


def does(world: World, ana: Phone, ben: Phone, act: str, number: int) -> None:
    if act == "tap":
        labels = [label for label in list(ana.screen.values())[-1].labels if label not in KEPT_OUT]
        if labels:
            ana.taps(labels[number % len(labels)])
    elif act == "type":
        session = sessions.active(ana.turn)
        told = session is not None and session.top.dialog in SENDING
        ana.writes("I feel sad when we do not talk." if told else CANARY)
    elif act == "other":
        ben.commands(("menu", "letters", "checkup", "path", "privacy")[number % 5])
    elif act == "hour":
        world.passes(hours=number)
    else:
        ana.commands(act)


@given(acts=ACTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_word_of_the_check_up_reaches_the_other_one(worlds: Worlds, acts: list[tuple[str, int]]) -> None:
    with worlds.another() as world:
        ana, ben = two(world)
        ana.commands("checkup").writes(CANARY)
        for act, number in acts:
            does(world, ana, ben, act, number)
        world.passes(days=1)
        assert "CANARY" not in exporting.collect(ben.turn).decode()
        assert not any("CANARY" in str(call.params) for call in ben.calls)


def test_every_look_is_in_ones_own_export_and_gone_after_delete(worlds: Worlds) -> None:
    with worlds.another() as world:
        ana, ben = two(world)
        for words in ("CANARY one", "CANARY two"):
            answers(ana, *of(time="Often"), strength="We talk")
            (ana.taps("Go on") if "Go on" in ana.buttons else ana).writes(words).commands("stop")
            world.now += timedelta(days=90)
        exported = json.loads(exporting.collect(ana.turn))
        assert [look["trouble"] for look in exported["check_ups"]] == ["CANARY two", "CANARY one"]
        assert all(look["time.no_hour"] == "often" for look in exported["check_ups"])
        ana.commands("delete").taps("Delete everything")
        kept = select(func.count()).select_from(Checkup)
        assert world.connection.execute(kept).scalar_one() == 0
        assert not any("CANARY" in str(call.params) for call in ben.calls)
