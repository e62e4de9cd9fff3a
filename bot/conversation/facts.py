"""The facts of one turn, each read only when a dialog asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot import access
from bot.chance import pick_hash
from bot.checkup import path, then
from bot.checkup import service as checkup
from bot.clock import minute_of_day, zone_of
from bot.conversation import sessions
from bot.conversation.acts import FOCUSES
from bot.conversation.checkers import usable_name
from bot.conversation.vocabulary import FURTHER
from bot.db import people
from bot.delivery.turn import Turn
from bot.engine.events import Event, Start
from bot.engine.script import Value
from bot.engine.session import Session
from bot.letters import queries as letter_queries
from bot.letters import sentences
from bot.letters import service as letters
from bot.letters.assessment import letter_values
from bot.letters.listing import shelf
from bot.nudges import preferences
from bot.nudges import service as nudges
from bot.pairing import service as pairing
from bot.safety.lines import emergency_text, lines_text

LOTS = 100


class Facts(Mapping[str, Value]):
    """Facts by name, worked out once when first read; fields of letters as `<variable>.<field>`."""

    def __init__(self, turn: Turn, session: Session | None, event: Event | None = None) -> None:
        self._turn = turn
        self._known: dict[str, Value] = {}
        self._letters = _letter_variables(turn, session) | _given_letters(turn, event)

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Value:
        variable, dot, field = name.partition(".")
        if dot and variable in self._letters:
            values = letter_values(self._turn, self._letters[variable])
            self._known.update({f"{variable}.{key}": value for key, value in values.items()})
            return values[field]
        return READERS[name](self._turn)

    def __iter__(self) -> Iterator[str]:
        return iter(READERS)

    def __len__(self) -> int:
        return len(READERS)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in READERS or name.partition(".")[0] in self._letters)


def _letter_variables(turn: Turn, session: Session | None) -> dict[str, str]:
    """Letter variables of the running dialogs and the references they hold; the uppermost dialog wins."""
    found: dict[str, str] = {}
    for frame in session.frames if session is not None else ():
        dialog = turn.desk.library.book.dialogs.get(frame.dialog)
        for var in dialog.vars.values() if dialog is not None else ():
            if var.type == "letter" and isinstance(ref := frame.vars.get(var.name), str):
                found[var.name] = ref
    return found


def _given_letters(turn: Turn, event: Event | None) -> dict[str, str]:
    """Letters that a dialog is begun with: what is known of them decides its very first step."""
    dialog = turn.desk.library.book.dialogs.get(event.dialog) if isinstance(event, Start) else None
    if dialog is None or not isinstance(event, Start):
        return {}
    letters = {var.name for var in dialog.vars.values() if var.type == "letter"}
    return {name: ref for name, ref in event.args.items() if name in letters and isinstance(ref, str)}


def _focus(turn: Turn) -> str:
    return access.own_focus(turn.desk.vault, turn.person)


def _step_at(place: int) -> Callable[[Turn], Value]:
    return lambda turn: path.step_text(turn, _focus(turn), place)


def _first_step(focus: str) -> Callable[[Turn], Value]:
    return lambda turn: path.step_text(turn, focus, 0)


def _lines(kind: str) -> Callable[[Turn], Value]:
    return lambda turn: lines_text(turn.desk.library, turn.person.country, kind, turn.person.lang)


def _has_emergency(turn: Turn) -> Value:
    return turn.desk.library.helplines.emergency(turn.person.country) is not None


def _resting(turn: Turn) -> Value:
    return turn.person.resting_until is not None and turn.person.resting_until > turn.now


def _zone_label(turn: Turn) -> Value:
    zones = turn.desk.library.zones
    labels = (
        option.label
        for name, options in turn.desk.library.book.lists.items()
        if name.startswith("zones_")
        for option in options
        if zones.get(option.id) == turn.person.zone
    )
    return next(labels, turn.person.zone)


def _country_label(turn: Turn) -> Value:
    return turn.desk.library.label("countries", (turn.person.country or "").lower())


def _suspended_about(turn: Turn) -> Value:
    dialog = turn.desk.library.book.dialogs.get(sessions.suspended_dialog(turn) or "")
    return "" if dialog is None else turn.desk.library.catalogue.text(dialog.about.id, turn.person.lang)


READERS: dict[str, Callable[[Turn], Value]] = {
    "known": lambda turn: turn.person.known_at is not None,
    "telegram_name": lambda turn: usable_name(turn.telegram_name),
    "name": lambda turn: access.own_name(turn.desk.vault, turn.person),
    "partner": lambda turn: access.name_of_partner(turn.connection, turn.desk.vault, turn.person),
    "paired": lambda turn: people.reachable_partner(turn.connection, turn.person) is not None,
    "inviting": lambda turn: pairing.inviting(turn.connection, turn.person.id, now=turn.now),
    "path": lambda turn: turn.person.path,
    "resting": _resting,
    "focus": _focus,
    "leading": lambda turn: checkup.leading(turn)[0],
    "second": lambda turn: checkup.leading(turn)[1],
    "kept_strength": then.kept_strength,
    "strength_words": lambda turn: checkup.words_of(turn, "strength"),
    "trouble_words": lambda turn: checkup.words_of(turn, "trouble"),
    "has_then": lambda turn: then.earlier(turn) is not None,
    "then_on": lambda turn: then.day_of(turn, then.earlier(turn)),
    "then_and_now": then.changes,
    "has_then_words": lambda turn: then.words(turn, then.earlier(turn)) != "",
    "then_words": lambda turn: then.words(turn, then.earlier(turn)),
    "has_looked": lambda turn: then.last_whole(turn) is not None,
    "looked_on": lambda turn: then.day_of(turn, then.last_whole(turn)),
    "looked": then.overview,
    "next_step": lambda turn: path.step_text(turn, _focus(turn), 0),
    **{f"{name}_step": _step_at(place) for place, name in enumerate(FURTHER, 1)},
    "steps_open": lambda turn: len(path.steps(turn, _focus(turn))),
    "path_walked": lambda turn: path.is_walked(turn, _focus(turn)),
    **{f"step_{focus}": _first_step(focus) for focus in FOCUSES},
    "nudge_time": preferences.nudge_time,
    "nudges_on": lambda turn: nudges.nudges_on(turn.person, turn.now),
    "quiet_hours": preferences.quiet_hours,
    "effort": preferences.effort,
    "zone_label": _zone_label,
    "local_hour": lambda turn: minute_of_day(turn.now, zone_of(turn.person.zone)) // 60,
    "near_countries": lambda turn: turn.desk.library.near.get(turn.person.zone, ""),
    "has_country": lambda turn: turn.person.country is not None,
    "country_label": _country_label,
    "emergency": lambda turn: emergency_text(turn.desk.library, turn.person.country, turn.person.lang),
    "has_emergency": _has_emergency,
    "lines_crisis": _lines("crisis"),
    "lines_abuse": _lines("domestic_abuse"),
    "lines_violence": _lines("own_violence"),
    "lines_general": _lines("general"),
    "letters_waiting": lambda turn: letter_queries.waiting_for(turn.connection, turn.person.id),
    "letters_left": letters.letters_left,
    "letters_any": lambda turn: bool(shelf(turn, limit=1)) or sentences.has_any(turn),
    "sentences_any": sentences.has_any,
    "lot": lambda turn: pick_hash("lot", turn.session_id) % LOTS,
    "muted": lambda turn: turn.person.letters_muted,
    "guarded": lambda turn: bool(turn.person.letters_guarded),
    "suspended": lambda turn: sessions.suspended_dialog(turn) is not None,
    "suspended_about": _suspended_about,
    "operator": lambda turn: turn.desk.operator,
}
