"""Many chats with several workers that are killed and frozen: what was out of order, doubled or late (nothing)."""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.crash import evidence
from bench.workers import troubles
from bench.workers.troupe import Troupe, troupe
from bot.delivery.outbox import Urgency
from tests.support.phones import NotSeen, Phone, wait_for

PATIENCE = 150.0
LONG_FREEZE = 13.0  # a lease lasts six seconds
PACE = 0.02  # seconds between two inputs of all the chats together
BEGIN = (
    "/start",
    "Got one",
    "I will",
    "Yes, and I am 18 or over",
    "All is fine",
    "Yes",
    "Europe",
    "Berlin, Rome, Warsaw, Stockholm",
    "9:00",
    "On my own for now",
    "Not now",
)
WHAT = "the phone lay on the table at dinner on Monday, note {token}"
WHY = "dinner is our only hour together"
WISH = "us to eat without phones on Sunday"
PRACTISE = ("/practise", "Guide me", WHAT, "Lonely", WHY, WISH, "Skip", "Keep it for me", "Say it in a calm hour")


@dataclass
class Figures:
    """What was really exercised, and what was wrong."""

    seed: int
    workers: int = 0
    chats: int = 0
    updates: int = 0
    updates_repeated: int = 0
    kills: int = 0
    freezes: int = 0
    longest_freeze: float = 0.0
    kills_with_a_message_on_its_way: int = 0
    messages_on_their_way_at_a_kill: int = 0
    nudges: int = 0
    nudges_dropped: int = 0
    repeated_messages: int = 0
    late_messages: int = 0
    deadlocks: int = 0
    answered_p50: float = 0.0
    answered_p99: float = 0.0
    answered_last: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = [name for name in self.__dataclass_fields__ if name != "wrong"]
        lines = [f"{name.replace('_', ' ')}: {round(getattr(self, name), 2)}" for name in names]
        return "\n".join([*lines, f"broken promises: {len(self.wrong)}", *self.wrong[:20]])


def run(
    folder: Path,
    url: str,
    keys_url: str,
    *,
    kills: int,
    seed: int,
    chats: int = 200,
    workers: int = 4,
    bursts: int = 1,
    longest: float = LONG_FREEZE,
) -> Figures:
    """So many deaths and freezes, spread over the typing of all chats; no freeze lasts longer than `longest`."""
    begun, rng = time.monotonic(), random.Random(seed)
    figures = Figures(seed, workers=workers, chats=chats, longest_freeze=longest)
    with troupe(folder, url, keys_url, count=workers, seed=seed) as found:
        model = _undisturbed(found)
        phones = [found.stage.phone("Ana") for _ in range(chats)]
        for number in range(bursts):
            _one_burst(
                found, phones, number, kills * (number + 1) // bursts - figures.kills - figures.freezes, rng, figures
            )
        _conclude(found, phones, model, bursts, figures)
        if figures.wrong:
            sys.stderr.write(found.stage.logs())
    figures.seconds = time.monotonic() - begun
    return figures


def typed(phone: Phone, number: int) -> list[str]:
    """What somebody types this time."""
    practise = [text.format(token=f"{phone.user}x{number}") for text in PRACTISE]
    return [*BEGIN, *practise] if number == 0 else practise


def _undisturbed(found: Troupe) -> list[str]:
    """The same chat without any trouble."""
    phone = found.stage.phone("Ana")
    for text in typed(phone, 0):
        types(phone, text)
    wait_for(found.rests, "the first chat at rest", PATIENCE)
    heard, repeated = said(phone)
    assert not repeated, "a chat that nothing disturbs repeats nothing"
    assert len(heard) >= 15, heard
    return heard


def types(phone: Phone, text: str) -> None:
    if text == "/start":
        phone.starts()
    else:
        phone.says(text)


def said(phone: Phone) -> tuple[list[str], int]:
    """What the bot said, freed of marks, and how many messages came twice in a row; nudges are looked at apart."""
    messages = [m for m in phone.messages() if m["from"] == "bot" and not evidence.is_aside(m)]
    texts = [str(m["text"]).replace(str(phone.user), "@") for m in messages]
    runs = [(text, len(list(same))) for text, same in groupby(texts)]
    return [text for text, _ in runs], sum(count - 1 for _, count in runs)


def _one_burst(
    found: Troupe, phones: list[Phone], number: int, trouble: int, rng: random.Random, figures: Figures
) -> None:
    """Everybody types, in any mixture of the chats, while workers die and freeze."""
    lines = {phone.user: typed(phone, number) for phone in phones}
    order = [phone for phone in phones for _ in lines[phone.user]]
    rng.shuffle(order)
    done = threading.Event()

    def type_all() -> None:
        for phone in order:
            types(phone, lines[phone.user].pop(0))
            done.wait(PACE)
        done.set()

    typing = threading.Thread(target=type_all)
    typing.start()
    for _ in range(trouble):
        _trouble(found, rng, figures)
    typing.join()
    try:
        wait_for(found.rests, "all chats at rest", PATIENCE)
    except NotSeen:
        figures.wrong.append(f"not at rest after {PATIENCE:.0f} s")
    _the_next_morning(found, rng, figures)


