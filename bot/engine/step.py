"""The engine: one event, one turn. Pure: no I/O, no clock, no randomness, no globals."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.engine.answers import Chosen, Near, interrupt_word, match, match_option
from bot.engine.conditions import holds
from bot.engine.effects import Domain, Env, Outcome, Status, Step
from bot.engine.events import Command, Edited, Event, Media, Resume, Start, Tap, Text, Timer
from bot.engine.run import Run
from bot.engine.script import Accepted, Ask, Book, Button, Danger, TextAsk
from bot.engine.session import Held, Session

MAX_TYPED = 3500
COLLECTED = {"photo": "photo", "voice": "voice"}


def step(book: Book, session: Session, event: Event, env: Env) -> Step:
    """Applies one event to one session. Raises ScriptBroken only where check-dialogs was not heeded."""
    run = Run(book, session, env)
    if isinstance(event, Start):
        run.push(event.dialog, event.args)
        return _done(run, run.outcome())
    if session.status != "waiting" or not session.frames:
        return _done(run, "stale" if isinstance(event, Tap) else "ignored", toast=_moved_on(run, event))
    if _lost(run):
        run.retire()
        run.tell("gone", force=True)
        run.finish("gone")
        return _done(run, "ended")
    return _handle(run, event)


def _lost(run: Run) -> bool:
    """Whether today's dialogs no longer know where this session stands. Moved nodes are followed."""
    for place, frame in enumerate(run.session.frames):
        dialog = run.book.dialogs.get(frame.dialog)
        if dialog is None:
            return True
        node = frame.node if frame.node in dialog.nodes else dialog.moved.get(frame.node, "")
        if node not in dialog.nodes:
            return True
        if node != frame.node:
            frames = list(run.session.frames)
            frames[place] = replace(frame, node=node)
            run.session = replace(run.session, frames=tuple(frames))
    return run.dialog.nodes[run.frame.node].ask is None


def _handle(run: Run, event: Event) -> Step:
    match event:
        case Tap(turn=turn) if turn != run.session.turn:
            return _done(run, "stale", toast=_moved_on(run, event))
        case Timer(turn=turn) if turn != run.session.turn:
            return _done(run, "ignored")
        case Timer(kind=kind):
            return _timer(run, kind)
        case Command(name=name):
            return _interrupt(run, name)
        case Tap(button="_back" | "_stop" as button):
            return _interrupt(run, button[1:])
        case Text(text=text, ref=ref) | Edited(text=text, ref=ref):
            return _words(run, text, ref, edited=isinstance(event, Edited))
        case Tap(button=button):
            return _still_possible(run) or _tap(run, button)
        case Media():
            return _still_possible(run) or _media(run, event)
        case Resume():
            run.retire()
            run.ask_again()
            return _done(run, "waiting")
        case Start():
            raise AssertionError("a start is handled before")
        case _:
            assert_never(event)


def _still_possible(run: Run) -> Step | None:
    """Ends a dialog kindly when what it needs (a partner who can be reached) is no longer so."""
    if not run.unmet():
        return None
    run.retire()
    run.tell("needs_paired")
    run.finish("unmet")
    return _done(run, "ended")


# -- interrupts


def _interrupt(run: Run, name: str) -> Step:
    if name == "stop":
        run.retire()
        run.tell("stopped")
        run.finish("stopped")
    elif name == "back":
        run.retire()
        if not run.back():
            run.tell("no_way_back")
            run.ask_again()
    elif any(frame.dialog == run.book.interrupts.help_dialog for frame in run.session.frames):
        run.retire()
        run.ask_again()
    else:
        run.retire()
        run.push(run.book.interrupts.help_dialog, {})
    return _done(run, "interrupted")


