"""The inbox: once each, in order, with an end to floods and to what cannot be handled."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.conversation import housekeeping, service
from bot.db.models import Inbox
from bot.intake import inbox
from bot.intake.inbox import Done
from tests.support.units import Phone, World

_rows = Inbox


def text(update_id: int, words: str, *, sender: int = 101) -> dict[str, Any]:
    user, chat = {"id": sender, "is_bot": False}, {"id": sender, "type": "private"}
    return {
        "update_id": update_id,
        "message": {"message_id": update_id, "from": user, "chat": chat, "text": words},
    }


def receive(world: World, *updates: dict[str, Any]) -> list[int]:
    return inbox.receive(world.connection, world.desk.vault, updates, bot_id=7, now=world.now)


def process(world: World, sender: int = 101) -> Done | None:
    with world.connection.begin_nested():
        done = inbox.process_next(world.connection, world.desk, sender, now=world.now)
    world.deliver()
    return done


def states(world: World) -> dict[int, str]:
    query = select(_rows.c.update_id, _rows.c.state).order_by(_rows.c.update_id)
    return {row.update_id: row.state for row in world.connection.execute(query)}


def test_an_update_that_comes_twice_is_handled_once(world: World, ana: Phone) -> None:
    assert receive(world, text(1, "/menu")) == [101]
    assert receive(world, text(1, "/menu"), text(1, "/menu")) == []
    assert process(world) is not None
    assert receive(world, text(1, "/menu")) == []
    assert process(world) is None
    assert ana.shown.count("What would you like to do?") == 1


def test_updates_of_a_person_are_handled_in_order_however_they_came(world: World, ana: Phone) -> None:
    receive(world, text(3, "/letters"))
    receive(world, text(1, "/menu"), text(2, "/stop"))
    done = [process(world) for _ in range(3)]
    assert [one.update_id for one in done if one] == [1, 2, 3]
    assert "There are no letters yet." in ana.said


def test_what_a_person_wrote_goes_from_the_row_when_it_is_done(world: World, ana: Phone) -> None:
    receive(world, text(1, "secret words"))
    sealed = world.connection.execute(select(_rows.c.payload)).scalar_one()
    assert b"secret" not in sealed
    process(world)
    assert world.connection.execute(select(_rows.c.payload)).scalar_one() is None


def test_waiting_names_each_sender_once_and_only_those_who_are_due(world: World) -> None:
    receive(world, text(1, "a"), text(2, "b"), text(3, "c", sender=102))
    assert sorted(inbox.waiting(world.connection, now=world.now)) == [101, 102]
    inbox.failed(world.connection, world.desk, 101, now=world.now)
    assert inbox.waiting(world.connection, now=world.now + timedelta(seconds=0.5)) == [101, 102] or sorted(
        inbox.waiting(world.connection, now=world.now + timedelta(seconds=0.5))
    ) == [101, 102]  # the second row of 101 is due, but its head is not
    assert process(world) is None


# -- floods


def test_at_most_two_hundred_updates_of_a_person_wait(world: World, ana: Phone, ben: Phone) -> None:
    receive(world, *(text(number, "words") for number in range(1, 204)), text(900, "mine", sender=102))
    found = list(states(world).values())
    assert (found.count("open"), found.count("dropped")) == (201, 3)
    dropped = world.connection.execute(select(_rows.c.payload).where(_rows.c.state == "dropped")).scalars()
    assert set(dropped) == {None}


def test_a_flood_is_answered_once_an_hour(world: World, ana: Phone) -> None:
    def notices() -> int:
        world.deliver()
        return ana.shown.count(world.words("flood_notice"))

    receive(world, *(text(number, "words") for number in range(1, 201)))
    assert notices() == 0
    receive(world, text(201, "words"), text(202, "words"))
    assert notices() == 1
    receive(world, text(203, "words"))
    world.now += timedelta(minutes=59)
    receive(world, text(204, "words"))
    assert notices() == 1
    world.now += timedelta(minutes=2)
    receive(world, text(204, "words"))  # repeated by Telegram: nothing new is dropped
    assert notices() == 1
    receive(world, text(205, "words"))
    assert notices() == 2


def test_a_flood_of_somebody_unknown_is_dropped_in_silence(world: World) -> None:
    receive(world, *(text(number, "words", sender=999) for number in range(1, 203)))
    assert list(states(world).values()).count("dropped") == 2
    world.deliver()
    assert world.phones == {}


# -- what cannot be handled


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words that break whatever handles them."""
    real = service.handle

    def handle(*args: Any, **kwargs: Any) -> service.Handled:
        if getattr(args[2], "text", "") == "poison":
            raise RuntimeError
        return real(*args, **kwargs)

    monkeypatch.setattr(service, "handle", handle)


