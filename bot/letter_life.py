"""The life of a letter: one table of state x event, and who brings each event about. Pure: does nothing itself.

A letter *rests* or is held while it is `sealed`, *lies open* or *folded* while it is `opened`; those are moments and
marks on its row, not states. What the table does not name is refused and changes nothing. From `unsent`, a letter
that is never to be sent, no way leads to a reader.

Each of the two has a copy: `drop_own` and `drop` take one, and the letter is forgotten when nobody has it any more.
A letter that its reader drops unopened is `stopped`, as by a parting: nobody opens it any more, and to its writer it is
sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

State = Literal["draft", "kept", "unsent", "sealed", "waiting", "opened", "withdrawn", "stopped", "discarded"]
Event = Literal[
    # of its writer
    "add",
    "edit",
    "prepare",
    "keep",
    "collect",
    "never_send",
    "seal",
    "send_alone",
    "look",
    "withdraw",
    "discard",
    "print_own",
    "preserve_own",
    "drop_own",
    # of its reader
    "open",
    "turn",
    "enclose",
    "save",
    "fold",
    "print",
    "preserve",
    "drop",
    "put_off",
    "answer",
    "worry",
    # of the clock
    "deliver",
    "remind",
    "forget",
    # of either, by ending the couple
    "part",
]
Role = Literal["writer", "reader", "clock", "either"]

STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)

WHO: Mapping[Event, Role] = {
    "add": "writer",  # a message becomes a part of it
    "edit": "writer",  # an earlier message has changed
    "prepare": "writer",  # its guide, its time, what it answers, the exchange it belongs to
    "keep": "writer",  # kept as a draft for another month
    "collect": "writer",  # kept for oneself: among one's own sentences, or as a letter never to be sent
    "never_send": "writer",  # it was begun to stay with its writer
    "seal": "writer",
    "send_alone": "writer",  # an exchange that the other has not joined: it goes by itself
    "look": "writer",  # one's own words, from the list
    "withdraw": "writer",
    "discard": "writer",
    "print_own": "writer",  # a keepsake of one's own letter
    "preserve_own": "writer",  # one's own copy stays beyond its time, or no longer does
    "drop_own": "writer",  # one's own copy goes; the letter goes its way
    "open": "reader",
    "turn": "reader",  # another page
    "enclose": "reader",  # a photo or voice note of it
    "save": "reader",  # a copy for oneself, whatever its writer wished about forwarding
    "fold": "reader",
    "print": "reader",  # a keepsake of it
    "preserve": "reader",
    "drop": "reader",  # the reader's copy goes, opened or not; the writer's stays
    "put_off": "reader",  # "I need until ...", before opening or before answering
    "answer": "reader",
    "worry": "reader",
    "deliver": "clock",
    "remind": "clock",
    "forget": "clock",
    "part": "either",
}

IN_THE_MAKING: Mapping[Event, State] = {"look": "draft", "seal": "sealed", "discard": "discarded"}
TABLE: Mapping[State, Mapping[Event, State]] = {
    "draft": {
        **IN_THE_MAKING,
        **dict.fromkeys(("add", "edit", "prepare", "keep"), "draft"),
        "collect": "kept",
        "never_send": "unsent",
        "forget": "discarded",
    },
    "kept": {**IN_THE_MAKING, **dict.fromkeys(("look", "add", "edit", "prepare", "collect"), "kept")},
    "unsent": {
        **dict.fromkeys(("look", "add", "edit", "collect", "never_send"), "unsent"),
        **dict.fromkeys(("discard", "forget"), "discarded"),
    },
    "sealed": {
        **dict.fromkeys(("look", "print_own", "preserve_own", "drop_own"), "sealed"),
        "send_alone": "sealed",
        "withdraw": "withdrawn",
        "deliver": "waiting",
        "part": "stopped",
    },
    "waiting": {
        **dict.fromkeys(("look", "print_own", "preserve_own", "drop_own"), "waiting"),
        "withdraw": "withdrawn",
        "open": "opened",
        **dict.fromkeys(("put_off", "worry", "remind"), "waiting"),
        **dict.fromkeys(("drop", "part"), "stopped"),
    },
    "opened": {
        # To its writer an opened letter behaves as an unopened one: taking it back says and looks the same.
        **dict.fromkeys(("look", "withdraw", "print_own", "preserve_own", "drop_own"), "opened"),
        **dict.fromkeys(("open", "turn", "enclose", "save", "print", "fold", "preserve", "drop"), "opened"),
        **dict.fromkeys(("put_off", "answer", "worry", "remind"), "opened"),
        "forget": "discarded",
    },
    "withdrawn": {
        **dict.fromkeys(("look", "withdraw"), "withdrawn"),
        **dict.fromkeys(("drop_own", "forget"), "discarded"),
    },
    "stopped": {
        **dict.fromkeys(("look", "print_own", "preserve_own"), "stopped"),
        "withdraw": "withdrawn",
        **dict.fromkeys(("drop_own", "forget"), "discarded"),
    },
    "discarded": {},
}

ExchangeState = Literal["begun", "offered", "met", "ended"]
ExchangeEvent = Literal["offer", "meet", "end"]
EXCHANGE: Mapping[ExchangeState, Mapping[ExchangeEvent, ExchangeState]] = {
    "begun": {"offer": "offered", "end": "ended"},  # the first letter is in the making, or rests
    "offered": {"meet": "met", "end": "ended"},  # the first is sealed, and the other person knows the question
    "met": {"end": "ended"},  # both are sealed
    "ended": {},
}


def after(state: str, event: Event) -> State | None:
    """The state that follows; None where the event is refused in this state."""
    return TABLE[state].get(event)  # type: ignore[index]  # rows hold a State


def states_with(event: Event) -> tuple[State, ...]:
    """The states in which this event may happen."""
    return tuple(state for state in STATES if event in TABLE[state])


def exchange_after(state: str, event: ExchangeEvent) -> ExchangeState | None:
    """The same for an exchange."""
    return EXCHANGE[state].get(event)  # type: ignore[index]  # rows hold an ExchangeState