def _trouble(found: Troupe, rng: random.Random, figures: Figures) -> None:
    """A worker dies, and another comes in its place; or one stands still, for less or for more than a lease."""
    threading.Event().wait(rng.uniform(0.2, 2.5))
    if rng.random() < 0.5:
        figures.kills += 1
        on_their_way = troubles.dies(found, rng)
        figures.kills_with_a_message_on_its_way += on_their_way > 0
        figures.messages_on_their_way_at_a_kill += on_their_way
    else:
        figures.freezes += 1
        troubles.stands_still(found, rng, longest=figures.longest_freeze)


def _the_next_morning(found: Troupe, rng: random.Random, figures: Figures) -> None:
    """Everybody's daily message is due at once, and in the middle of it a worker dies or stands still."""
    found.stage.control.post("/control/clock", to="09:05", zone="Europe/Berlin")
    if figures.kills + figures.freezes:
        _trouble(found, rng, figures)
    try:
        wait_for(found.rests, "the morning over", PATIENCE)
    except NotSeen:
        figures.wrong.append(f"the morning is not over after {PATIENCE:.0f} s")


def _conclude(found: Troupe, phones: list[Phone], model: list[str], bursts: int, figures: Figures) -> None:
    whole = model + model[-_per_practise(model) :] * (bursts - 1)
    for phone in phones:
        heard, repeated = said(phone)
        figures.repeated_messages += repeated
        plain = [text.replace(f"x{number}", "x0") for text in heard for number in [_number_in(text)]]
        if plain != whole and without_a_late_one(plain, whole):
            figures.late_messages += 1
        elif plain != whole:
            figures.wrong.append(f"chat {phone.user}: {first_difference(plain, whole)}")
    times = figures.kills + figures.freezes
    if figures.repeated_messages > times * 3:
        figures.wrong.append(f"{figures.repeated_messages} repeated messages after {times} deaths and freezes")
    if figures.late_messages > figures.freezes:
        figures.wrong.append(f"{figures.late_messages} late messages after {figures.freezes} freezes")
    figures.wrong += _states(found, len(phones) + 1, bursts)
    wrong, figures.nudges = evidence.nudges(found.stage)
    figures.wrong += wrong
    query = f"SELECT count(*) FROM outbox WHERE urgency = {Urgency.NUDGE:d} AND state = 'dropped'"
    figures.nudges_dropped = int(found.query(query)[0][0])
    figures.updates = int(found.query("SELECT count(*) FROM inbox")[0][0])
    figures.updates_repeated = found.balancer.repeated
    figures.deadlocks = found.deadlocks()
    if figures.deadlocks:
        figures.wrong.append(f"{figures.deadlocks} deadlocks")
    figures.answered_p50, figures.answered_p99, figures.answered_last = cuts(answer_seconds(found))


def without_a_late_one(said: list[str], expected: list[str]) -> bool:
    """Whether only one message is too much: one said before, which a worker sent once more when it woke up."""
    return any(text in said[:place] and said[:place] + said[place + 1 :] == expected for place, text in enumerate(said))


def _per_practise(model: list[str]) -> int:
    """How many of the bot's messages belong to the practising."""
    return len(model) - next(place for place, text in enumerate(model) if "/menu shows" in text) - 1


def _number_in(text: str) -> str:
    _, mark, rest = text.partition("@x")
    return rest[:1] if mark else "0"


def first_difference(said: list[str], expected: list[str]) -> str:
    for place, (one, other) in enumerate(zip(said, expected, strict=False)):
        if one != other:
            return f"message {place}: expected {other!r}, saw {one!r}"
    return f"expected {len(expected)} messages, saw {len(said)}: {said[-2:]}"


def _states(found: Troupe, people: int, bursts: int) -> list[str]:
    """Nothing lost, doubled, parked or left over."""
    given = {
        int(line["update"]["update_id"]) for line in found.stage.control.lines("/control/calls") if "update" in line
    }
    rows: list[Any] = found.query("SELECT update_id, state FROM inbox")
    wrong = [f"update {one} was lost" for one in sorted(given - {row[0] for row in rows})]
    wrong += [f"update {one} is {state}" for one, state in rows if state != "done"]
    kept = Counter(row[0] for row in found.query("SELECT writer_id FROM letter WHERE state = 'kept'"))
    first = 1  # whoever typed before all others did it once
    if len(kept) != people or sorted(kept.values())[first:] != [bursts] * (people - first):
        wrong.append(f"kept sentences: {Counter(kept.values())} of {people} people")
    wrong += [f"a parked {row[0]}" for row in found.query("SELECT kind FROM outbox WHERE state = 'parked'")]
    return wrong + [f"{row[0]} is still running" for row in found.query("SELECT dialog FROM dialog_session")]


def answer_seconds(found: Troupe) -> list[float]:
    """From each update's being here to its first answer's being sent, shortest first."""
    rows = found.query(
        "SELECT extract(epoch FROM min(outbox.sent_at) - inbox.received_at) FROM inbox JOIN outbox"
        " ON outbox.dedupe_key LIKE 'u:' || inbox.bot_id || ':' || inbox.update_id || ':%'"
        " WHERE outbox.state = 'sent' GROUP BY inbox.bot_id, inbox.update_id, inbox.received_at"
    )
    return sorted(float(row[0]) for row in rows if 0 <= float(row[0]) < 3600)


def cuts(seconds: list[float]) -> tuple[float, float, float]:
    """The middle one, the one that 99 of 100 do not exceed, and the last."""
    if len(seconds) < 10:
        return 0.0, 0.0, 0.0
    hundredths = statistics.quantiles(seconds, n=100)
    return hundredths[49], hundredths[98], max(seconds)