def fail(world: World) -> tuple[bool, tuple[int, ...]]:
    with pytest.raises(RuntimeError):
        process(world)
    return inbox.failed(world.connection, world.desk, 101, now=world.now)


@pytest.mark.usefixtures("poison")
def test_poison_is_tried_five_times_then_parked_with_one_apology(world: World, ana: Phone) -> None:
    receive(world, text(1, "poison"), text(2, "/menu"))
    for number in range(1, 5):
        assert fail(world) == (False, ())
        assert process(world) is None, "the next update waits for its turn"
        world.now += timedelta(seconds=0.5 * 2**number)
    assert fail(world) == (True, (101,))
    world.deliver()
    assert ana.shown.count(world.words("apology")) == 1
    assert process(world) is not None
    assert "What would you like to do?" in ana.shown
    assert states(world) == {1: "parked", 2: "done"}


@pytest.mark.usefixtures("poison")
def test_poison_of_somebody_unknown_is_parked_in_silence(world: World) -> None:
    receive(world, text(1, "poison"))
    for number in range(1, 6):
        parked = fail(world)
        world.now += timedelta(seconds=0.5 * 2**number)
    assert parked == (True, ())


def test_a_failure_of_nothing_is_nothing(world: World) -> None:
    assert inbox.failed(world.connection, world.desk, 101, now=world.now) == (False, ())


# -- groups


def group(update_id: int, status: str) -> dict[str, Any]:
    chat = {"id": -5, "type": "group"}
    user = {"id": 101, "is_bot": False}
    changed = {"chat": chat, "from": user, "new_chat_member": {"status": status}}
    return {"update_id": update_id, "my_chat_member": changed}


def test_a_group_is_left_and_nobody_in_it_becomes_a_person(world: World) -> None:
    receive(world, group(1, "member"))
    done = process(world)
    assert done is not None
    assert done.group == -5
    assert done.handled.chats == ()
    receive(
        world, {**text(2, "/start"), "message": {**text(2, "/start")["message"], "chat": {"id": -5, "type": "group"}}}
    )
    after = process(world)
    assert after is not None
    assert after.group is None
    assert world.phones == {}


def test_being_put_out_of_a_group_needs_no_leaving(world: World) -> None:
    receive(world, group(1, "left"))
    done = process(world)
    assert done is not None
    assert done.group is None


def test_old_keys_are_forgotten_after_two_days_and_parked_rows_are_kept(world: World, ana: Phone) -> None:
    receive(world, text(1, "/menu"), text(2, "later"))
    process(world)
    inbox.finish(world.connection, 7, 2, "parked")
    housekeeping.forget_old(world.connection, now=world.now + timedelta(hours=47))
    assert len(states(world)) == 2
    housekeeping.forget_old(world.connection, now=world.now + timedelta(hours=49))
    assert states(world) == {2: "parked"}
    assert world.connection.execute(select(func.count()).select_from(_rows)).scalar_one() == 1


DEEP: Any = []
for _ in range(2000):
    DEEP = [DEEP]


@pytest.mark.parametrize("odd", ["half a character: \ud83d", DEEP])
def test_an_update_that_no_json_holds_keeps_back_none_that_came_with_it(world: World, ana: Phone, odd: Any) -> None:
    strange = text(1, "x")
    strange["message"]["text"] = odd
    assert receive(world, strange, text(2, "/menu")) == [101]
    assert [process(world) is not None for _ in range(2)] == [True, True]
    assert states(world) == {1: "done", 2: "done"}
    assert "What would you like to do?" in ana.said
