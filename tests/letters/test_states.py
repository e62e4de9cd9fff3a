"""One test through the whole table: every state of a letter, every event, by its writer, its reader and a stranger.

The tables below are written down a second time, apart from `bot.letter_life`, and both must agree with what happens.
What they do not name changes nothing, shows nothing and reaches nobody else.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot import access
from bot.conversation import housekeeping
from bot.conversation.incoming import Changed
from bot.letter_life import EVENTS, TABLE, WHO, Event, after
from bot.letter_life import STATES as LIFE_STATES
from bot.letters import drafts, exchange, reading
from bot.letters import service as letters
from bot.people import service as people_service
from tests.support.undone import undone
from tests.support.units import Phone, World

WORDS = "CANARY words"
EDITED = "CANARY changed"
ADDED = "CANARY added"

TAPS = (
    *("open", "read", "fold", "p1", "p2", "e1", "save", "answer", "worry"),
    *("tonight", "tomorrow", "three_days", "week", "until", "back"),
    *("mine", "withdraw", "discard", "discard_yes", "alone", "close"),
    *("drop", "drop_yes", "preserve", "unpreserve"),
    *("drop_own", "drop_own_yes", "preserve_own", "unpreserve_own"),
    *("guard", "unguard"),
    *("print", "month", "print_own", "month_own"),
)
MAKING = ("add", "edit", "guide", "plan", "exchange", "sharing", "keep", "collect", "never_send", "keep_unsent", "seal")
CLOCK = ("release", "fold_due", "remind", "forget")
OTHERS = (*MAKING, *CLOCK, "put_off_answer", "mute", "block", "return", "leave", "delete", "bye")
# What each of these is in the table of `bot.letter_life`; the rest is no event of a letter's life.
MEANS: dict[str, Event] = {
    **dict.fromkeys(("open", "read"), "open"),
    **dict.fromkeys(("p1", "p2"), "turn"),
    **dict.fromkeys(("tonight", "tomorrow", "three_days", "week", "put_off_answer"), "put_off"),
    **dict.fromkeys(("guide", "plan", "exchange", "sharing", "guard", "unguard"), "prepare"),
    **dict.fromkeys(("leave", "delete", "bye"), "part"),
    **dict.fromkeys(("never_send", "keep_unsent"), "never_send"),
    **{name: name for name in ("save", "fold", "answer", "worry", "withdraw")},
    **{f"{name}_yes": name for name in ("discard", "drop", "drop_own")},  # without it, that is the question before
    **{f"{un}{name}": name for name in ("preserve", "preserve_own") for un in ("", "un")},
    **{name: name for name in ("add", "edit", "keep", "collect")},
    **dict.fromkeys(("print", "month"), "print"),
    **dict.fromkeys(("print_own", "month_own"), "print_own"),
    "e1": "enclose",
    "mine": "look",
    "alone": "send_alone",
    "seal": "seal",
    "release": "deliver",
    "remind": "remind",
    "forget": "forget",
}  # type: ignore[dict-item]
ACTORS = ("writer", "reader", "stranger")

# (state, who, event) -> the state after it
CHANGES = {
    ("draft", "writer", "seal"): "sealed",
    ("draft", "writer", "discard_yes"): "discarded",
    ("draft", "writer", "collect"): "kept",
    **{("draft", "writer", event): "unsent" for event in ("never_send", "keep_unsent")},
    **{("draft", who, "forget"): "discarded" for who in ACTORS},
    ("unsent", "writer", "discard_yes"): "discarded",  # nothing else ever becomes of it
    **{("unsent", who, "forget"): "discarded" for who in ACTORS},
    ("unsent_kept", "writer", "discard_yes"): "discarded",
    **{
        (state, who, "forget"): "discarded"
        for state in (
            "opened",
            "folded",
            "withdrawn",
            "stopped",
            "taken_back",
            "given_up",
            "opened_alone",
            "left_unread",
        )
        for who in ACTORS
    },
    # The last copy goes, and with it the letter.
    ("given_up", "writer", "drop_own_yes"): "discarded",
    **{(state, "reader", "drop_yes"): "discarded" for state in ("opened_alone", "on_its_way_alone")},
    **{(state, "reader", "drop_yes"): "stopped" for state in ("waiting", "put_off", "kept_closed")},
    **{("on_its_way_alone", "reader", event): "opened" for event in ("open", "read")},
    ("offered", "writer", "withdraw"): "withdrawn",
    ("kept", "writer", "seal"): "sealed",
    ("kept", "writer", "discard_yes"): "discarded",
    ("sealed", "writer", "withdraw"): "withdrawn",
    **{(state, "writer", "withdraw"): "withdrawn" for state in ("waiting", "put_off", "kept_closed")},
    **{(state, "writer", "withdraw"): "withdrawn" for state in ("stopped", "left_unread")},
    **{(state, "writer", "drop_own_yes"): "discarded" for state in ("stopped", "left_unread", "withdrawn")},
    **{
        (state, "reader", event): "opened"
        for state in ("waiting", "put_off", "kept_closed")
        for event in ("open", "read")
    },
    **{("sealed", who, "release"): "waiting" for who in ACTORS},
    **{
        (state, who, event): "stopped"
        for state in ("sealed", "offered", "waiting", "put_off", "kept_closed", "on_its_way_alone")
        for who in ("writer", "reader")
        for event in ("leave", "delete", "bye")
    },
}
STATES_WITH_WORDS = (
    *("draft", "kept", "unsent", "unsent_kept", "sealed", "offered", "waiting", "put_off", "kept_closed"),
    *("opened", "folded"),
    *("withdrawn", "stopped", "lasting", "taken_back", "given_up", "left_unread"),
)
STATES_GIVEN_AWAY = (
    *("sealed", "offered", "waiting", "put_off", "kept_closed", "opened", "folded", "stopped"),
    *("lasting", "given_up", "left_unread"),
)
LIE_OPEN = ("opened", "lasting", "taken_back", "opened_alone")
# Where one of the two has no copy: nothing of theirs happens, and nothing is shown to them.
HAS_NONE = {
    ("on_its_way_alone", "writer"),
    ("opened_alone", "writer"),
    ("given_up", "reader"),
    ("left_unread", "reader"),
}
# Who sees the words, and by what.
SHOWS = {
    *(
        (state, "reader", event)
        for state in ("waiting", "put_off", "kept_closed", "on_its_way_alone")
        for event in ("open", "read")
    ),
    *((state, "reader", event) for state in LIE_OPEN for event in ("open", "read", "p1", "p2")),
    *((state, "reader", event) for state in LIE_OPEN for event in ("preserve", "unpreserve")),
    *(("folded", "reader", event) for event in ("open", "read", "p1", "p2")),
    *((state, "writer", "mine") for state in STATES_WITH_WORDS),
    *((state, "reader", event) for state in (*LIE_OPEN, "folded") for event in ("print", "month")),
    *((state, "writer", event) for state in STATES_GIVEN_AWAY for event in ("print_own", "month_own")),
    *((state, "writer", f"{un}preserve_own") for state in STATES_GIVEN_AWAY for un in ("", "un") if state != "stopped"),
}
# What reaches somebody who did nothing: state, event -> who hears of it (never the words).
REACHES = {
    ("sealed", "release"): "reader",
    ("offered", "withdraw"): "reader",  # the question goes
    ("offered", "alone"): "reader",
    **{(state, "withdraw"): "reader" for state in ("waiting", "put_off", "kept_closed")},
    ("put_off", "remind"): "reader",
    **{(state, "fold_due"): "reader" for state in LIE_OPEN},
}


def draft(world: World, ana: Phone, ben: Phone) -> int:
    return world.drafts(ana, WORDS)


def kept(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = draft(world, ana, ben)
    drafts.keep_sentence(ana.turn, letter=world.letter(letter_id)["ref"])
    return letter_id


def unsent(world: World, ana: Phone, ben: Phone) -> int:
    """Never to be sent, and in the making."""
    letter_id = draft(world, ana, ben)
    drafts.begin_unsent(ana.turn, letter=world.letter(letter_id)["ref"])
    return letter_id


def unsent_kept(world: World, ana: Phone, ben: Phone) -> int:
    """Never to be sent, and kept until its writer deletes it."""
    letter_id = unsent(world, ana, ben)
    drafts.keep_unsent(ana.turn, letter=world.letter(letter_id)["ref"])
    return letter_id


def sealed(world: World, ana: Phone, ben: Phone) -> int:
    return world.seals(ana, WORDS)


def offered(world: World, ana: Phone, ben: Phone) -> int:
    """Sealed as the first letter of an exchange; its question has gone ahead."""
    letter_id = draft(world, ana, ben)
    ref = world.letter(letter_id)["ref"]
    exchange.begin(ana.turn, letter=ref, question="miss")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    return letter_id


def put_off(world: World, ana: Phone, ben: Phone) -> int:
    """The notice is there, and its reader wants to hear of it again tonight."""
    letter_id = waiting(world, ana, ben)
    world.taps_letter(ben, letter_id, "tonight")
    return letter_id


def waiting(world: World, ana: Phone, ben: Phone) -> int:
    return world.delivers(ana, WORDS)


def kept_closed(world: World, ana: Phone, ben: Phone) -> int:
    """For a day when the two fight; its notice is there."""
    letter_id = draft(world, ana, ben)
    ref = world.letter(letter_id)["ref"]
    drafts.begin(ana.turn, letter=ref, guide="open_when")
    letters.seal(ana.turn, letter=ref)
    world.ticks()
    return letter_id


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


def on_its_way_alone(world: World, ana: Phone, ben: Phone) -> int:
    """Its writer has deleted their copy before it was opened."""
    letter_id = waiting(world, ana, ben)
    world.taps_letter(ana, letter_id, "drop_own_yes")
    return letter_id


def opened_alone(world: World, ana: Phone, ben: Phone) -> int:
    """The same, and then it was opened."""
    letter_id = on_its_way_alone(world, ana, ben)
    world.taps_letter(ben, letter_id, "open")
    return letter_id


def lasting(world: World, ana: Phone, ben: Phone) -> int:
    """Its reader keeps it."""
    letter_id = opened(world, ana, ben)
    world.taps_letter(ben, letter_id, "preserve")
    return letter_id


def taken_back(world: World, ana: Phone, ben: Phone) -> int:
    """Too late; its writer does not know."""
    letter_id = opened(world, ana, ben)
    world.taps_letter(ana, letter_id, "withdraw")
    return letter_id


def given_up(world: World, ana: Phone, ben: Phone) -> int:
    """Its reader has deleted their copy."""
    letter_id = opened(world, ana, ben)
    world.taps_letter(ben, letter_id, "drop_yes")
    return letter_id


def left_unread(world: World, ana: Phone, ben: Phone) -> int:
    """Its reader has deleted it without opening it; the two are together."""
    letter_id = waiting(world, ana, ben)
    world.taps_letter(ben, letter_id, "drop_yes")
    return letter_id


def discarded(world: World, ana: Phone, ben: Phone) -> int:
    letter_id = draft(world, ana, ben)
    world.taps_letter(ana, letter_id, "discard_yes")
    return letter_id


STATES: dict[str, Callable[[World, Phone, Phone], int]] = {
    made.__name__: made
    for made in (
        *(draft, kept, unsent, unsent_kept, sealed, offered, waiting, put_off),
        *(kept_closed, opened, folded, withdrawn, stopped, discarded),
        *(on_its_way_alone, opened_alone, lasting, taken_back, given_up, left_unread),
    )
}
# Marks on a row, not states.
IN_THE_TABLE = {
    "unsent_kept": "unsent",
    "left_unread": "stopped",
    "offered": "sealed",
    **dict.fromkeys(("put_off", "kept_closed", "on_its_way_alone"), "waiting"),
    **dict.fromkeys(("folded", "opened_alone", "lasting", "taken_back", "given_up"), "opened"),
}


def happens(world: World, actor: Phone, letter_id: int, event: str) -> None:
    if event in TAPS:
        world.taps_letter(actor, letter_id, event)
    elif event in MAKING:
        makes(world, actor, letter_id, event)
    elif event in CLOCK:
        time_passes(world, letter_id, event)
    elif event == "put_off_answer":
        reading.put_off_answer(actor.turn, to=str(letter_id), until="tomorrow")
    elif event == "mute":
        people_service.mute_letters(actor.turn, on=True)
    elif event in ("block", "return"):
        actor.blocks() if event == "block" else actor.returns()
    else:
        actor.commands(event)
        for label in ("Leave now", "Delete everything", "Close"):
            if label in actor.buttons:
                actor.taps(label)
    world.deliver()


ACTS: dict[str, Callable[..., object]] = {
    "keep": drafts.keep_draft,
    "collect": drafts.keep_sentence,
    "never_send": drafts.begin_unsent,
    "keep_unsent": drafts.keep_unsent,
    "seal": letters.seal,
}


def makes(world: World, actor: Phone, letter_id: int, event: str) -> None:
    """What a dialog does with the letter of this name: the writer's own, or one that the actor has not."""
    turn, ref = actor.turn, world.letter(letter_id)["ref"]
    if drafts.find(world.connection, turn.person.id, ref) is None:
        return  # a name means nothing in another person's dialogs
    if event == "add":
        drafts.add_part(turn, letter=ref, kind="text", ref=9009, text=ADDED, file="")
    elif event == "edit":
        actor.hears(Changed(actor.sender, 9001, EDITED))
    elif event == "guide":
        drafts.begin(turn, letter=ref, guide="thanks")
    elif event == "plan":
        letters.plan(turn, letter=ref, hour="h09", day="week")
    elif event == "exchange":
        exchange.begin(turn, letter=ref, question="hope")
    elif event == "sharing":
        exchange.begin_sharing(turn, letter=ref)
    else:
        ACTS[event](turn, letter=ref)


