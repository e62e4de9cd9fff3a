"""From an effect to the subject that does it: the only place where the engine and the subjects meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

from bot import access
from bot.checkup import path
from bot.checkup import service as checkup
from bot.conversation import exporting, leaving, questions, sessions
from bot.conversation.acts import INTERNAL, MODELS
from bot.conversation.checkers import usable_name
from bot.delivery import previews
from bot.delivery.outbox import Urgency, count_after, in_slot, in_slots
from bot.delivery.pages import paginate
from bot.delivery.turn import Turn
from bot.engine.effects import Choice, Domain, Effect, End, RetireKeyboard, Say, Show, StartTimer, Status
from bot.engine.events import Resume, Start
from bot.engine.session import Session
from bot.letters import drafts, exchange, listing, notes, reading, sentences
from bot.letters import service as letters
from bot.letters.queries import parts_of
from bot.nudges import answers, preferences
from bot.nudges import service as nudges
from bot.pairing import service as pairing
from bot.people import service as people
from bot.privacy import service as privacy

NEEDS_PAIRED = "interrupts.needs_paired"
OUT_OF_SIGHT = 3  # messages below the status line after which it moves down to the end of the chat


def apply(turn: Turn, session: Session, effects: tuple[Effect, ...], *, safety: bool) -> list[Start | Resume]:
    """Does what a turn wants done, in order. Returns what is to begin when this dialog has made room."""
    follow: list[Start | Resume] = []
    timers: dict[str, StartTimer] = {}
    urgency = Urgency.SAFETY if safety else Urgency.ANSWER
    retired = False
    for effect in effects:
        match effect:
            case Say():
                _say(turn, session, effect, urgency)
            case Show(letter=ref):
                _show(turn, session, ref)
            case Status():
                _status(turn, session, effect)
            case RetireKeyboard():
                retired = True
            case StartTimer(kind=kind):
                timers[kind] = effect
            case Domain(name=name, args=args):
                begun = _do(turn, name, dict(args))
                follow.extend([begun] if begun is not None else [])
            case End():
                pass
            case _:
                assert_never(effect)
    if retired:
        _retire(turn, session)
    sessions.save(turn, session, timers)
    return follow


def _retire(turn: Turn, session: Session) -> None:
    """The old buttons go after the answer, so that nobody waits for that."""
    asked = questions.retire(turn, session.id)
    if asked is not None:
        for message_id in _lines_below(turn, asked):
            turn.send("unbutton", {"message_id": message_id})


def _lines_below(turn: Turn, question: int) -> list[int]:
    """The status line of a letter written under this question: its buttons end with the question's."""
    lines = in_slots(turn.connection, turn.person.id, under="status:", exactly=False)
    return [line for line in lines if line > question]


def _choices(choices: tuple[Choice, ...]) -> list[list[Any]]:
    return [[choice.id, choice.label, choice.literal, choice.exit] for choice in choices]


def _say(turn: Turn, session: Session, say: Say, urgency: Urgency) -> None:
    message = say.message
    if turn.told_of_parting and message == NEEDS_PAIRED:
        message = "interface.needs_two"  # the neutral sentence has just been said
    payload: dict[str, Any] = {"message": message, "args": dict(say.args), "count": say.count}
    if say.choices:
        payload |= {"choices": _choices(say.choices), "session": session.id, "turn": session.turn}
    turn.send("say", payload, urgency=urgency, slot=questions.slot(session.id) if say.choices else None)


def _show(turn: Turn, session: Session, ref: str) -> None:
    """A letter as its reader will see it, a message a page; before a yes that gives it, with a switch below."""
    letter = drafts.find(turn.connection, turn.person.id, ref)
    if letter is None:
        return
    words = access.read_letter(turn.connection, turn.desk.vault, actor_id=turn.person.id, object_=letter)
    pages = len(paginate(words.text))
    for page in range(1, pages):
        turn.send("preview", {"letter": letter.id, "page": page})
    if not _asks_for_a_yes(turn, session):
        turn.send("preview", {"letter": letter.id, "page": pages})
        return
    previews.begin(turn.connection, turn.person.id, letter.id)
    turn.send("retire", {"slot": previews.slot(letter.id)})  # of an earlier look
    turn.send("preview", {"letter": letter.id, "page": pages, "switch": True}, slot=previews.slot(letter.id))