def _words(run: Run, text: str, ref: int, *, edited: bool) -> Step:
    """Anything typed: interrupts first, danger next, and only then the question."""
    ask = _ask(run)
    word = None if edited else interrupt_word(run.book, text)
    if word is not None and (ask.collect is None or word == "help"):
        return _interrupt(run, word)
    danger = run.book.danger(text)
    if danger is not None and danger.hard and not any(frame.held for frame in run.session.frames):
        return _danger(run, danger, Held(text, ref, edited))
    done = _still_possible(run) or _typed(run, text, ref, edited=edited)
    if danger is not None and not danger.hard:
        run.tell("soft_danger")
        return _done(run, done.outcome, toast=done.toast)
    return done


def _danger(run: Run, danger: Danger, held: Held) -> Step:
    """Sets the words aside and opens the dialog that is made for this danger; it never goes back by itself."""
    run.retire()
    run.push(run.book.interrupts.danger[danger.kind], {})
    run.session = run.session.with_top(replace(run.frame, held=held))
    return _done(run, "interrupted")


def _release(run: Run, held: Held) -> Step:
    """ "Not this": the words that were set aside become the answer after all; a threat in a letter does not."""
    ask = _ask(run)
    danger = run.book.danger(held.text)
    if ask.collect is not None and danger is not None and danger.kind == "violence_towards_partner":
        run.tell("threat_held")
        run.ask_again()
        return _done(run, "waiting")
    return _still_possible(run) or _typed(run, held.text, held.ref, edited=held.edited)


# -- answers


def _typed(run: Run, text: str, ref: int, *, edited: bool) -> Step:
    if edited:
        return _edited(run, text, ref)
    ask = _ask(run)
    buttons = _open_buttons(run, ask)
    if ask.collect is not None:
        found = match(text, buttons, numbers=False)
        return _choose(run, found.id) if isinstance(found, Chosen) else _collect(run, "text", ref, text=text)
    found = match(text, buttons, numbers=ask.text is None and ask.list is None)
    if isinstance(found, Chosen):
        return _choose(run, found.id)
    if ask.text is not None:
        return _check(run, ask.text, text)
    if ask.list is not None:
        found = match_option(text, run.book.lists[ask.list.of]) or found
        if isinstance(found, Chosen):
            return _choose(run, found.id)
    return _unknown(run, found)


def _unknown(run: Run, near: Near | None) -> Step:
    run.retire()
    if near is not None:
        run.tell("did_you_mean", {"label": near.label}, run.open_choices())
    else:
        run.tell("please_tap", {}, run.open_choices())
    return _done(run, "unknown_input")


def _check(run: Run, ask: TextAsk, text: str) -> Step:
    if len(text) > MAX_TYPED:
        run.tell("too_long")
        return _done(run, "retry")
    checker = run.book.checkers[ask.check]
    verdict = checker.check(text)
    if isinstance(verdict, Accepted):
        run.answered("text")
        run.set_vars({ask.save: verdict.value, **{f"{ask.save}.{k}": v for k, v in verdict.fields.items()}})
        run.go(ask.go, "text")
        return _done(run, run.outcome())
    tries = run.frame.tries + 1
    if ask.give_up is not None and tries >= ask.max_tries:
        run.answered("give_up")
        run.go(ask.give_up, "give_up")
        return _done(run, run.outcome())
    run.session = run.session.with_top(replace(run.frame, tries=tries))
    run.retire()
    if ask.retry is not None:
        run.say(ask.retry, run.open_choices())
    else:
        run.tell(verdict.reason, {}, run.open_choices())
    return _done(run, "retry")


def _tap(run: Run, button: str) -> Step:
    ask = _ask(run)
    known = {choice.id for choice in _open_buttons(run, ask)}
    if ask.list is not None:
        known |= {option.id for option in run.book.lists[ask.list.of]}
    if button not in known:
        return _done(run, "stale", toast=run.book.interrupts.messages["moved_on"].id)
    return _choose(run, button)


