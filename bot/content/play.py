"""play: a dialog in the terminal, against the same engine as in the chat. Keeps nothing, sends nothing.

Lines starting with `/` steer: /stop /back /help, /timeout and /expire (the clock), /photo and /voice, /vars, /facts,
/trace, /quit. Any other line is a number of a button or a typed answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TextIO

from bot.content.catalogue import Catalogue
from bot.engine import script
from bot.engine.effects import Choice, Domain, Edge, Effect, End, Env, RetireKeyboard, Say, Show, StartTimer, Status
from bot.engine.events import Command, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.run import new_letters
from bot.engine.script import Book, Fact, Value
from bot.engine.session import Frame, Session
from bot.engine.step import fresh, step

_DEFAULTS: Mapping[str, Value] = {"flag": False, "number": 0, "text": "", "letter": ""}
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class FactInvalid(ValueError):
    """`--fact` names no fact or gives it a value of another type; the message is a sentence."""


def default_facts(book: Book, given: Mapping[str, str]) -> dict[str, Value]:
    """A value for each fact by its type, with those given as text in their place. Raises FactInvalid."""
    values = {name: _default(fact) for name, fact in book.facts.items()}
    for name, text in given.items():
        if name in book.facts:
            values[name] = _read_fact(book.facts[name], text)
        elif _is_letter_field(book, name):
            values[name] = int(text) if text.isdecimal() else _flag_or_text(text)
        else:
            raise FactInvalid(f"There is no fact {name}; the facts are {', '.join(sorted(book.facts))}.")
    return values


def _default(fact: Fact) -> Value:
    if fact.type == "choice":
        return fact.of[0]
    return f"<{fact.name}>" if fact.type == "text" else _DEFAULTS[fact.type]


def _is_letter_field(book: Book, name: str) -> bool:
    return "." in name and name.partition(".")[2] in book.letter_fields


def _flag_or_text(text: str) -> Value:
    return text == "true" if text in ("true", "false") else text


def _read_fact(fact: Fact, text: str) -> Value:
    if fact.type == "number" and text.lstrip("-").isdecimal():
        return int(text)
    if fact.type == "flag" and text in ("true", "false"):
        return text == "true"
    if fact.type == "text" or (fact.type == "choice" and text in fact.of):
        return text
    wanted = f"one of {', '.join(fact.of)}" if fact.of else f"a {fact.type}"
    raise FactInvalid(f"The fact {fact.name} is {wanted}, not {text!r}.")


@dataclass(slots=True)
class Player:
    """One dialog in play."""

    book: Book
    catalogue: Catalogue
    facts: dict[str, Value]
    out: TextIO
    lang: str = "en"
    now: datetime = NOON
    show_trace: bool = False
    session: Session = field(default_factory=lambda: fresh(1, 1, 1))
    choices: tuple[Choice, ...] = ()
    parts: dict[str, list[str]] = field(default_factory=dict)
    walked: list[Edge] = field(default_factory=list)

    def start(self, dialog: str, at: str = "", values: Mapping[str, Value] | None = None) -> None:
        """Begins the dialog, with these variables set; `at` a question, as if one had come there."""
        given = dict(values or {})
        if not at:
            self._happen(Start(dialog, given))
            return
        letters = new_letters(self.session, self.book.dialogs[dialog], 0)
        frame = Frame(dialog, at, {**letters, **given})
        self.session = replace(self.session, frames=(frame,), status="waiting")
        self._happen(Resume())

    def line(self, line: str) -> bool:
        """One line of input. False when the play is over."""
        text = line.rstrip("\n")
        if text.startswith("/"):
            self._steer(text[1:].strip())
        elif text.strip():
            self._happen(self._event(text))
        return self.session.status == "waiting"

    def _event(self, text: str) -> Event:
        number = int(text) if text.strip().isdecimal() and len(text) < 4 else 0
        if 1 <= number <= len(self.choices):
            return Tap(self.session.turn, self.choices[number - 1].id)
        return Text(text)

    def _steer(self, word: str) -> None:
        match word:
            case "stop" | "back" | "help":
                self._happen(Command(word))
            case "timeout" | "expire":
                self._happen(Timer(self.session.turn, word))
            case "photo" | "voice":
                self._happen(Media(word, file=f"<{word}>"))
            case "vars":
                self._tell_vars()
            case "facts":
                self._tell_facts()
            case "trace":
                self._tell_trace(self.walked)
            case "quit":
                self._happen(Command("stop"))
            case _:
                self._print("  (steer with /stop /back /help /timeout /expire /photo /voice /vars /facts /trace /quit)")

    def _words(self, text: script.Text) -> str:
        return self.catalogue.text(text.id, self.lang)

    def _happen(self, event: Event) -> None:
        before = {(frame.dialog, *item) for frame in self.session.frames for item in frame.vars.items()}
        done = step(self.book, self.session, event, Env(self.now, self._known(), self._words))
        self.session = done.session
        for effect in done.effects:
            self._tell(effect)
        if done.toast is not None:
            self._print(f"  [{self.catalogue.text(done.toast, self.lang)}]")
        self.walked.extend(done.trace)
        if self.show_trace:
            self._tell_trace(done.trace)
            self._tell_saved(before)

    def _known(self) -> dict[str, Value]:
        return {**self._letter_facts(), **self.facts}

    def _letter_facts(self) -> dict[str, Value]:
        """The fields of every letter variable, from the parts typed so far."""
        found: dict[str, Value] = {}
        for frame in self.session.frames:
            dialog = self.book.dialogs.get(frame.dialog)
            for var in dialog.vars.values() if dialog else ():
                if var.type == "letter":
                    parts = self.parts.get(str(frame.vars.get(var.name)), [])
                    found |= {f"{var.name}.{name}": value for name, value in self._fields(parts).items()}
        return found

    def _fields(self, parts: list[str]) -> dict[str, Value]:
        """Fields by type, and the two that can be counted here."""
        kinds = self.book.letter_fields
        values = {name: kind.of[0] if kind.of else _DEFAULTS.get(kind.type, "") for name, kind in kinds.items()}
        counted: dict[str, Value] = {"parts": len(parts), "words": sum(len(part.split()) for part in parts)}
        return {**values, **{name: value for name, value in counted.items() if name in kinds}}

    # -- telling

    def _tell(self, effect: Effect) -> None:
        match effect:
            case Say():
                self._print(self.catalogue.text(effect.message, self.lang, effect.args, effect.count))
                self._tell_choices(effect.choices)
            case Show(letter):
                self._print("\n".join(["  ---", *(f"  | {part}" for part in self.parts.get(letter, [])), "  ---"]))
            case Status(letter, choices):
                self._print(f"  ({len(self.parts.get(letter, []))} parts)")
                self._tell_choices(choices)
            case Domain(name, args):
                self._act(name, args)
            case StartTimer(kind, at, _):
                self._print(f"  ({kind} at {at:%d %b %H:%M})")
            case End(result):
                self._print(f"  (end: {result})")
            case RetireKeyboard():
                self.choices = ()

    def _act(self, name: str, args: Mapping[str, Value]) -> None:
        if name == "add_part":
            words = str(args.get("text") or args.get("file") or "")
            self.parts.setdefault(str(args["letter"]), []).append(words)
        told = ", ".join(f"{key}={value!r}" for key, value in args.items())
        self._print(f"  (does {name}: {told})" if told else f"  (does {name})")

    def _tell_choices(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices
        for number, choice in enumerate(choices, 1):
            label = choice.label if choice.literal else self.catalogue.text(choice.label, self.lang)
            self._print(f"  {number}. {label}")

    def _tell_facts(self) -> None:
        for name, value in sorted(self._known().items()):
            self._print(f"  {name} = {value!r}")

    def _tell_vars(self) -> None:
        for frame in self.session.frames:
            for name, value in frame.vars.items():
                self._print(f"  {frame.dialog}.{name} = {value!r}")

    def _tell_saved(self, before: set[tuple[str, str, Value]]) -> None:
        """What this step has kept, where it is new; letters are told by their parts."""
        for frame in self.session.frames:
            dialog = self.book.dialogs.get(frame.dialog)
            for name, value in frame.vars.items():
                var = dialog.vars.get(name) if dialog else None
                if (frame.dialog, name, value) not in before and (var is None or var.type != "letter"):
                    self._print(f"  saved {frame.dialog}.{name} = {value!r}")

    def _tell_trace(self, edges: list[Edge] | tuple[Edge, ...]) -> None:
        for edge in edges:
            self._print(f"  {edge.dialog}.{edge.node} --{edge.by}--> {edge.to}")

    def _print(self, text: str) -> None:
        self.out.write(text + "\n")


def _start_values(book: Book, name: str, at: str, given: Mapping[str, str]) -> dict[str, Value]:
    """The variables as their types have them. Raises FactInvalid, also for a dialog or question that is not there."""
    dialog = book.dialogs.get(name)
    if dialog is None:
        raise FactInvalid(f"There is no dialog {name}; the dialogs are {', '.join(sorted(book.dialogs))}.")
    asking = [node.id for node in dialog.nodes.values() if node.ask is not None]
    if at and at not in asking:
        raise FactInvalid(f"There is no question {at} in {name}; the questions are {', '.join(asking)}.")
    values: dict[str, Value] = {}
    for key, text in given.items():
        var = dialog.vars.get(key.partition(".")[0])
        if var is None:
            raise FactInvalid(f"There is no variable {key} in {name}; it has {', '.join(dialog.vars) or 'none'}.")
        checked = "." in key or var.type == "letter"
        values[key] = _flag_or_text(text) if checked else _read_fact(Fact(key, var.type, var.of), text)
    return values


def play(
    book: Book,
    catalogue: Catalogue,
    dialog: str,
    *,
    lines: TextIO,
    out: TextIO,
    facts: Mapping[str, str] | None = None,
    lang: str = "en",
    now: datetime = NOON,
    trace: bool = False,
    at: str = "",
    variables: Mapping[str, str] | None = None,
) -> int:
    """Plays until the end of the dialog or of the lines. 2 where there is no such dialog, node, variable or fact."""
    try:
        given = _start_values(book, dialog, at, variables or {})
        values = default_facts(book, facts or {})
    except FactInvalid as error:
        out.write(f"{error}\n")
        return 2
    player = Player(book, catalogue, values, out, lang, now, trace)
    player.start(dialog, at, given)
    if player.session.status == "waiting":
        for line in lines:
            if not player.line(line):
                break
    return 0
