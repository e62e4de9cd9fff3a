"""Whoever waits at a question that was ever released gets an answer from today's dialogs, whatever they do."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.effects import Domain, End, Env, RetireKeyboard, Say, Show, Status, Step
from bot.engine.events import Command, Edited, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.script import Ask, Book, Danger, Dialog, Value
from bot.engine.session import Session
from bot.engine.step import fresh, step
from tests.support.transcripts import ANA, LETTER, NOON, library

LOCK = Path(__file__).resolve().parents[2] / "dialogs" / "dialogs.lock"
KINDS = ("photo", "voice", "video", "sticker", "document", "location", "poll")
ALONE: Mapping[str, Value] = {
    **ANA,
    "paired": False,
    "partner": "",
    "path": "solo",
    "letters_any": False,
    "has_country": False,
}
VALUES: Mapping[str, Value] = {"text": "some words", "number": 1, "flag": True, "letter": "draft"}
SILENT = {"expire", "timeout that is none", "old timer", "old expiry", "edit"}


def released() -> list[tuple[str, str]]:
    """Every question of the lock."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    keys = [line.split()[0] for line in lines if line and line[0] != "#" and not line.startswith("interface.")]
    return [(name, node) for name, dot, node in (key.partition(".") for key in keys) if dot]


def danger(text: str) -> Danger | None:
    if text == "a hard danger":
        return Danger("self_harm", hard=True)
    return Danger("self_harm", hard=False) if text == "a soft danger" else None


def book() -> Book:
    return replace(library().book, danger=danger)


def waiting(book: Book, name: str, node: str, facts: Mapping[str, Value]) -> Session:
    """A session that stopped at this question in an earlier release, with every variable set."""
    dialog = book.dialogs[name]
    began = step(book, fresh(1, 1, 1), Start(name, filled(dialog)), Env(NOON, facts)).session
    if not began.frames:
        began = step(book, fresh(1, 1, 1), Start("menu"), Env(NOON, facts)).session
    frame = replace(began.frames[0], dialog=name, node=node, vars={**began.frames[0].vars, **filled(dialog)})
    return replace(began, frames=(frame,), status="waiting")


def filled(dialog: Dialog) -> dict[str, Value]:
    return {var.name: var.of[0] if var.of else VALUES[var.type] for var in dialog.vars.values()}


def inputs(book: Book, session: Session, ask: Ask | None) -> Iterator[tuple[str, Event]]:
    """All that may come, each kind by its name."""
    turn = session.turn
    for button in ask.buttons if ask else ():
        yield "button", Tap(turn, button.id)
        yield "label", Text(button.text.variants[0])
        yield from (("synonym", Text(word)) for word in button.also)
        yield "old button", Tap(turn - 1, button.id)
    for option in book.lists[ask.list.of][:3] if ask and ask.list else ():
        yield "entry", Tap(turn, option.id)
    yield "unknown button", Tap(turn, "no_such_button")
    yield "unknown words", Text("xyzzy plugh")
    yield "number", Text("1")
    yield "almost nothing", Text(".")
    yield "very long words", Text("word " * 900)
    yield from ((f"media {kind}", Media(kind, 7, "file")) for kind in KINDS)
    yield "edit", Edited(3, "changed words")
    yield "edit with a danger", Edited(3, "a hard danger")
    yield "timeout" if ask and ask.timeout else "timeout that is none", Timer(turn, "timeout")
    yield "expire", Timer(turn, "expire")
    yield "old timer", Timer(turn - 1, "timeout")
    yield "old expiry", Timer(turn - 1, "expire")
    for word in ("stop", "back", "help"):
        yield word, Command(word)  # type: ignore[arg-type]
        yield f"{word} button", Tap(turn, f"_{word}")
        yield f"{word} typed", Text(word)
    yield "hard danger", Text("a hard danger")
    yield "soft danger", Text("a soft danger")
    yield "return", Resume()


def heard(done: Step) -> bool:
    """Whether the person sees anything of it: words, a toast, an act that says something, or the buttons going away."""
    if done.toast is not None or any(isinstance(one, Say | Show | Status | Domain) for one in done.effects):
        return True
    return done.outcome == "ended" and any(isinstance(one, RetireKeyboard | End) for one in done.effects)


def right_to_be_silent(book: Book, name: str, kind: str, facts: Mapping[str, Value]) -> bool:
    """A clock never says that the partner is out of reach; a danger that is open already does not open again."""
    unmet = not facts["paired"] and "paired" in book.dialogs[name].needs
    return (kind == "timeout" and unmet) or (kind == "edit with a danger" and name == "danger_self_harm")


@pytest.mark.parametrize("facts", [ANA, ALONE], ids=["with a partner", "alone"])
def test_every_input_at_every_released_question_is_answered(facts: Mapping[str, Value]) -> None:
    today, met = book(), Counter[str]()
    silences = []
    for name, node in released():
        if name not in today.dialogs:
            continue
        session = waiting(today, name, node, {**facts, **letters(today.dialogs[name])})
        where = today.dialogs[name].moved.get(node, node)
        ask = today.dialogs[name].nodes[where].ask if where in today.dialogs[name].nodes else None
        for kind, event in inputs(today, session, ask):
            done = step(today, session, event, Env(NOON, {**facts, **letters(today.dialogs[name])}))
            met[kind] += 1
            if kind not in SILENT and not heard(done) and not right_to_be_silent(today, name, kind, facts):
                silences.append(f"{name}.{node}: {kind}")
    assert silences == []
    assert set(met) >= {
        "button",
        "label",
        "synonym",
        "entry",
        "timeout",
        "expire",
        "stop",
        "hard danger",
        "media photo",
    }
    assert met["return"] == len(released())


def letters(dialog: Dialog) -> dict[str, Value]:
    """What is known of each letter of the dialog: one calm part."""
    return {
        f"{var.name}.{field}": value
        for var in dialog.vars.values()
        if var.type == "letter"
        for field, value in {**LETTER, "parts": 1, "words": 9}.items()
    }


def test_every_question_of_today_is_in_the_lock() -> None:
    asked = {(dialog.id, node.id) for dialog in book().dialogs.values() for node in dialog.nodes.values() if node.ask}
    assert asked <= set(released())


@pytest.mark.parametrize("event", [Tap(1, "yes"), Text("hello"), Media("photo", 1, "f"), Command("stop"), Resume()])
def test_a_question_or_a_dialog_that_is_gone_ends_kindly(event: Event) -> None:
    today = book()
    for name, node in (("menu", "a_question_that_was"), ("a_dialog_that_was", "ask")):
        session = waiting(today, "menu", "open", ANA)
        gone = replace(session, frames=(replace(session.frames[0], dialog=name, node=node),))
        event_now = replace(event, turn=gone.turn) if isinstance(event, Tap) else event
        done = step(today, gone, event_now, Env(NOON, ANA))
        assert done.outcome == "ended"
        assert [one.message for one in done.effects if isinstance(one, Say)] == ["interrupts.gone"]
