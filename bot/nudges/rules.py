"""Which gesture, for whom, and when: pure decisions, seeded by ids and dates. Touches no clock, database or chance."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import log
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from bot.chance import mix_hash, pick_hash
from bot.clock import end_of_quiet, in_quiet_hours, is_quiet, local_day, moment_on
from bot.content.gestures import Gesture, PartOfDay

REPEAT_DAYS = 90
COOLING_DAYS = 3
JITTER_SECONDS = 300

Rule = Literal["focus", "fresh", "same_category", "oldest"]
"""Why a gesture was chosen, in the order in which wishes are given up; see `choose`."""
RULES: tuple[Rule, ...] = get_args(Rule)

_EFFORT_WEIGHT = {1: 3, 2: 2, 3: 1}
_PARTS = get_args(PartOfDay)
_NOON, _EVENING = 12 * 60, 17 * 60
_HASHES = 1 << 64
_DAY = timedelta(days=1)
# A zone far to the west may put a person back by two dates; anything later is a clock that jumped.
_TRAVEL = timedelta(days=2)
_DAYS_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A gesture that this person saw on their local day `on`, done or not."""

    gesture: str
    on: date


@dataclass(frozen=True, slots=True)
class Choice:
    """What to propose, and the rule that chose it (for /why)."""

    gesture_id: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Every:
    """The next nudge comes `days` days after the last one."""

    days: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Not a nudge: the one question whether to stay quiet, `days` days after the last nudge."""

    days: int = 7


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing comes by itself any more."""


def choose(
    gestures: Sequence[Gesture],
    *,
    person_id: int,
    couple_id: int | None,
    partner_id: int | None,
    on: date,
    focus: str | None,
    history: Sequence[Shown],
    not_for_us: frozenset[str],
    categories_off: frozenset[str],
    effort_max: int,
    homes: frozenset[str],
    part: PartOfDay | None = None,
    attempt: int = 0,
) -> Choice | None:
    """The gesture for local day `on`; `attempt` counts the taps on "Another" and never repeats one of that day.

    Held in every case: not "not for us", category on, effort, homes, not meant for a part of the day that is over
    (`part` is the nudge's own), and this week's owner in the couple. Wished, and given up in this order:

    1. `focus`: good for the focus, its category not shown for 3 days, itself not for 90;
    2. `fresh`: good for another focus;
    3. `same_category`: its category was shown within 3 days;
    4. `oldest`: shown within 90 days, the longest ago first.

    None when nothing is allowed, or nothing else is left for "Another". Nothing of the partner is needed but the id.
    """
    allowed = [
        gesture
        for gesture in gestures
        if gesture.id not in not_for_us
        and gesture.category not in categories_off
        and gesture.effort <= effort_max
        and (gesture.together == "any" or gesture.together in homes)
        and not _is_over(gesture, part)
        and is_mine(gesture.id, person_id=person_id, couple_id=couple_id, partner_id=partner_id, on=on)
    ]
    memory = _Memory.of(gestures, history, on)
    offered = [shown.gesture for shown in history if shown.on == on][:attempt]
    while True:
        choice = _best(
            [g for g in allowed if g.id not in offered], memory.with_today(offered), person_id, on, focus, homes
        )
        if choice is None or len(offered) >= attempt:
            return choice
        offered.append(choice.gesture_id)


def is_mine(gesture_id: str, *, person_id: int, couple_id: int | None, partner_id: int | None, on: date) -> bool:
    """Whether the gesture belongs to this person in the ISO week of `on`: each goes to exactly one of a couple."""
    if couple_id is None or partner_id is None:
        return True
    year, week, _ = on.isocalendar()
    # Parity of the common bits: each gesture is a coin that every new week throws again.
    owner = (_week_mark(couple_id, year, week) & _mark(gesture_id)).bit_count() & 1
    return owner == int(person_id > partner_id)


@lru_cache(maxsize=256)
def _week_mark(couple_id: int, year: int, week: int) -> int:
    return pick_hash("owner", couple_id, year, week)


@lru_cache(maxsize=4096)
def _mark(gesture_id: str) -> int:
    return pick_hash("gesture", gesture_id)


def part_of_day(minute: int) -> PartOfDay:
    """The part of the day to which a minute of the day belongs."""
    if minute < _NOON:
        return "morning"
    return "day" if minute < _EVENING else "evening"


def _is_over(gesture: Gesture, part: PartOfDay | None) -> bool:
    return part is not None and gesture.time != "any" and _PARTS.index(gesture.time) < _PARTS.index(part)


