"""Starting, continuing and leaving dialogs: the engine's steps, saved and applied."""

from __future__ import annotations

from dataclasses import replace

from bot.checkup import path
from bot.conversation import sessions
from bot.conversation.apply import apply
from bot.conversation.facts import Facts
from bot.db import people
from bot.delivery.turn import Turn
from bot.engine.effects import Domain, Env, Step
from bot.engine.events import Edited, Event, Media, Resume, Start, Text, Timer
from bot.engine.session import Session
from bot.engine.step import fresh, step
from bot.letters import drafts
from bot.nudges import service as nudges

SAFETY = frozenset({"help", "safety_card"})


def advance(turn: Turn, session: Session, event: Event) -> Step:
    """One step of the engine, applied and saved; what it makes room for begins in the same unit."""
    turn.session_id, catalogue = session.id, turn.desk.library.catalogue
    env = Env(turn.now, Facts(turn, session, event), lambda text: catalogue.text(text.id, turn.person.lang))
    done = step(turn.desk.library.book, session, event, env)
    if turn.desk.watch is not None:
        turn.desk.watch(turn.person.id, done.trace)
    follow = apply(turn, done.session, done.effects, safety=_is_safety(done.session))
    if any(isinstance(effect, Domain) for effect in done.effects):
        _refresh(turn)
    if not isinstance(event, Timer):
        path.note_done(turn, [edge.dialog for edge in done.trace if edge.by == "end" and edge.to == "done"])
    if any(frame.held or frame.dialog.startswith("danger_") for frame in done.session.frames):
        nudges.hold(turn)
    for wanted in follow:
        if isinstance(wanted, Resume):
            resume(turn)
        else:
            begin(turn, wanted)
    return done


def _is_safety(session: Session) -> bool:
    return any(frame.dialog in SAFETY or frame.dialog.startswith("danger_") for frame in session.frames)


def _refresh(turn: Turn) -> None:
    person = people.by_id(turn.connection, turn.person.id)
    assert person is not None  # noqa: S101 - rows of persons are never deleted within a unit
    # Someone who has just deleted everything still gets the last word in this chat.
    turn.person = replace(person, telegram_id=person.telegram_id or turn.person.telegram_id)


def begin(turn: Turn, start: Start) -> None:
    """A new dialog; the one that was active steps aside and can be continued."""
    make_room(turn)
    session_id = turn.desk.chance.new_id(turn.now)
    advance(turn, fresh(session_id, turn.person.id, turn.desk.library.book.release), start)


def make_room(turn: Turn) -> None:
    """The active dialog is suspended; menus and other passing things are simply over, a danger with its expiry."""
    session = sessions.active(turn)
    if session is None:
        return
    worth = next((frame.dialog for frame in session.frames if _is_exercise(turn, frame.dialog)), None)
    if worth is not None and not any(frame.held for frame in session.frames):
        sessions.suspend(turn, session, worth)
    elif _is_safety(session):
        advance(turn, session, Timer(session.turn, "expire"))
    else:
        sessions.forget(turn, session)
    sessions.retire_question(turn, session)


def _is_exercise(turn: Turn, dialog_id: str) -> bool:
    dialog = turn.desk.library.book.dialogs.get(dialog_id)
    return dialog is not None and dialog.exits


def resume(turn: Turn) -> None:
    """Takes up the dialog that was put aside last; with none there is the menu."""
    session = sessions.suspended(turn)
    if session is None:
        turn.tell_fixed("nothing_open")
        return
    make_room(turn)
    sessions.activate(turn, session)
    advance(turn, session, Resume())


def heard(turn: Turn, event: Text | Media) -> None:
    """Words or media: the active dialog's, or the way into one."""
    session = sessions.active(turn)
    if session is not None:
        advance(turn, session, event)
    elif isinstance(event, Text) and (danger := hard_danger(turn, event.text)) is not None:
        begin(turn, Start(danger))
    elif isinstance(event, Media):
        turn.tell_fixed("media_not_here")
    else:
        begin(turn, Start("menu" if turn.person.known_at is not None else "welcome"))


def hard_danger(turn: Turn, text: str) -> str | None:
    """The dialog for a danger that is named outright in this text."""
    danger = turn.desk.library.book.danger(text)
    if danger is None or not danger.hard:
        return None
    return turn.desk.library.book.interrupts.danger[danger.kind]


def changed(turn: Turn, event: Edited) -> None:
    """An edited message: the letter it is part of follows, open here or not; a sealed one does not, and says so."""
    session = sessions.active(turn)
    if session is not None:
        if advance(turn, session, event).outcome == "interrupted":
            return
    elif (danger := hard_danger(turn, event.text)) is not None:
        begin(turn, Start(danger))
        return
    if drafts.edit_by_message(turn, ref=event.ref, text=event.text) == "sealed":
        turn.tell("edited_after_sealing")


def expired(turn: Turn, session_id: int, timer: Timer) -> None:
    """A wait ran out."""
    session = sessions.by_id(turn, session_id)
    if session is not None:
        advance(turn, session, timer)