def _choose(run: Run, button_id: str) -> Step:
    ask = _ask(run)
    run.answered(button_id)
    button = next((button for button in ask.buttons if button.id == button_id), None)
    if button is None:
        assert ask.list is not None  # noqa: S101 - _tap and match_option let nothing else through
        run.set_vars({ask.list.save: button_id})
        run.go(ask.list.go, "list")
        return _done(run, run.outcome())
    if ask.save is not None:
        run.set_vars({ask.save: button_id})
    if button.consent is not None:
        run.session = run.session.with_top(
            replace(run.frame, vars={**run.frame.vars, f"consent:{button.consent}": True})
        )
    run.go(button.go, button_id)
    if run.released is not None:
        return _release(run, run.released)
    return _done(run, run.outcome())


# -- letters in the making


def _media(run: Run, media: Media) -> Step:
    collect = _ask(run).collect
    if collect is None or COLLECTED.get(media.kind) not in collect.kinds:
        run.tell("media_not_here")
        return _done(run, "unknown_input")
    danger = run.book.danger(media.caption) if media.caption else None
    if danger is not None and danger.hard and not any(frame.held for frame in run.session.frames):
        return _danger(run, danger, Held(media.caption, media.ref, edited=False))
    return _collect(run, media.kind, media.ref, text=media.caption, file=media.file)


def _collect(run: Run, kind: str, ref: int, *, text: str = "", file: str = "") -> Step:
    """Adds a part to the letter. The buttons are those that the letter has *with* this part."""
    collect = _ask(run).collect
    assert collect is not None  # noqa: S101 - callers have looked
    letter = str(run.read(collect.into))
    parts = run.facts.get(f"{collect.into}.parts")
    run.facts[f"{collect.into}.parts"] = (parts if isinstance(parts, int) else 0) + 1
    run.cancel_consent(collect.into)
    run.effects.append(Domain("add_part", {"letter": letter, "kind": kind, "ref": ref, "text": text, "file": file}))
    run.effects.append(Status(letter, run.open_choices()))
    run.timers(run.dialog.nodes[run.frame.node])
    return _done(run, "waiting")


def _edited(run: Run, text: str, ref: int) -> Step:
    """An earlier message changed: the letter follows, and what was shown of it is shown again."""
    node = run.dialog.nodes[run.frame.node]
    letters = [var.name for var in run.dialog.vars.values() if var.type == "letter"]
    if not letters:
        return _done(run, "ignored")
    for name in letters:
        run.cancel_consent(name)
        run.effects.append(Domain("edit_part", {"letter": str(run.read(name)), "ref": ref, "text": text}))
    if node.show is not None:
        run.retire()
        run.ask_again()
    return _done(run, "waiting")


# -- timers


def _timer(run: Run, kind: str) -> Step:
    ask = _ask(run)
    if kind == "timeout" and ask.timeout is not None:
        run.answered("timeout")
        run.go(ask.timeout.go, "timeout")
        return _done(run, run.outcome())
    run.silent = True
    run.retire()
    run.go(run.dialog.expire.go, "expire")
    if run.session.status == "waiting":
        run.finish("expired")
    return _done(run, "ended")


# -- small things


def _ask(run: Run) -> Ask:
    ask = run.dialog.nodes[run.frame.node].ask
    assert ask is not None  # noqa: S101 - _lost has looked
    return ask


def _open_buttons(run: Run, ask: Ask) -> list[Button]:
    return [button for button in ask.buttons if button.when is None or holds(button.when, run.read)]


def _moved_on(run: Run, event: Event) -> str | None:
    return run.book.interrupts.messages["moved_on"].id if isinstance(event, Tap) else None


def _done(run: Run, outcome: Outcome, toast: str | None = None) -> Step:
    return Step(run.session, tuple(run.effects), tuple(run.trace), outcome, toast)


def fresh(session_id: int, person_id: int, release: int) -> Session:
    """A session in which nothing has been said."""
    return Session(id=session_id, person_id=person_id, release=release)