def _asks_for_a_yes(turn: Turn, session: Session) -> bool:
    """Whether the question that follows has an answer that gives a letter away."""
    frame = session.frames[-1] if session.frames else None
    dialog = None if frame is None else turn.desk.library.book.dialogs.get(frame.dialog)
    node = None if frame is None or dialog is None else dialog.nodes.get(frame.node)
    return node is not None and node.ask is not None and any(button.consent for button in node.ask.buttons)


def _status(turn: Turn, session: Session, status: Status) -> None:
    """The one line under a letter: sent with the first part, edited with every further one, never out of sight."""
    letter = drafts.find(turn.connection, turn.person.id, status.letter)
    if letter is None:
        return
    slot = f"status:{letter.id}"
    line = in_slot(turn.connection, turn.person.id, slot)
    question = questions.last(turn, session.id)
    asked_below = question is not None and (line is None or question > line)
    if asked_below:
        questions.retire(turn, session.id)
    far = line is not None and (asked_below or count_after(turn.connection, turn.person.id, line) >= OUT_OF_SIGHT)
    parts = sum(parts_of(turn.connection, letter.id).values())
    payload = {
        "letter": letter.id,
        "parts": parts,
        "choices": _choices(status.choices),
        "session": session.id,
        "turn": session.turn,
        "fresh": far,
    }
    turn.send("status", payload, slot=slot)
    if far and line is not None:
        turn.take_away(line)


def _do(turn: Turn, name: str, args: dict[str, Any]) -> Start | Resume | None:
    model = INTERNAL.get(name) or MODELS[name]
    checked = model.model_validate({key: _given(value) for key, value in args.items()})
    return ACTS[name](turn, **checked.model_dump())


def _given(value: Any) -> Any:
    return "" if value is None else value


# -- acts that need more than one call


def _save_zone(turn: Turn, *, zone: str) -> None:
    people.save_zone(turn, zone=zone)
    nudges.replan(turn)


def _save_telegram_name(turn: Turn) -> None:
    name = usable_name(turn.telegram_name)
    if name:
        people.save_name(turn, name=name)


def _accept(turn: Turn) -> None:
    people.accept_terms(turn)
    nudges.replan(turn)


def _continue(turn: Turn) -> Resume:  # noqa: ARG001 - every act is given the turn
    return Resume()


ACTS: dict[str, Callable[..., Start | Resume | None]] = {
    "accept_terms": _accept,
    "save_name": people.save_name,
    "save_telegram_name": _save_telegram_name,
    "save_zone": _save_zone,
    "save_country": people.save_country,
    "save_hour": preferences.save_hour,
    "save_quiet": preferences.save_quiet,
    "save_own_quiet": preferences.save_own_quiet,
    "save_effort": preferences.save_effort,
    "show_kinds": preferences.show_kinds,
    "show_days": preferences.show_days,
    "choose_path": people.choose_path,
    "pause": nudges.pause,
    "resume_nudges": nudges.resume,
    "make_invitation": pairing.invite,
    "answer_invitation": pairing.answer,
    "leave_partner": leaving.leave_partner,
    "begin_checkup": checkup.begin,
    "note_answer": checkup.note_answer,
    "keep_words": checkup.keep_words,
    "finish_checkup": checkup.finish,
    "set_focus": checkup.set_focus,
    "begin_step": path.begin_step,
    "choose_step": path.choose_step,
    "write_note": notes.write_note,
    "write_sentence": drafts.write_sentence,
    "keep_sentence": drafts.keep_sentence,
    "begin_letter": drafts.begin,
    "begin_letter_with": sentences.begin_letter_with,
    "begin_answer": drafts.begin_answer,
    "seal_letter": letters.seal,
    "plan_letter": letters.plan,
    "begin_exchange": exchange.begin,
    "begin_sharing": exchange.begin_sharing,
    "write_listed": drafts.write_listed,
    "put_off_answer": reading.put_off_answer,
    "keep_draft": drafts.keep_draft,
    "begin_unsent": drafts.begin_unsent,
    "keep_unsent": drafts.keep_unsent,
    "discard_letter": drafts.discard,
    "list_letters": listing.show_list,
    "find_letters": listing.find,
    "list_sentences": sentences.show_list,
    "mute_letters": people.mute_letters,
    "guard_letters": people.guard_letters,
    "rest": nudges.rest,
    "continue_suspended": _continue,
    "hide_chat": privacy.hide,
    "export_mine": exporting.export,
    "delete_me": leaving.delete_me,
    "say_bye": leaving.bye,
    "explain_nudge": answers.explain,
    "add_part": drafts.add_part,
    "edit_part": drafts.edit_part,
}
