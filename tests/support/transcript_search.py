"""Adds chats for the edges that no transcript walks yet: python -m tests.support.transcript_search"""

from __future__ import annotations

import itertools
import json
import sys
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
from tests.support.transcript_edges import edges_of
from tests.support.transcript_lines import page
from tests.support.transcripts import ANA, FOLDER, LETTER, Chat, Point, Stage, files, library, read_chats

TYPED: Mapping[str, tuple[Any, ...]] = {
    "name": ("Ana",),
    "words": ("We cook together",),  # but see WORDS
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
WORDS: Mapping[str, str] = {"trouble": "We hardly talk", "mine": "I ask how the day was"}
FLAGS = (
    "blame",
    "disguised_you",
    "absolute",
    "label_or_insult",
    "mind_reading",
    "faux_feeling",
    "demand",
    "contempt_or_sarcasm",
    "none",
)
FOUND = {"words": "You never help", "rewrite": "I would like a hand."}
EARLIER = {"letter-5": "I miss our evenings."}
STARTS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "welcome": ({}, {"args": {"invited": True}}),
    "answer_letter": ({"args": {"to": "letter-7"}},),
    "invited": (
        {"args": {"invitation": "invitation-3", "inviter": "Ben"}},
        {"args": {"invitation": "invitation-3", "inviter": "Ben"}, "facts": {"known": False, "paired": False}},
    ),
    "checkup": (
        {},
        *(
            {"resumes": "in_words", "vars": {"strength": strength}}
            for strength in ("laugh", "team", "touch", "talk", "nothing", "We cook together")
        ),
    ),
    "check_letter": ({"args": {"draft": "letter-5"}, "letters": EARLIER},),
    "send_note": ({"args": {"note": "letter-5"}, "letters": EARLIER},),
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
    needs = {need: {False} for need in dialog.needs}
    for condition in _conditions(dialog):
        for name, value in _tested(condition):
            values.setdefault(name, set()).add(value)
    for name, tested in {**needs, **values}.items():
        letter = dialog.vars.get(name.partition(".")[0])
        known = name in ANA or (letter is not None and letter.type == "letter" and name.partition(".")[2] in LETTER)
        if known and name not in dialog.vars:
            other: tuple[str, ...] = stage.book.facts[name].of[:1] if name in stage.book.facts else ()
            for value in sorted({*tested, *other} - {_base(name)}, key=str):
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


# -- from ways to chats


class Writer:
    """Makes chats of the ways found, as few as will do."""

    def __init__(self, search: Search, missing: set[Edge]) -> None:
        self.search = search
        self.stage = search.stage
        self.missing = missing
        self.names: set[str] = set()

    def chats(self) -> Iterator[Chat]:
        """Until no way found covers anything more."""
        found = self.search.explore(self.missing)
        for state, way in sorted(found, key=lambda one: one[1].ended):
            if self.missing & set(way.trace):
                yield self._chat(state, way)

    def _chat(self, state: State | None, way: Way) -> Chat:
        if state is None:
            start, facts, path = way.changes, way.said, []
        else:
            (start, facts), path = state.start, [*state.path, (way.changes, way.said)]
        point, done = self.stage.begin(start, facts)
        items: list[dict[str, Any]] = []
        self.missing -= set(done.trace)
        todo = deque(path)
        while point.session.status == "waiting":
            if not todo:
                todo.extend(self._further(point))
            changes, said = todo.popleft()
            after, done = self.stage.go(point, said, changes)
            self.missing -= set(done.trace)
            items += self._asides(point, after)
            items.append(_done(said, changes))
            point = after
        raw = Chat(self.search.dialog.id, "", facts, start, tuple(items))
        chat = raw.rewritten(self.stage)
        return Chat(chat.dialog, self._name(chat), facts, start, chat.items)

    def _further(self, point: Point) -> list[tuple[dict[str, Value], Any]]:
        """The nearest way to something new, else to an end."""
        return self._nearest(point, new=True) or self._nearest(point, new=False)

    def _nearest(self, point: Point, *, new: bool) -> list[tuple[dict[str, Value], Any]]:
        here = self.search.key(point)
        waiting: deque[tuple[Key, Point, list[tuple[dict[str, Value], Any]]]] = deque([(here, point, [])])
        seen = {here}
        last: list[tuple[dict[str, Value], Any]] = []
        while waiting:
            _, where, path = waiting.popleft()
            for changes, said in self._ways(where, new=new):
                after, done = self.stage.go(where, said, changes)
                ended = done.session.status == "ended"
                steps = [*path, (changes, said)]
                if new and self.missing & set(done.trace):
                    if not ended:
                        return steps
                    last = last or steps
                elif ended and not new and said != {"clock": "expire"}:
                    return steps
                key = self.search.key(after)
                if not ended and key not in seen and len(steps) < (3 if new else 12):
                    seen.add(key)
                    waiting.append((key, after, steps))
            if last and len(waiting) > 200:
                return last
        return last or ([] if new else [({}, {"clock": "expire"})])

    def _ways(self, point: Point, *, new: bool) -> Iterator[tuple[dict[str, Value], Any]]:
        for changes, said in self.search.inputs(point):
            if not changes or (new and len({**point.facts, **changes}) <= 3):
                yield changes, said

    def _asides(self, point: Point, after: Point) -> list[dict[str, Any]]:
        """What else might have been said here, where it ends at once or comes to the same question."""
        items: list[dict[str, Any]] = []
        for changes, said in self.search.inputs(point):
            other, done = self.stage.go(point, said, changes)
            ended = done.session.status == "ended"
            same = _place(other) == _place(after)
            if self.missing & set(done.trace) and (ended or same):
                self.missing -= set(done.trace)
                item = _done(said, changes)
                items.append({"instead": item.pop("ana", {"clock": item.pop("clock", None)}), **item})
        return items

    def _name(self, chat: Chat) -> str:
        name = _named(chat)
        while name in self.names:
            name += ", once more"
        self.names.add(name)
        return name


def _place(point: Point) -> list[tuple[str, str]]:
    return [(frame.dialog, frame.node) for frame in point.session.frames]


def _done(said: Any, changes: dict[str, Value]) -> dict[str, Any]:
    item = {"clock": said["clock"]} if isinstance(said, dict) and "clock" in said else {"ana": said}
    return {**item, **({"facts": changes} if changes else {})}


# -- names of chats: sentences that say what is special


_PHRASES: Mapping[tuple[str, Value], str] = {
    ("paired", False): "without a partner",
    ("known", False): "as a stranger",
    ("name", ""): "without a name",
    ("resting", True): "on quiet days",
    ("nudges_on", False): "without a daily message",
    ("suspended", True): "with something still open",
    ("letters_left", 0): "with no letter left for today",
    ("focus", "infidelity"): "after a break of trust",
    ("invited", True): "as one who was invited",
    ("draft.has_rewrite", True): "with other words at hand",
    ("has_rewrite", True): "with other words at hand",
    ("has_rewrite", False): "without other words",
    ("operator", ""): "with nobody named who runs it",
}
_QUIET = {"words", "rewrite", "to", "invitation", "inviter", "draft", "note"}


def _named(chat: Chat) -> str:
    given = {**chat.facts, **chat.start.get("args", {}), **chat.start.get("vars", {})}
    parts = [f"back at {chat.start['resumes']}"] if "resumes" in chat.start else []
    parts += [_PHRASES.get((key, value), f"with {key} {value}") for key, value in given.items() if key not in _QUIET]
    deeds = [_deed(item) for item in chat.items if "ana" in item or "clock" in item]
    told = _listed(_elided(deeds if len(deeds) < 6 else [*deeds[:3], ("goes", "on"), *deeds[-2:]]))
    name = f"{_listed(parts)}{', ' * bool(parts)}{f'Ana {told}' if told else 'nothing is asked'}"
    return name[0].upper() + name[1:]


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def _elided(deeds: list[tuple[str, str]]) -> list[str]:
    """A verb is said once for all that follow with it."""
    verbs = ["", *(verb for verb, _ in deeds)]
    return [what if verb == before else f"{verb} {what}" for before, (verb, what) in zip(verbs, deeds, strict=False)]


def _deed(item: Mapping[str, Any]) -> tuple[str, str]:
    if "clock" in item:
        return "gives", "no answer"
    said = item["ana"] if isinstance(item["ana"], str) else item["ana"]["typed"]
    return ("taps", said) if said.startswith("[") else ("says", f"“{said}”")


# -- the files


def main(only: list[str]) -> None:
    """Adds what is missing to the files."""
    stage = Stage(library().book, library().catalogue)
    chats = {path.stem: read_chats(path) for path in files()}
    for dialog in stage.book.dialogs.values():
        kept = chats.get(dialog.id, [])
        walked = {edge for chat in kept for move in chat.play(stage) for edge in move.trace}
        missing = set(edges_of(dialog)) - walked
        if not missing or (only and dialog.id not in only):
            continue
        new = list(Writer(Search(stage, dialog), missing).chats())
        (FOLDER / f"{dialog.id}.yaml").write_text(page([*kept, *new]), "utf-8")
        sys.stdout.write(f"{dialog.id}: {len(new)} chats, {len(missing)} edges left\n")
        for edge in sorted(missing, key=str):
            sys.stdout.write(f"  {edge.node} --{edge.by}--> {edge.to}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