@dataclass(frozen=True, slots=True)
class _Memory:
    """When each gesture was last shown before `on`, and the categories that still cool."""

    categories: dict[str, str]
    last_on: dict[str, date]
    cooling: frozenset[str]
    recent: frozenset[str]

    @classmethod
    def of(cls, gestures: Iterable[Gesture], history: Iterable[Shown], on: date) -> "_Memory":
        categories: dict[str, str] = {gesture.id: gesture.category for gesture in gestures}
        last_on: dict[str, date] = {}
        for shown in history:
            if shown.on != on and shown.on - on <= _TRAVEL:
                last_on[shown.gesture] = max(shown.on, last_on.get(shown.gesture, shown.on))
        ago = {gesture: (on - day).days for gesture, day in last_on.items()}
        cooling = frozenset(categories[g] for g, days in ago.items() if days <= COOLING_DAYS and g in categories)
        recent = frozenset(g for g, days in ago.items() if days <= REPEAT_DAYS)
        return cls(categories, last_on, cooling, recent)

    def with_today(self, offered: Iterable[str]) -> "_Memory":
        today = {self.categories[gesture] for gesture in offered if gesture in self.categories}
        return _Memory(self.categories, self.last_on, self.cooling | today, self.recent)


def _best(
    pool: Sequence[Gesture], memory: _Memory, person_id: int, on: date, focus: str | None, homes: frozenset[str]
) -> Choice | None:
    seed = pick_hash("nudge", person_id, on.isoformat())

    def drawn(gesture: Gesture) -> float:
        return _draw(gesture, seed, homes)

    fresh = [gesture for gesture in pool if gesture.id not in memory.recent]
    cool = [gesture for gesture in fresh if gesture.category not in memory.cooling]
    focused = [gesture for gesture in cool if focus in gesture.focus]
    tiers: tuple[tuple[Rule, list[Gesture]], ...] = (("focus", focused), ("fresh", cool), ("same_category", fresh))
    for rule, tier in tiers:
        if tier:
            return Choice(min(tier, key=drawn).id, rule)
    if not pool:
        return None
    oldest = min(pool, key=lambda gesture: (memory.last_on[gesture.id], drawn(gesture)))
    return Choice(oldest.id, "oldest")


def _draw(gesture: Gesture, seed: int, homes: frozenset[str]) -> float:
    """A waiting time, shorter for heavier weights: the shortest of a set is a weighted draw that each hash fixes."""
    weight = _EFFORT_WEIGHT[gesture.effort] * (2 if gesture.together in homes else 1)
    chance = (mix_hash(seed, _mark(gesture.id)) + 1) / (_HASHES + 1)
    return -log(chance) / weight


def next_gap(ignored: int) -> Every | Ask | Silence:
    """The pace after so many ignored messages in a row; any answer sets the count back to 0.

    Daily, after three every other day, after three more weekly, after three more one question, then silence.
    """
    if ignored < 3:
        return Every(1)
    if ignored < 6:
        return Every(2)
    if ignored < 9:
        return Every(7)
    return Ask() if ignored == 9 else Silence()


def next_nudge_at(
    *,
    after: datetime,
    zone: ZoneInfo,
    minute: int,
    days: frozenset[int] | None,
    quiet_from: int,
    quiet_to: int,
    person_id: int,
    last_on: date | None,
    gap_days: int = 1,
) -> datetime | None:
    """When (UTC) the next nudge is due: strictly after `after`, on an allowed weekday (Monday is 0; None: all).

    At least `gap_days` after `last_on`, the local day of the last one, so never two for a local day, however zone or
    clock moved. A `last_on` more than two days ahead comes from a clock that jumped and is passed over; then the
    dedupe key of the day still holds. None when no weekday is allowed.
    """
    for day in _days_from(local_day(after, zone), last_on, gap_days):
        if days is None or day.weekday() in days:
            at = nudge_on(day, zone=zone, minute=minute, quiet_from=quiet_from, quiet_to=quiet_to, person_id=person_id)
            if at is not None and at > after:
                return at
    return None


def _days_from(today: date, last_on: date | None, gap_days: int) -> Iterator[date]:
    first = today
    if last_on is not None and last_on - today <= _TRAVEL:
        first = max(first, last_on + gap_days * _DAY)
    return (first + ahead * _DAY for ahead in range(_DAYS_AHEAD))


def nudge_on(
    day: date, *, zone: ZoneInfo, minute: int, quiet_from: int, quiet_to: int, person_id: int
) -> datetime | None:
    """The moment (UTC) of the nudge of local day `day`: the chosen minute, moved by the person's own shift.

    A minute in quiet hours gives way to their end on the same day. The shift is dropped where it would leave the day
    or enter quiet hours. None for a day that the zone never had, or whose change of clocks left only quiet hours.
    """
    wanted = quiet_to if is_quiet(minute, quiet_from, quiet_to) else minute
    base = moment_on(day, zone, wanted)
    if base is None:
        return None
    shifted = base + timedelta(seconds=shift_of(person_id, day))
    for moment in (shifted, end_of_quiet(base, zone, quiet_from, quiet_to)):
        if local_day(moment, zone) == day and not in_quiet_hours(moment, zone, quiet_from, quiet_to):
            return moment
    return None


def shift_of(person_id: int, day: date) -> int:
    """Seconds, -300 to 0, by which this person's nudge of this day comes early, so that not all come at once.

    Never late: who looks at the hour they chose finds it there.
    """
    return pick_hash("shift", person_id, day.isoformat()) % (JITTER_SECONDS + 1) - JITTER_SECONDS
