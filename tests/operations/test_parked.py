"""What was given up is listed without words, tried again, or dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation import housekeeping
from bot.db.models import Inbox, Outbox
from bot.db.session import Database
from bot.delivery import outbox
from bot.intake import inbox
from tests.operations.conftest import Verb
from tests.operations.test_backlog import update_of
from tests.support.units import World

_inbox = Inbox
_outbox = Outbox
Story = Callable[[Callable[[World], object]], None]


def one_of_each_is_parked(world: World) -> None:
    ana = world.knows(world.phone("Ana", 101))
    world.deliver()
    ana.turn.tell("apology", key="sorry")
    row = outbox.claim(world.connection, world.desk.vault, chat_id=101, now=world.now)
    assert row is not None
    outbox.close(world.connection, row.id, "parked", now=world.now)
    inbox.receive(world.connection, world.desk.vault, [update_of(5, 101)], bot_id=7, now=world.now)
    inbox.finish(world.connection, 7, 5, "parked")


def states(database: Database) -> dict[str, str]:
    """Of the two rows of the story."""
    message = select(_outbox.c.state).where(_outbox.c.dedupe_key == "sorry")
    found = database.run_sync(lambda c: (c.execute(select(_inbox.c.state)).scalar(), c.execute(message).scalar()))
    return dict(zip(("inbox", "outbox"), map(str, found), strict=True))


def listed(verb: Verb) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(verb("parked", "--json")[1])
    return rows


def test_the_list_names_rows_and_kinds_and_no_words(story: Story, verb: Verb) -> None:
    assert verb("parked")[:2] == (0, "Nothing is parked or held.\n")
    story(one_of_each_is_parked)
    code, said, _ = verb("parked")
    assert code == 1
    assert "hello" not in said
    assert [(row["kind"], row["state"]) for row in listed(verb)] == [("message", "parked"), ("say", "parked")]


def test_a_parked_message_goes_out_after_a_retry_with_its_words(story: Story, verb: Verb, database: Database) -> None:
    story(one_of_each_is_parked)
    names = [row["id"] for row in listed(verb)]
    assert verb("parked", "retry", *names)[0] == 0
    assert states(database) == {"inbox": "open", "outbox": "open"}

    def goes_out(world: World) -> None:
        world.now += timedelta(days=40_000)  # the verb has the clock of the machine
        phone = world.phone("Ana", 101)
        world.deliver()
        assert world.words("apology") in phone.said
        assert inbox.process_next(world.connection, world.desk, 101, now=world.now) is not None

    story(goes_out)
    assert states(database) == {"inbox": "done", "outbox": "sent"}


def test_a_dropped_row_is_gone_with_its_words(story: Story, verb: Verb, database: Database) -> None:
    story(one_of_each_is_parked)
    verb("parked", "drop", *[row["id"] for row in listed(verb)])
    assert states(database) == {"inbox": "dropped", "outbox": "dropped"}
    payload = select(_outbox.c.payload).where(_outbox.c.dedupe_key == "sorry")
    assert database.run_sync(lambda c: c.execute(payload).scalar()) is None


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("retry",), 2),
        (("list", "outbox:1"), 2),
        (("retry", "outbox:x"), 2),
        (("drop", "letter:1"), 2),
        (("retry", "outbox:9999"), 1),
        (("drop", "inbox:7:9999"), 1),
    ],
)
def test_what_names_no_row_changes_nothing(
    story: Story, verb: Verb, database: Database, words: tuple[str, ...], code: int
) -> None:
    story(one_of_each_is_parked)
    assert verb("parked", *words)[0] == code
    assert states(database) == {"inbox": "parked", "outbox": "parked"}


def test_several_are_changed_together_or_not_at_all(story: Story, verb: Verb, database: Database) -> None:
    story(one_of_each_is_parked)
    names = [row["id"] for row in listed(verb)]
    assert verb("parked", "drop", *names, "outbox:9999")[0] == 1
    assert states(database) == {"inbox": "parked", "outbox": "parked"}


def test_what_nobody_looked_at_is_forgotten_after_a_month(story: Story, verb: Verb) -> None:
    story(one_of_each_is_parked)

    def a_month_later(world: World) -> None:
        later = world.now + timedelta(days=31)
        outbox.purge(world.connection, now=later)
        housekeeping.forget_old(world.connection, now=later)

    story(a_month_later)
    assert listed(verb) == []
