"""Finds every way that a dialog can go, by playing it: all answers, and all facts that its conditions tell apart."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.engine.conditions import All as Every
from bot.engine.conditions import Any as Either
from bot.engine.conditions import Compare, Condition, Literal, Not, Variable
from bot.engine.conditions import names as names_of
from bot.engine.effects import Edge
from bot.engine.script import Dialog, Value
from tests.support.transcripts import ANA, LETTER, Point, Stage

TYPED: Mapping[str, tuple[Any, ...]] = {
    "name": ("Ana",),
    "words": ("We cook together",),  # but see WORDS
    "date": ("24 December", "sometime"),
    "trouble": (
        "We hardly talk any more",
        "We only argue about money",
        "We have no time for each other",
        "She does not want children and I do",
        "We are like flatmates",
        "He had an affair",
        "It is all so grey",
    ),
    "camera": ("you looked at your phone at dinner", "you never help"),
    "feeling": ("tired", "that you are selfish"),
    "why": ("it is our only hour", "you never listen"),
    "wish": ("us to eat without phones", "you must stop"),
    "seeing": (
        "had a long day",
        "are so selfish",
        {"typed": "had a long day", "finds": {"good": "sees_partner"}},
    ),
    "sentence": (
        "When you came home late, I felt lonely. I would like us to eat together.",
        "You always forget and you are lazy",
        "You are so selfish",
        "When the kitchen was full on Tuesday",
        "I would like us to talk on Sunday",
        "Your mother again",
        "The weather is nice",
        {"typed": "I know you had a long day", "finds": {"good": "sees_partner"}},
        {"typed": "You again", "finds": {"verdict": "you_statement", "flag": "none"}},
        {"typed": "It is your fault", "finds": {"second_flag": "absolute", "second_words": "always"}},
    ),
}
WORDS: Mapping[str, str] = {
    "mine": "I ask how the day was",
    "bring": "The summer",
    "seen": "Two tired people talked past each other",
    "hard": "I am not heard",
    "way": "The news",
    "day": "I plant a tree",
    "share": "The walk home",
    "load": "The bins",
    "heavy": "The silence",
    "need": "Sleep",
}
FLAGS = (
    "blame",
    "disguised_you",
    "absolute",
    "label_or_insult",
    "mind_reading",
    "faux_feeling",
    "demand",
    "contempt_or_sarcasm",
    "vague_wish",
    "none",
)
FOUND = {"words": "You never help", "rewrite": "I would like a hand."}
EARLIER = {"letter-5": "I miss our evenings."}
HEARD = {
    "guided": True,
    "verdict": "incomplete",
    "good": "none",
    "holds": "none",
    "flag": "none",
    **FOUND,
    "has_rewrite": False,
    "second_flag": "none",
    "second_words": "always",
    "second_rewrite": "",
    "second_has_rewrite": False,
}
STARTS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "welcome": ({}, {"args": {"invited": True}}),
    "answer_letter": ({"args": {"to": "7"}},),
    "invited": (
        {"args": {"invitation": "invitation-3"}},
        {"args": {"invitation": "invitation-3"}, "facts": {"known": False, "paired": False}},
    ),
    "checkup": (
        {},
        *(
            {"resumes": "trust", "facts": {"kept_strength": strength}}
            for strength in ("laugh", "team", "touch", "talk", "nothing", "own")
        ),
    ),
    "check_letter": ({"args": {"draft": "letter-5"}, "letters": EARLIER},),
    "my_part": ({"args": {"sent": False}}, {"args": {"sent": True}}),
    "sentence": ({"args": {"note": "letter-5"}, "letters": EARLIER},),
    "how_it_lands": tuple(
        {"args": HEARD | heard}
        for heard in (
            {"verdict": "off_topic"},
            *({"good": good} for good in ("feeling", "situation", "need", "sees_partner")),
            *({"holds": holds} for holds in ("none", "feeling", "need", "situation")),
            {"guided": False},
            {"verdict": "i_statement"},
            {"verdict": "you_statement"},
            {"flag": "blame"},
            {"flag": "blame", "second_flag": "absolute"},
        )
    ),
    "send_note": ({"args": {"note": "letter-5"}, "letters": EARLIER},),
    "unsent_letter": ({}, {"args": {"draft": "letter-5"}, "letters": EARLIER}),
    "write_letter": ({}, {"args": {"draft": "letter-5"}, "letters": EARLIER}),
    "explain_finding": tuple(
        {"args": {"flag": flag, **FOUND, "has_rewrite": rewrite}}
        for flag, rewrite in itertools.product(FLAGS, (False, True))
    ),
}
MOST = 60_000

Key = str


@dataclass(slots=True)
class Way:
    """One way from a state: what changes, what is said, the edges it takes, and where it leads."""

    changes: dict[str, Value]
    said: Any
    trace: tuple[Edge, ...]
    to: Key
    ended: bool


@dataclass(slots=True)
class State:
    """A state that was reached, and how it was reached first."""

    point: Point
    start: tuple[dict[str, Any], dict[str, Value]]
    path: tuple[tuple[dict[str, Value], Any], ...]
    ways: list[Way] = field(default_factory=list)


Found = tuple[State | None, Way]


class Search:
    """All that can happen in one dialog, as far as its own questions tell it apart."""

    def __init__(self, stage: Stage, dialog: Dialog) -> None:
        self.stage = stage
        self.dialog = dialog
        self.states: dict[Key, State] = {}
        self.changes = list(_changes(stage, dialog))
        self.reads = {name for condition in _conditions(dialog) for name in names_of(condition)}

    def explore(self, wanted: set[Edge]) -> list[Found]:
        """Every way found, nearest first, until all wanted edges are on one."""
        missing = set(wanted)
        found: list[Found] = []
        waiting = deque(self._starts(found, missing))
        tried = 0
        while waiting and missing and tried < MOST:
            state = self.states[waiting.popleft()]
            for changes, said in self.inputs(state.point):
                tried += 1
                way = self._try(state, changes, said)
                if way is None:
                    continue
                state.ways.append(way)
                found.append((state, way))
                missing -= set(way.trace)
                if not way.ended and way.to not in self.states:
                    continue
                if not way.ended and len(self.states[way.to].path) == len(state.path) + 1 and way.to not in waiting:
                    self._once(way.to, waiting)
        return found

    def _once(self, key: Key, waiting: deque[Key]) -> None:
        if not self.states[key].ways:
            waiting.append(key)

    def _starts(self, found: list[Found], missing: set[Edge]) -> Iterator[Key]:
        pairs = [{**one, **other} for one, other in itertools.combinations(self.changes, 2)]
        for given in STARTS.get(self.dialog.id, ({},)):
            start = {"dialog": self.dialog.id, **{key: value for key, value in given.items() if key != "facts"}}
            for changes in [{}, *self.changes, *pairs]:
                facts = {**given.get("facts", {}), **changes}
                point, done = self.stage.begin(start, facts)
                ended = done.session.status == "ended"
                key = self.key(point)
                missing -= set(done.trace)
                found.append((None, Way({**start}, facts, done.trace, key, ended)))
                if not ended and key not in self.states:
                    self.states[key] = State(point, (start, facts), ())
                    yield key

    def _try(self, state: State, changes: dict[str, Value], said: Any) -> Way | None:
        if len({**state.point.facts, **changes}) > 3:
            return None
        try:
            point, done = self.stage.go(state.point, said, changes)
        except AssertionError:
            return None
        ended = done.session.status == "ended"
        key = self.key(point)
        if not ended and key not in self.states:
            self.states[key] = State(point, state.start, (*state.path, (changes, said)))
        return Way(changes, said, done.trace, key, ended)

    def inputs(self, point: Point) -> Iterator[tuple[dict[str, Value], Any]]:
        """All that may be said here; with a change of facts only where the change is felt at once."""
        said = list(_answers(self.stage, point))
        for one in said:
            yield {}, one
        if len(point.session.frames) > 1:
            return
        for one in said:
            plain = self.stage.go(point, one, {})[1].effects
            for changes in self.changes:
                if self.stage.go(point, one, changes)[1].effects != plain:
                    yield changes, one

    def key(self, point: Point) -> Key:
        frames = [(frame.dialog, frame.node) for frame in point.session.frames]
        if not frames:
            return "ended"
        own = {name: value for name, value in point.session.frames[0].vars.items() if name in self.reads}
        facts = dict(point.facts) if len(frames) == 1 else {}
        filled = sorted(ref for ref, parts in point.letters.items() if parts)
        return json.dumps([frames, own, facts, filled], sort_keys=True)


def _answers(stage: Stage, point: Point) -> Iterator[Any]:
    ask = stage.book.dialogs[point.session.top.dialog].nodes[point.session.top.node].ask
    assert ask is not None
    listed = {option.id for option in stage.book.lists[ask.list.of]} if ask.list else set()
    shown = [choice for choice in point.choices if not choice.exit]
    if ask.collect is not None:
        yield "I miss our evenings."
    if ask.text is not None:
        yield from (WORDS[ask.text.save],) if ask.text.save in WORDS else TYPED[ask.text.check]
    yield from (f"[{stage.label(choice)}]" for choice in [one for one in shown if one.id in listed][:1])
    yield from (f"[{stage.label(choice)}]" for choice in shown if choice.id not in listed)
    if ask.timeout is not None:
        yield {"clock": "timeout"}
    yield {"clock": "expire"}


def _base(name: str) -> Value:
    return ANA.get(name, LETTER.get(name.partition(".")[2]))


def _conditions(dialog: Dialog) -> Iterator[Condition]:
    for node in dialog.nodes.values():
        for branch in node.go:
            if branch.condition is not None:
                yield branch.condition
        for button in node.ask.buttons if node.ask else ():
            if button.when is not None:
                yield button.when


def _changes(stage: Stage, dialog: Dialog) -> Iterator[dict[str, Value]]:
    """Each value of a fact that a condition of the dialog tells apart, one at a time."""
    values: dict[str, set[Value]] = {}
    needs: dict[str, set[Value]] = {need: {False} for need in dialog.needs}
    for condition in _conditions(dialog):
        for name, value in _tested(condition):
            values.setdefault(name, set()).add(value)
    for name, tested in {**needs, **values}.items():
        letter = dialog.vars.get(name.partition(".")[0])
        known = name in ANA or (letter is not None and letter.type == "letter" and name.partition(".")[2] in LETTER)
        if known and name not in dialog.vars:
            other: tuple[str, ...] = stage.book.facts[name].of[:1] if name in stage.book.facts else ()
            for value in sorted(tested.union(other) - {_base(name)}, key=str):
                yield {name: value}


def _tested(condition: Condition) -> Iterator[tuple[str, Value]]:
    match condition:
        case Variable(name):
            yield from ((name, True), (name, False))
        case Compare(Variable(name), ">" | "!=", Literal(value)) if isinstance(value, int):
            yield from ((name, value), (name, value + 1))
        case Compare(Variable(name), _, Literal(value)):
            yield (name, value)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from _tested(part)
        case Not(part):
            yield from _tested(part)
        case _:
            return
