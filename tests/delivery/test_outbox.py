"""The outbox: a message once, a chat in order, and nothing to whoever has gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.chance import SeededChance
from bot.db.keystore import KeyStore
from bot.delivery import outbox, waiting
from bot.delivery.outbox import Row, Urgency
from bot.vault import Vault
from tests.support.flaky import states
from tests.support.units import Phone, World

Put = Callable[..., None]


@pytest.fixture
def put(world: World, ana: Phone) -> Put:
    """Adds a message to Ana, or to another chat."""

    def add(key: str, *, chat: int | None = 101, urgency: Urgency = Urgency.ANSWER, **more: Any) -> None:
        outbox.put(
            world.connection,
            world.desk.vault,
            key=key,
            person_id=ana.row.id,
            chat_id=chat,
            urgency=urgency,
            kind="say",
            payload={"message": "interface.apology", "key": key},
            now=world.now,
            **more,
        )

    return add


def claim(world: World, chat: int = 101) -> Row | None:
    return outbox.claim(world.connection, world.desk.vault, chat_id=chat, now=world.now)


def claimed(world: World, chat: int = 101) -> list[str]:
    """Claims and closes everything that is due in a chat."""
    keys = []
    while (row := claim(world, chat)) is not None:
        keys.append(row.payload["key"])
        outbox.close(world.connection, row.id, "sent", now=world.now)
    return keys


def test_the_same_key_is_one_message(world: World, put: Put) -> None:
    put("a")
    put("a")
    assert claimed(world) == ["a"]
    put("a")
    assert claimed(world) == []


def test_a_chat_gets_its_messages_in_the_order_in_which_they_were_put(world: World, put: Put) -> None:
    for key, urgency in (("nudge", Urgency.NUDGE), ("safety", Urgency.SAFETY), ("answer", Urgency.ANSWER)):
        put(key, urgency=urgency)
    assert claimed(world) == ["nudge", "safety", "answer"]


def test_nothing_overtakes_a_message_under_way_or_one_that_waits_for_another_try(world: World, put: Put) -> None:
    put("first")
    put("second")
    row = claim(world)
    assert row is not None
    assert claim(world) is None
    outbox.postpone(world.connection, row.id, until=world.now + timedelta(seconds=5), counted=True)
    assert claim(world) is None
    assert waiting.head(world.connection, chat_id=101, now=world.now) is None
    world.now += timedelta(seconds=5)
    assert waiting.head(world.connection, chat_id=101, now=world.now) == (Urgency.ANSWER, "say")
    assert claimed(world) == ["first", "second"]


@pytest.mark.parametrize(("counted", "attempt"), [(True, 2), (False, 1)])
def test_a_try_counts_only_when_it_was_one(world: World, put: Put, counted: bool, attempt: int) -> None:
    put("a")
    row = claim(world)
    assert row is not None
    assert row.attempt == 1
    outbox.postpone(world.connection, row.id, until=world.now, counted=counted)
    again = claim(world)
    assert again is not None
    assert again.attempt == attempt


def test_chats_wait_for_each_other_in_no_way(world: World, put: Put) -> None:
    put("mine")
    put("other", chat=102)
    assert claim(world) is not None
    assert claimed(world, 102) == ["other"]


def test_the_most_urgent_chat_comes_first_and_busy_ones_are_left_out(world: World, put: Put) -> None:
    put("nudge", chat=1, urgency=Urgency.NUDGE)
    put("letter", chat=2, urgency=Urgency.LETTER)
    put("safety", chat=3, urgency=Urgency.SAFETY)
    put("later", chat=4, not_before=world.now + timedelta(hours=1))

    def chats(busy: tuple[int, ...] = (), limit: int = 10) -> list[int]:
        return [chat for chat, _ in waiting.open_chats(world.connection, now=world.now, busy=busy, limit=limit)]

    assert chats() == [3, 2, 1]
    assert chats(busy=(3,)) == [2, 1]
    assert chats(limit=1) == [3]


def test_workers_share_the_chats_of_what_is_no_answer(world: World, put: Put) -> None:
    for chat in range(1, 9):
        put(f"nudge {chat}", chat=chat, urgency=Urgency.NUDGE)
    put("answer", chat=9)

    def chats(place: int) -> set[int]:
        return {
            chat for chat, _ in waiting.open_chats(world.connection, now=world.now, busy=(), limit=9, share=(3, place))
        }

    assert [chats(place) for place in range(3)] == [{3, 6, 9}, {1, 4, 7, 9}, {2, 5, 8, 9}]


def test_what_waits_behind_answers_can_be_looked_for(world: World, put: Put) -> None:
    put("answer", chat=1)
    put("letter", chat=2, urgency=Urgency.LETTER)
    found = waiting.open_chats(world.connection, now=world.now, busy=(), limit=9, most=Urgency.LETTER)
    assert [chat for chat, _ in found] == [2]


def test_a_message_past_its_time_is_dropped_and_the_next_one_goes(world: World, put: Put) -> None:
    put("old", drop_at=world.now)
    put("new", drop_at=world.now + timedelta(seconds=1))
    assert claimed(world) == ["new"]


def test_somebody_without_a_chat_gets_nothing(world: World, put: Put) -> None:
    put("a", chat=None)
    assert waiting.open_chats(world.connection, now=world.now, busy=(), limit=9) == []


def test_words_leave_the_row_when_it_is_closed(world: World, put: Put, ana: Phone) -> None:
    put("a")
    stored = world.connection.exec_driver_sql("SELECT payload FROM outbox").scalar_one()
    assert b"apology" not in bytes(stored)
    claimed(world)
    assert world.connection.exec_driver_sql("SELECT payload FROM outbox").scalar_one() is None


def test_what_a_kill_left_under_way_is_found_again(world: World, put: Put) -> None:
    put("a")
    put("b", chat=102)
    claim(world)
    found = outbox.interrupted(world.connection)
    assert [(row.chat_id, row.attempt) for row in found] == [(101, 1)]


def test_nothing_more_is_sent_to_whoever_has_gone_but_the_last_word(world: World, put: Put, ana: Phone) -> None:
    put("u:7:1:1")
    put("u:7:12:1")
    put("u_7:1:1")
    outbox.drop_for(world.connection, ana.row.id, now=world.now, keep="u:7:1")
    assert claimed(world) == ["u:7:1:1"]
    put("z")
    outbox.drop_for(world.connection, ana.row.id, now=world.now)
    assert claimed(world) == []


def test_a_place_in_a_chat_belongs_to_its_last_message(world: World, ana: Phone) -> None:
    person = ana.row.id
    for message_id in (5, 9):
        outbox.remember(
            world.connection,
            chat_id=101,
            message_id=message_id,
            person_id=person,
            ours=True,
            slot="question:1",
            now=world.now,
        )
    assert outbox.in_slot(world.connection, person, "question:1") == 9
    assert outbox.in_slot(world.connection, person, "question:2") is None
    assert outbox.count_after(world.connection, person, 5) == 1
    assert outbox.recent(world.connection, person, since=world.now) == [(5, True), (9, True)]
    assert outbox.in_slots(world.connection, person, under="question:", exactly=False) == [9]
    assert outbox.in_slots(world.connection, person, under="question:", exactly=True) == []
    outbox.vacate(world.connection, person, "question:1")
    assert outbox.in_slot(world.connection, person, "question:1") is None


def test_of_enclosures_one_and_eleven_are_different_places(world: World, ana: Phone) -> None:
    for place in (1, 11):
        outbox.remember(
            world.connection,
            chat_id=101,
            message_id=place,
            person_id=ana.row.id,
            ours=True,
            slot=f"enclosure:5:{place}",
            now=world.now,
        )
    assert outbox.in_slots(world.connection, ana.row.id, under="enclosure:5:1", exactly=True) == [1]
    assert sorted(outbox.in_slots(world.connection, ana.row.id, under="enclosure:5:", exactly=False)) == [1, 11]


def test_a_message_was_put_since_a_moment_or_not(world: World, put: Put) -> None:
    ana = world.phone("Ana", 101).row.id
    assert not outbox.put_since(world.connection, ana, "a%", since=world.now - timedelta(hours=1))
    put("a%:1")
    put("b:1")
    assert outbox.put_since(world.connection, ana, "a%", since=world.now - timedelta(hours=1))
    assert not outbox.put_since(world.connection, ana + 1, "a%", since=world.now - timedelta(hours=1))
    assert not outbox.put_since(world.connection, ana, "a%", since=world.now)
    assert not outbox.put_since(world.connection, ana, "a_", since=world.now - timedelta(hours=1))


def test_a_message_under_a_key_that_is_missing_is_tried_for_half_a_minute_and_then_holds_up_nobody(
    world: World, put: Put, key_store: KeyStore
) -> None:
    """Meanwhile a worker that has the key may take it; and it is kept for when the key is back."""
    other = Vault([bytes([1]) * 32], key_store, SeededChance(9))
    outbox.put(
        world.connection,
        other,
        key="sealed otherwise",
        person_id=1,
        chat_id=101,
        urgency=Urgency.ANSWER,
        kind="say",
        payload={"key": "sealed otherwise"},
        now=world.now,
    )
    put("behind it")
    assert claim(world) is None
    world.now += timedelta(seconds=1)
    row = outbox.claim(world.connection, other, chat_id=101, now=world.now)
    assert row is not None
    outbox.postpone(world.connection, row.id, until=world.now, counted=False)
    for seconds in (2, 4, 8, 16):
        assert claim(world) is None
        world.now += timedelta(seconds=seconds)
    assert claimed(world) == ["behind it"]
    assert states(world.connection)["sealed otherwise"] == "parked"
