"""An earlier look in words: what was said then, and what has changed. Only ever shown to the person it is of."""

from __future__ import annotations

from datetime import timedelta

from babel.lists import format_list

from bot.checkup.rules import COMPARED, TAPPED, ranked, then_and_now
from bot.checkup.service import Look, latest, whole_looks, words_of
from bot.clock import local_day, zone_of
from bot.delivery.turn import Turn

LONGEST = 700  # characters of the words of then that one message quotes
YEAR = timedelta(days=300)  # from then on a date is told with its year


def earlier(turn: Turn) -> Look | None:
    """The whole look before the newest one, where the newest is whole too."""
    newest, whole = latest(turn), whole_looks(turn)
    if newest is None or len(whole) < 2 or whole[0].id != newest.id:
        return None
    return whole[1]


def last_whole(turn: Turn) -> Look | None:
    """The newest whole look."""
    return next(iter(whole_looks(turn)), None)


def day_of(turn: Turn, look: Look | None) -> str:
    """The date of a look on this person's wall; empty for none."""
    if look is None:
        return ""
    library, zone, lang = turn.desk.library, turn.person.zone, turn.person.lang
    if turn.now - look.began_at < YEAR:
        return library.day(look.began_at, zone, lang)
    return library.date(local_day(look.began_at, zone_of(zone)), lang)


def changes(turn: Turn) -> str:
    """What has become lighter, stayed and become heavier since the look before, a line each; the lighter first."""
    then, now = earlier(turn), latest(turn)
    if then is None or now is None:
        return ""
    found = then_and_now(then.answers, now.answers)
    lines = [("then_lighter", found.lighter), ("then_same", found.same), ("then_heavier", found.heavier)]
    said = [_say(turn, name, causes=_named(turn, causes)) for name, causes in lines if causes]
    return "\n".join(said or [_say(turn, "then_little")])


def words(turn: Turn, look: Look | None) -> str:
    """What still worked and what was written in a look; empty for nothing."""
    if look is None:
        return ""
    lines = []
    if strength := _strength(turn, look):
        lines.append(_say(turn, "then_strength", words=strength))
    if trouble := _clipped(str(look.answers.get("trouble", ""))):
        lines.append(_say(turn, "then_trouble", words=trouble))
    return "\n".join(lines)


def overview(turn: Turn) -> str:
    """The last whole look: what was said, and what stood out but for a break of trust."""
    look = last_whole(turn)
    if look is None:
        return ""
    heavy = tuple(cause for cause in ranked(look.answers) if cause in COMPARED)[:2]
    stood_out = _say(turn, "then_stood_out", causes=_named(turn, heavy)) if heavy else ""
    return "\n".join(line for line in (words(turn, look), stood_out) if line) or _say(turn, "then_little")


def kept_strength(turn: Turn) -> str:
    """Which strength was tapped in the newest look, `nothing` among them; `own` where words were typed."""
    kept = words_of(turn, "strength")
    return kept if kept in (*TAPPED, "nothing") else "own"


def _strength(turn: Turn, look: Look) -> str:
    kept = str(look.answers.get("strength", ""))
    if kept == "nothing":
        return ""
    return _say(turn, f"strength_{kept}") if kept in TAPPED else _clipped(kept)


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _named(turn: Turn, causes: tuple[str, ...]) -> str:
    names = [_say(turn, f"cause_{cause}") for cause in causes]
    said: str = format_list(names, locale=turn.desk.library.locale(turn.person.lang))
    return said


def _say(turn: Turn, name: str, **args: str) -> str:
    return turn.desk.library.catalogue.text(f"interface.{name}", turn.person.lang, args).strip()