def time_passes(world: World, letter_id: int, event: str) -> None:
    if event == "release":
        letters.release_due(world.connection, world.desk, now=world.now)
    elif event == "fold_due":
        reading.fold_due(world.connection, world.desk, now=world.now + timedelta(hours=24))
    elif event == "remind":
        reading.remind_due(world.connection, world.desk, now=world.now + timedelta(hours=9))
    else:
        housekeeping.forget_old(world.connection, now=world.now + timedelta(days=400))


def words_of(world: World, letter_id: int, writer_id: int) -> str | None:
    found = access.letter(world.connection, letter_id)
    assert found is not None
    if not found.is_held_by(writer_id):
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
    assert state_as_in_the_code(before, who, event, state) == world.letter(letter_id)["state"], cell
    changed = who == "writer" and state in ("draft", "kept", "unsent", "unsent_kept")
    gone = who == "writer" and event in ("delete", "bye", "discard_yes", "drop_own_yes")
    gone = gone or CHANGES.get(cell) == "discarded" or event == "forget"  # a copy's half year is over
    has = words_of(world, letter_id, writer_id)
    now_says = {"edit": EDITED, "add": f"{WORDS}\n\n{ADDED}"}.get(event, had) if changed else had
    assert gone or has == now_says, cell
    for name, phone in phones.items():
        if name != who:
            heard = REACHES.get((state, event)) == name and (event in CLOCK or who == "writer")
            assert (phone.new != []) <= heard, (cell, name, phone.said)
            assert "CANARY" not in phone.said, (cell, name)


def state_as_in_the_code(before: str, who: str, event: str, state: str) -> str:
    """What the table of the code says of this cell."""
    means = MEANS.get(event)
    if (state, event) in {("unsent_kept", "forget"), ("lasting", "forget")}:  # has no end
        return before
    if (state, who) in HAS_NONE and means is not None and WHO[means] == who:
        return before
    if (state, who, means) == ("taken_back", "writer", "drop_own"):
        return before
    last = {("given_up", "drop_own"), ("opened_alone", "drop"), ("on_its_way_alone", "drop")}
    if (state, means) in last and WHO[means] == who:
        return "discarded"
    if means is None or (state == "offered" and event == "release"):  # waits for the other letter
        return before
    role = WHO[means]
    may = role in ("clock", who) or (role == "either" and who != "stranger")
    return (after(before, means) or before) if may else before


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


def test_the_table_of_the_code_is_whole() -> None:
    """Every event is tried, happens in some state and has somebody who brings it about; every state is made here."""
    assert set(MEANS.values()) == set(EVENTS) == set(WHO)
    assert {event for row in TABLE.values() for event in row} == set(EVENTS)
    assert {IN_THE_TABLE.get(state, state) for state in STATES} == set(LIFE_STATES) == set(TABLE)
