"""The facts of one turn, each read only when a dialog asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot import access
from bot.checkup import service as checkup
from bot.clock import minute_of_day, zone_of
from bot.conversation import sessions
from bot.db import people
from bot.delivery.turn import Turn
from bot.engine.events import Event, Start
from bot.engine.script import Value
from bot.engine.session import Session
from bot.letters import queries as letter_queries
from bot.letters import service as letters
from bot.letters.assessment import letter_values
from bot.letters.taps import shelf
from bot.nudges import service as nudges
from bot.pairing import service as pairing
from bot.safety.lines import emergency_text, lines_text


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


def _lines(kind: str) -> Callable[[Turn], Value]:
    return lambda turn: lines_text(turn.desk.library, turn.person.country, kind, turn.person.lang)


def _has_emergency(turn: Turn) -> Value:
    return turn.desk.library.helplines.emergency(turn.person.country) is not None


def _resting(turn: Turn) -> Value:
    return turn.person.resting_until is not None and turn.person.resting_until > turn.now


def _nudge_time(turn: Turn) -> Value:
    return f"{turn.person.nudge_minute // 60}:{turn.person.nudge_minute % 60:02d}"


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
    "name": lambda turn: access.own_name(turn.desk.vault, turn.person),
    "partner": lambda turn: access.name_of_partner(turn.connection, turn.desk.vault, turn.person),
    "paired": lambda turn: people.reachable_partner(turn.connection, turn.person) is not None,
    "inviting": lambda turn: pairing.inviting(turn.connection, turn.person.id, now=turn.now),
    "path": lambda turn: turn.person.path,
    "resting": _resting,
    "focus": lambda turn: access.own_focus(turn.desk.vault, turn.person),
    "leading": lambda turn: checkup.leading(turn)[0],
    "second": lambda turn: checkup.leading(turn)[1],
    "strength_words": lambda turn: checkup.words_of(turn, "strength"),
    "trouble_words": lambda turn: checkup.words_of(turn, "trouble"),
    "nudge_time": _nudge_time,
    "nudges_on": lambda turn: nudges.nudges_on(turn.person, turn.now),
    "zone_label": _zone_label,
    "local_hour": lambda turn: minute_of_day(turn.now, zone_of(turn.person.zone)) // 60,
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
    "letters_any": lambda turn: bool(shelf(turn, limit=1)),
    "muted": lambda turn: turn.person.letters_muted,
    "suspended": lambda turn: sessions.suspended_dialog(turn) is not None,
    "suspended_about": _suspended_about,
    "operator": lambda turn: turn.desk.operator,
}
