"""Faults: whom they hit, how often, and what is left behind."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults import Faults
from emulator.floodgate import Floodgate
from emulator.model import User
from emulator.people import Impossible
from emulator.world import BrokenAnswer, ConnectionCut, World


@pytest.fixture
def chat(world: World, ana: User) -> int:
    world.act("start", user=ana.id)
    return ana.id


def texts(world: World, chat: int) -> list[str]:
    return [m["text"] for m in world.act("transcript", user=chat)["messages"] if m["from"] == "bot"]


@pytest.mark.parametrize(
    ("kind", "status", "description"),
    [
        ("429", 429, "Too Many Requests: retry after 5"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("500", 500, "Internal Server Error: restart"),
        ("502", 502, "Bad Gateway"),
        ("400", 400, "Bad Request: fault on order"),
    ],
)
def test_a_refusal_on_order_hits_once_and_stores_nothing(
    world: World, call: Callable[..., Any], chat: int, kind: str, status: int, description: str
) -> None:
    world.faults.add(kind)
    answer = call("sendMessage", chat_id=chat, text="one")
    assert (answer["error_code"], answer["description"]) == (status, description)
    assert call("sendMessage", chat_id=chat, text="two")["ok"]
    assert texts(world, chat) == ["two"]


def test_flood_control_says_how_long(world: World, call: Callable[..., Any], chat: int) -> None:
    world.faults.add("429", retry_after=17)
    assert call("sendMessage", chat_id=chat, text="x")["parameters"] == {"retry_after": 17}


def test_a_fault_can_have_its_own_words(world: World, call: Callable[..., Any], chat: int) -> None:
    world.faults.add("400", description="VOICE_MESSAGES_FORBIDDEN")
    assert call("sendMessage", chat_id=chat, text="x")["description"] == "Bad Request: VOICE_MESSAGES_FORBIDDEN"


@pytest.mark.parametrize(
    ("kind", "raised", "stored"),
    [
        ("cut_before", ConnectionCut, False),
        ("refuse", ConnectionCut, False),
        ("504", BrokenAnswer, False),
        ("502_html", BrokenAnswer, False),
        ("cut_after", ConnectionCut, True),
        ("late", TimeoutError, True),
        ("broken_json", BrokenAnswer, True),
    ],
)
def test_a_broken_transport_may_leave_a_message_behind(
    world: World, call: Callable[..., Any], chat: int, kind: str, raised: type[Exception], *, stored: bool
) -> None:
    world.faults.add(kind)
    with pytest.raises(raised):
        call("sendMessage", chat_id=chat, text="x")
    assert texts(world, chat) == (["x"] if stored else [])


def test_a_fault_is_aimed_by_method_chat_and_text(world: World, call: Callable[..., Any], chat: int, ben: User) -> None:
    world.act("start", user=ben.id)
    world.faults.add("500", method="sendmessage", chat=chat, contains="secret", count=0)
    assert call("sendMessage", chat_id=chat, text="plain")["ok"]
    assert call("sendMessage", chat_id=ben.id, text="secret")["ok"]
    assert call("sendChatAction", chat_id=chat, action="typing")["ok"]
    for _ in range(2):
        assert not call("sendMessage", chat_id=str(chat), text="a secret")["ok"]
    assert len(world.faults.as_json()[0]["hits"]) == 2
    assert [line.get("fault") for line in world.recorder.lines].count("500") == 2


def test_polls_are_spared_unless_they_are_named(world: World, call: Callable[..., Any]) -> None:
    world.faults.add("500")
    assert call("getUpdates")["ok"]
    world.faults.add("conflict_409")
    assert call("getUpdates")["description"].startswith("Conflict: terminated by other getUpdates request")
    world.faults.clear()
    world.faults.add("500", method="*")
    assert call("getUpdates")["error_code"] == 500


def test_a_refused_connection_comes_back_with_time(world: World, call: Callable[..., Any]) -> None:
    world.faults.add("refuse", seconds=30)
    for method in ("getMe", "getUpdates"):
        with pytest.raises(ConnectionCut):
            call(method)
    world.clock.advance(31)
    assert call("getMe")["ok"]


@given(st.floats(0.05, 0.95), st.integers(0, 1000))
def test_chance_is_repeatable_by_seed(probability: float, seed: int) -> None:
    def course() -> list[bool]:
        faults = Faults(lambda: 0.0)
        faults.add("500", probability=probability, seed=seed)
        return [faults.hit_call("getMe", {}) is not None for _ in range(60)]

    assert course() == course()


def test_chance_hits_some_and_spares_some(world: World, call: Callable[..., Any]) -> None:
    world.faults.add("500", probability=0.5, seed=1)
    outcomes = {call("getMe")["ok"] for _ in range(40)}
    assert outcomes == {True, False}


def test_an_update_can_be_delivered_again_after_it_was_confirmed(world: World, done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    first = done("getUpdates")[0]
    world.faults.add("duplicate_update")
    assert done("getUpdates", offset=first["update_id"] + 1) == [first]
    assert done("getUpdates", offset=first["update_id"] + 1) == []


def test_an_order_that_makes_no_sense_is_refused(world: World) -> None:
    with pytest.raises(Impossible, match="unknown kind"):
        world.act("faults", kind="gremlins")
    for nonsense in ({"colour": "red"}, {"count": "many"}, {"chat": "here"}, {"seconds": "long"}):
        with pytest.raises(Impossible):
            world.act("faults", kind="500", **nonsense)


def test_a_flood_window_opens_again_with_virtual_time(world: World, call: Any, chat: int, ben: User) -> None:
    world.act("start", user=ben.id)
    world.act("faults", kind="flood", limit=2, seconds=10, per_chat=True)
    assert [call("sendMessage", chat_id=chat, text="x")["ok"] for _ in range(3)] == [True, True, False]
    assert call("sendMessage", chat_id=ben.id, text="x")["ok"]
    assert call("sendChatAction", chat_id=chat, action="typing")["ok"]
    world.clock.advance(7)
    assert call("sendMessage", chat_id=chat, text="x")["parameters"] == {"retry_after": 3}
    world.clock.advance(3)
    assert call("sendMessage", chat_id=chat, text="x")["ok"]


@given(st.lists(st.floats(0, 5), max_size=60), st.integers(1, 5), st.integers(1, 10))
def test_no_window_ever_holds_more_than_its_limit(pauses: list[float], limit: int, seconds: int) -> None:
    gate, now, passed = Floodgate(limit, seconds, per_chat=False), 0.0, []
    for pause in pauses:
        now += pause
        wait = gate.wait("1", now)
        if wait == 0:
            passed.append(now)
            assert sum(now - seconds < at for at in passed) <= limit
        else:
            assert 1 <= wait <= seconds
