"""Golden chats: plays the files of tests/transcripts against the engine and the real dialogs, and writes them anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.content.catalogue import Catalogue
from bot.content.library import Library
from bot.content.yaml_file import read_yaml
from bot.conversation.shelf import open_library
from bot.engine.effects import Choice, Domain, Edge, Env, Say, Status, Step
from bot.engine.events import Command, Edited, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.script import Accepted, Book, Value
from bot.engine.session import Session
from bot.engine.step import fresh, step
from tests.support.transcript_lines import told

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "transcripts"
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SAID = ("ana", "clock", "instead")
SPOKEN = ("bot", "shows", "status")

ANA: Mapping[str, Value] = {
    "known": True,
    "name": "Ana",
    "telegram_name": "Ana",
    "partner": "Ben",
    "paired": True,
    "inviting": False,
    "path": "together",
    "resting": False,
    "focus": "none",
    "leading": "communication",
    "second": "time",
    "strength_words": "we cook together",
    "kept_strength": "laugh",
    "trouble_words": "we hardly talk",
    "has_then": False,
    "then_on": "3 March",
    "then_and_now": "Lighter: talking.",
    "has_then_words": True,
    "then_words": "You wrote: “we hardly talk”",
    "has_looked": False,
    "looked_on": "5 June",
    "looked": "What stood out: talking.",
    "next_step": "Put one thing of your own into words.",
    "second_step": "Choose a fixed time to talk.",
    "third_step": "Look at one quarrel as a fair third person would.",
    "fourth_step": "Find a question whose answer you do not know.",
    "fifth_step": "Look five years ahead.",
    "sixth_step": "Take one thing off a list that is too long, theirs or yours.",
    "steps_open": 3,
    "path_walked": False,
    **{
        f"step_{focus}": f"Something to do about {focus}."
        for focus in ("communication", "conflicts", "time", "priorities", "routine", "infidelity")
    },
    "nudge_time": "8:00",
    "nudges_on": True,
    "quiet_hours": "22:00 to 7:00",
    "effort": "any",
    "zone_label": "Berlin, Rome, Warsaw, Stockholm",
    "local_hour": 12,
    "has_country": True,
    "near_countries": "de it pl",
    "country_label": "Germany",
    "emergency": "112",
    "has_emergency": True,
    "lines_crisis": "A line for crises: 111",
    "lines_abuse": "A line on abuse: 222",
    "lines_violence": "A line for those who fear to hurt someone: 333",
    "lines_general": "A line for anything: 444",
    "letters_waiting": 0,
    "letters_left": 3,
    "letters_any": True,
    "sentences_any": True,
    "lot": 0,
    "muted": False,
    "guarded": False,
    "suspended": False,
    "suspended_about": "Write one honest letter.",
    "operator": "@keeper",
}
LETTER: Mapping[str, Value] = {
    "heat": 0,
    "marks": 0,
    "flag": "none",
    "marked": "You never listen.",
    "rewrite": "I would like to be heard.",
    "has_rewrite": False,
    "threat": False,
    "exchange": False,
    "question": "What do I miss about the two of us?",
    "keeps": False,
}

Parts = tuple[tuple[int, str], ...]


@cache
def library() -> Library:
    """The shipped dialogs, opened once."""
    return open_library(ROOT / "dialogs")


@dataclass(frozen=True, slots=True)
class Point:
    """Where a chat stands: the session, what is known, the letters so far, the buttons on the screen."""

    session: Session = field(default_factory=lambda: fresh(1, 1, 1))
    facts: Mapping[str, Value] = field(default_factory=dict)
    letters: Mapping[str, Parts] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    said: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """The engine with the dialogs and their English."""

    book: Book
    catalogue: Catalogue

    def begin(self, start: Mapping[str, Any], facts: Mapping[str, Value]) -> tuple[Point, Step]:
        """Starts a dialog, with letters written earlier.

        `at` moves the session to a node that there was once; `resumes` comes back to a question left earlier, with
        `vars` answered before it.
        """
        letters = {ref: ((0, text),) for ref, text in start.get("letters", {}).items()}
        point, done = self._step(Point(facts=facts, letters=letters), Start(start["dialog"], start.get("args", {})))
        if "at" in start:
            gone = replace(point.session.top, node=start["at"])
            point = replace(point, session=point.session.with_top(gone))
        if "resumes" in start:
            top = point.session.top
            left = replace(top, node=start["resumes"], vars={**top.vars, **start.get("vars", {})})
            return self._step(replace(point, session=point.session.with_top(left)), Resume())
        return point, done

    def go(self, point: Point, said: Any, facts: Mapping[str, Value]) -> tuple[Point, Step]:
        """One thing that Ana or the clock does; `facts` change before."""
        point = replace(point, facts={**point.facts, **facts}, said=point.said + 1)
        finds = said.get("finds") if isinstance(said, dict) else None
        return self._step(point, self._event(point, said), _finding(self.book, finds) if finds else self.book)

    def label(self, choice: Choice) -> str:
        """What stands on the button."""
        return choice.label if choice.literal else self.catalogue.text(choice.label)

    def _step(self, point: Point, event: Event, book: Book | None = None) -> tuple[Point, Step]:
        facts = {**ANA, **self._of_letters(point, event), **point.facts}
        done = step(book or self.book, point.session, event, Env(NOON, facts))
        letters, choices = dict(point.letters), point.choices
        for effect in done.effects:
            if isinstance(effect, Domain):
                _keep_part(letters, effect)
            if isinstance(effect, Say | Status):
                choices = effect.choices or choices
        return replace(point, session=done.session, letters=letters, choices=choices), done

    def _of_letters(self, point: Point, event: Event) -> dict[str, Value]:
        held = [(frame.dialog, frame.vars) for frame in point.session.frames]
        if isinstance(event, Start):
            held.append((event.dialog, event.args))
        found: dict[str, Value] = {}
        for name, values in held:
            dialog = self.book.dialogs.get(name)
            for var in dialog.vars.values() if dialog else ():
                if var.type == "letter":
                    parts = point.letters.get(str(values.get(var.name)), ())
                    counted = {"parts": len(parts), "words": sum(len(text.split()) for _, text in parts)}
                    found |= {f"{var.name}.{field}": value for field, value in {**LETTER, **counted}.items()}
        return found

    def _event(self, point: Point, said: Any) -> Event:
        match said:
            case str() if said.startswith("[") and said.endswith("]"):
                return Tap(point.session.turn, self._button(point, said[1:-1]))
            case str():
                return Text(said, point.said)
            case {"stale": str(label)}:
                return Tap(point.session.turn - 1, self._button(point, label[1:-1]))
            case {"button": str(button)}:
                return Tap(point.session.turn, button)
            case {"clock": "timeout" | "expire" as kind}:
                return Timer(point.session.turn - said.get("turns_ago", 0), kind)
            case {"command": "stop" | "back" | "help" as name}:
                return Command(name)
            case {"edited": str(text), "ref": int(ref)}:
                return Edited(ref, text)
            case {"sends": str(kind)}:
                return Media(kind, point.said, f"<{kind}>", said.get("caption", ""))
            case {"typed": str(text)}:
                return Text(text * said.get("times", 1), point.said)
            case {"returns": True}:
                return Resume()
        raise AssertionError(f"nobody can do {said!r}")

    def _button(self, point: Point, label: str) -> str:
        for choice in point.choices:
            if self.label(choice) == label:
                return choice.id
        raise AssertionError(f"there is no button {label}, but {[self.label(one) for one in point.choices]}")


def _finding(book: Book, finds: Mapping[str, Value]) -> Book:
    """The book with checkers that find this besides, whatever they are given."""

    def sharper(name: str) -> Any:
        checker = book.checkers[name]

        def check(text: str) -> Any:
            verdict = checker.check(text)
            return replace(verdict, fields={**verdict.fields, **finds}) if isinstance(verdict, Accepted) else verdict

        return replace(checker, check=check)

    return replace(book, checkers={name: sharper(name) for name in book.checkers})


def _keep_part(letters: dict[str, Parts], effect: Domain) -> None:
    args = effect.args
    if effect.name == "add_part":
        letter = str(args["letter"])
        letters[letter] = (*letters.get(letter, ()), (int(args["ref"] or 0), str(args["text"] or args["file"])))
    elif effect.name == "edit_part":
        letter = str(args["letter"])
        kept = letters.get(letter, ())
        letters[letter] = tuple((ref, str(args["text"]) if ref == args["ref"] else text) for ref, text in kept)
    elif effect.name in ("write_note", "write_sentence"):
        words = [str(value) for name, value in args.items() if name != "letter" and value]
        letters[str(args["letter"])] = ((0, " / ".join(words)),)


Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """Something done, what is to be answered to it, and what really was."""

    done: Item
    expected: tuple[Item, ...]
    actual: tuple[Item, ...]
    before: Session | None
    step: Step

    @property
    def differs(self) -> bool:
        """Whether something else happened than is written."""
        return self.expected != self.actual

    @property
    def trace(self) -> tuple[Edge, ...]:
        """The edges walked."""
        return self.step.trace

    @property
    def visited(self) -> Iterator[tuple[str, str]]:
        """Dialogs and nodes come by, those of the stack among them."""
        for edge in self.step.trace:
            yield edge.dialog, edge.node
        for session in (self.before, self.step.session):
            for frame in session.frames if session else ():
                yield frame.dialog, frame.node

    @property
    def texts(self) -> Iterator[str]:
        """The ids of the messages and labels read."""
        for effect in self.step.effects:
            if isinstance(effect, Say):
                yield effect.message
            if isinstance(effect, Say | Status):
                yield from (choice.label for choice in effect.choices)
        if self.step.toast is not None:
            yield self.step.toast


@dataclass(frozen=True, slots=True)
class Chat:
    """One transcript; `dialog` is what the file is about, where it is about one."""

    dialog: str | None
    name: str
    facts: Mapping[str, Value]
    start: Mapping[str, Any]
    items: tuple[Item, ...]

    def play(self, stage: Stage) -> Iterator[Move]:
        """Each move in turn; an `instead` is tried and taken back."""
        (_, expected), *rest = _moves(self.items)
        point, done = stage.begin(self.start, self.facts)
        yield Move({}, expected, told(stage, done, point.letters), None, done)
        for heard, expected in rest:
            after, done = stage.go(point, _said(heard), heard.get("facts", {}))
            yield Move(heard, expected, told(stage, done, after.letters), point.session, done)
            point = point if "instead" in heard else after

    def rewritten(self, stage: Stage) -> Chat:
        """The same chat with what really was answered."""
        items: list[Item] = []
        for move in self.play(stage):
            items += [move.done, *move.actual] if move.done else move.actual
        return replace(self, items=tuple(items))


def _said(heard: Item) -> Any:
    if "clock" in heard:
        return {"clock": heard["clock"], "turns_ago": heard.get("turns_ago", 0)}
    return heard["ana"] if "ana" in heard else heard["instead"]


def _moves(items: tuple[Item, ...]) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    heard: Item = {}
    expected: list[Item] = []
    for item in items:
        if any(key in item for key in SAID):
            yield heard, tuple(expected)
            heard, expected = item, []
        else:
            expected.append(item)
    yield heard, tuple(expected)


def read_chats(path: Path) -> list[Chat]:
    """The transcripts of one file."""
    data: Any = read_yaml(path).data
    dialog = data.get("dialog")
    start = {"dialog": dialog}
    return [
        Chat(dialog, chat["name"], chat.get("facts", {}), chat.get("start", start), _items(chat.get("chat", ())))
        for chat in data["chats"]
    ]


def _items(written: Iterable[Item]) -> tuple[Item, ...]:
    """As `told` gives them: a block ends with its last word."""
    return tuple(
        {key: value.removesuffix("\n") if key in SPOKEN else value for key, value in item.items()} for item in written
    )


def files() -> list[Path]:
    """All files of transcripts."""
    return sorted(FOLDER.glob("*.yaml"))
