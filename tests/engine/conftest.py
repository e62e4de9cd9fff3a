"""A book that uses the whole format, and a chat that steps through it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.loader import load_book
from bot.engine.effects import Domain, End, Env, Say, StartTimer, Status, Step
from bot.engine.events import Command, Edited, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.script import (
    Accepted,
    Book,
    Checker,
    Danger,
    EffectArg,
    EffectSpec,
    Fact,
    Field,
    Option,
    Rejected,
)
from bot.engine.session import Session, dump, load
from bot.engine.step import fresh, step

FIXED = (
    "stopped no_way_back moved_on please_tap media_not_here not_understood too_long needs_paired gone soft_danger "
    "threat_held back stop nothing_open not_whole"
)
INTERRUPTS = """\
words: {stop: [stop], back: [back, go back], help: [help]}
help_dialog: help
danger: {self_harm: harm, violence_towards_partner: violence}
messages:
  did_you_mean: Did you mean {label}?
""" + "".join(f"  {name}: Words.\n" for name in FIXED.split())
FILES = Path(__file__).parent / "book"


def _words(text: str) -> Accepted | Rejected:
    return Accepted(text, {"kind": "long" if len(text) > 9 else "short"}) if text.strip() else Rejected("not_whole")


def _whole(text: str) -> Accepted | Rejected:
    return Accepted(int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else Rejected("not_whole")


def _danger(text: str) -> Danger | None:
    found = {"die": "self_harm", "hit him": "violence_towards_partner", "unsafe": "afraid"}
    kind = next((kind for word, kind in found.items() if word in text), None)
    return None if kind is None else Danger(kind, hard=kind != "afraid")


def _letter() -> EffectArg:
    return EffectArg("letter", variable=True)


REGISTRY = {
    "effects": {
        "seal": EffectSpec("seal", {"letter": _letter()}, frozenset({"letter"}), irreversible=True),
        "keep": EffectSpec("keep", {"letter": _letter()}),
        "tell": EffectSpec("tell", {"words": EffectArg("text")}, frozenset({"words"})),
        "note": EffectSpec("note", {"words": EffectArg("text"), "by": EffectArg("text", required=False)}),
        "rest": EffectSpec("rest", {}),
    },
    "checkers": {
        "words": Checker("words", _words, "text", {"kind": Field("choice", ("short", "long"))}),
        "whole": Checker("whole", _whole, "number", reasons=frozenset({"not_whole"})),
    },
    "facts": {
        "paired": Fact("paired", "flag"),
        "partner": Fact("partner", "text", needs="paired"),
        "left": Fact("left", "number"),
    },
    "lists": {"zones": (Option("utc", "Universal time"), Option("cet", "Central Europe"))},
    "letter_fields": {"parts": Field("number"), "heat": Field("number")},
    "danger": _danger,
}
FACTS = {"paired": True, "partner": "Bo", "left": 2}
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Chat:
    """One session: what is sent goes through JSON first, as it does between turns."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.session: Session = fresh(7, 3, 1)
        self.facts: dict[str, object] = dict(FACTS)
        self.now = NOW
        self.last: Step

    def send(self, event: Event) -> Step:
        self.last = step(self.book, load(dump(self.session)), event, Env(self.now, self.facts))
        self.session = self.last.session
        return self.last

    def start(self, dialog: str, **args: object) -> Step:
        return self.send(Start(dialog, args))

    def tap(self, *buttons: str) -> Step:
        for button in buttons:
            self.send(Tap(self.session.turn, button))
        return self.last

    def type(self, *texts: str, ref: int = 1) -> Step:
        for text in texts:
            self.send(Text(text, ref))
        return self.last

    def edit(self, text: str, ref: int = 1) -> Step:
        return self.send(Edited(ref, text))

    def media(self, kind: str, caption: str = "") -> Step:
        return self.send(Media(kind, 5, "file", caption))

    def clock(self, kind: str, turn: int | None = None) -> Step:
        return self.send(Timer(self.session.turn if turn is None else turn, kind))

    def command(self, name: str) -> Step:
        return self.send(Command(name))

    def resume(self) -> Step:
        return self.send(Resume())

    @property
    def at(self) -> str:
        """Where the session stands: the dialogs and their nodes, or how it ended."""
        if self.session.status == "ended":
            return next(f"ended {effect.result}" for effect in self.last.effects if isinstance(effect, End))
        return " > ".join(f"{frame.dialog}.{frame.node}" for frame in self.session.frames)

    @property
    def said(self) -> list[str]:
        return [effect.message for effect in self.last.effects if isinstance(effect, Say)]

    @property
    def done(self) -> list[Domain]:
        return [effect for effect in self.last.effects if isinstance(effect, Domain)]

    @property
    def timers(self) -> list[StartTimer]:
        return [effect for effect in self.last.effects if isinstance(effect, StartTimer)]

    @property
    def choices(self) -> list[str]:
        """The ids of the buttons shown last in this turn."""
        shown = [effect.choices for effect in self.last.effects if isinstance(effect, Say | Status)]
        return [choice.id for choice in next((choices for choices in reversed(shown) if choices), ())]

    def now_in(self, book: Book) -> None:
        """A new release of the dialogs comes out."""
        self.book = book


@pytest.fixture(scope="session")
def files() -> dict[str, str]:
    """The dialogs of the book, by name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FILES.glob("*.yaml"))}


@pytest.fixture(scope="session")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Path]]:
    return lambda: tmp_path_factory.mktemp("book")


@pytest.fixture(scope="session")
def book_with(files: dict[str, str], _folder: Callable[[], Path]) -> Callable[..., Book]:
    """The book with some dialogs (name -> text) put in place of its own, or beside them; None takes one out."""

    def making(**changed: str | None) -> Book:
        folder = _folder()
        written = {"_interrupts": INTERRUPTS, "interface": "messages:\n  hi: Hi.\n", **files, **changed}
        for name, text in written.items():
            if text is not None:
                (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        loaded = load_book(folder, **REGISTRY)
        assert loaded.book is not None
        assert [one for one in loaded.diagnostics if one.severity == "error"] == []
        return loaded.book

    return making


@pytest.fixture(scope="session")
def book(book_with: Callable[..., Book]) -> Book:
    """The book as it stands in the folder `book`."""
    return book_with()


@pytest.fixture(scope="session")
def chat_in() -> Callable[[Book], Chat]:
    """A chat in a book of one's own."""
    return Chat


@pytest.fixture
def chat(book: Book) -> Chat:
    """A chat in the book, with nothing said so far."""
    return Chat(book)


@pytest.fixture(scope="session")
def calm(book: Book) -> Book:
    """The same book where no words are a danger."""
    return replace(book, danger=lambda _text: None)
