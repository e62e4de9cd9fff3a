"""One test through the whole table: every state of a letter, every event, by its writer, its reader and a stranger.

What the tables below do not name changes nothing, shows nothing and reaches nobody else.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot import access
from bot.conversation.incoming import Changed
from bot.letters import drafts
from bot.letters import service as letters
from bot.people import service as people_service
from tests.support.units import Phone, World

WORDS = "CANARY words"
EDITED = "CANARY changed"

TAPS = ("open", "read", "fold", "p1", "p2", "e1", "answer", "worry", "mine", "withdraw", "discard", "close")
OTHERS = ("edit", "seal", "release", "fold_due", "mute", "block", "leave", "delete")
ACTORS = ("writer", "reader", "stranger")

# (state, who, event) -> the state after it
CHANGES = {
    ("draft", "writer", "seal"): "sealed",
    ("draft", "writer", "discard"): "discarded",
    ("kept", "writer", "seal"): "sealed",
    ("kept", "writer", "discard"): "discarded",
    ("sealed", "writer", "withdraw"): "withdrawn",
    ("waiting", "writer", "withdraw"): "withdrawn",
    ("stopped", "writer", "withdraw"): "withdrawn",
    ("waiting", "reader", "open"): "opened",
    ("waiting", "reader", "read"): "opened",
    **{("sealed", who, "release"): "waiting" for who in ACTORS},
    **{
        (state, who, event): "stopped"
        for state in ("sealed", "waiting")
        for who in ("writer", "reader")
        for event in ("leave", "delete")
    },
}
# Who sees the words, and by what.
SHOWS = {
    ("waiting", "reader", "open"),
    ("waiting", "reader", "read"),
    *(("opened", "reader", event) for event in ("open", "read", "p1", "p2")),
    *(("folded", "reader", event) for event in ("open", "read", "p1", "p2")),
    *(
        (state, "writer", "mine")
        for state in ("draft", "kept", "sealed", "waiting", "opened", "folded", "withdrawn", "stopped")
    ),
}
# What reaches somebody who did nothing: state, event -> who hears of it (never the words).
REACHES = {
    ("sealed", "release"): "reader",
    ("waiting", "withdraw"): "reader",
    ("opened", "fold_due"): "reader",
}


def draft(world: World, ana: Phone, ben: Phone) -> int:
    return world.drafts(ana, WORDS)


def kept(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = draft(world, ana, ben)
    drafts.keep_sentence(ana.turn, letter=world.letter(letter_id)["ref"])
    return letter_id


def sealed(world: World, ana: Phone, ben: Phone) -> int:
    return world.seals(ana, WORDS)


def waiting(world: World, ana: Phone, ben: Phone) -> int:
    return world.delivers(ana, WORDS)


def opened(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = waiting(world, ana, ben)
    world.taps_letter(ben, letter_id, "open")
    return letter_id


def folded(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = opened(world, ana, ben)
    world.taps_letter(ben, letter_id, "fold")
    return letter_id


def withdrawn(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = waiting(world, ana, ben)
    world.taps_letter(ana, letter_id, "withdraw")
    return letter_id


def stopped(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = waiting(world, ana, ben)
    ben.commands("leave").taps("Leave now")
    return letter_id


def discarded(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = draft(world, ana, ben)
    world.taps_letter(ana, letter_id, "discard")
    return letter_id


STATES: dict[str, Callable[[World, Phone, Phone], int]] = {
    made.__name__: made for made in (draft, kept, sealed, waiting, opened, folded, withdrawn, stopped, discarded)
}


@contextmanager
def undone(world: World) -> Iterator[None]:
    """What happens inside never was: neither in the database nor on the phones."""
    phones = {key: copy.copy(phone) for key, phone in world.phones.items()}
    for phone in world.phones.values():
        phone.screen, phone.calls = copy.deepcopy(phone.screen), list(phone.calls)
    now, unit = world.now, world.connection.begin_nested()
    yield
    unit.rollback()
    world.now = now
    for key, kept_phone in phones.items():
        world.phones[key].__dict__.update(kept_phone.__dict__)


def happens(world: World, actor: Phone, letter_id: int, event: str) -> None:
    ref = world.letter(letter_id)["ref"]
    if event in TAPS:
        world.taps_letter(actor, letter_id, event)
    elif event == "edit":
        actor.hears(Changed(actor.sender, 9001, EDITED))
    elif event == "seal":
        letters.seal(actor.turn, letter=ref)
    elif event == "release":
        letters.release_due(world.connection, world.desk, now=world.now)
    elif event == "fold_due":
        letters.fold_due(world.connection, world.desk, now=world.now + timedelta(hours=24))
    elif event == "mute":
        people_service.mute_letters(actor.turn, on=True)
    elif event == "block":
        actor.blocks()
    else:
        actor.commands(event)
        for label in ("Leave now", "Delete everything"):
            if label in actor.buttons:
                actor.taps(label)
    world.deliver()


def words_of(world: World, letter_id: int, writer_id: int) -> str | None:
    found = access.letter(world.connection, letter_id)
    assert found is not None
    if found.writer_key is None:
        return None
    return access.read_letter(world.connection, world.desk.vault, actor_id=writer_id, object_=found).text


def check_cell(world: World, phones: dict[str, Phone], letter_id: int, state: str, who: str, event: str) -> None:
    cell, actor = (state, who, event), phones[who]
    before, writer_id = world.letter(letter_id)["state"], phones["writer"].row.id
    had = words_of(world, letter_id, writer_id)
    for phone in phones.values():
        phone.looks_away()
    happens(world, actor, letter_id, event)
    assert world.letter(letter_id)["state"] == CHANGES.get(cell, before), cell
    assert ("CANARY" in actor.said) is (cell in SHOWS), (cell, actor.said)
    changed = who == "writer" and event == "edit" and state in ("draft", "kept")
    gone = who == "writer" and event in ("delete", "discard")
    has = words_of(world, letter_id, writer_id)
    assert gone or has == (EDITED if changed else had), cell
    for name, phone in phones.items():
        if name != who:
            heard = REACHES.get((state, event)) == name and (state, who, event) != ("waiting", "reader", "withdraw")
            assert (phone.new != []) <= heard, (cell, name, phone.said)
            assert "CANARY" not in phone.said, (cell, name)


@pytest.mark.parametrize("state", STATES)
def test_every_event_in_every_state(world: World, ana: Phone, ben: Phone, cem: Phone, couple: int, state: str) -> None:
    phones = {"writer": ana, "reader": ben, "stranger": cem}
    letter_id = STATES[state](world, ana, ben)
    for who in ACTORS:
        for event in (*TAPS, *OTHERS):
            with undone(world):
                check_cell(world, phones, letter_id, state, who, event)


def test_the_tables_name_only_what_there_is() -> None:
    cells = [*CHANGES, *SHOWS]
    assert {state for state, _, _ in cells} <= {*STATES}
    assert {event for _, _, event in cells} <= {*TAPS, *OTHERS}
    assert {(state, event) for state, event in REACHES} <= {(s, e) for s in STATES for e in (*TAPS, *OTHERS)}
