"""P1 to P5 and P11: what an update of a dialog costs, beside the peers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from bench.speed.field import Field, Load, Result, cpu, latency, median, rate, ratios
from bench.speed.script import PRACTISE
from bot.content.play import default_facts
from bot.conversation.shelf import DIALOGS, open_library
from bot.engine.effects import Choice, Env, Say
from bot.engine.events import Event, Start, Tap, Text
from bot.engine.step import fresh, step

USERS = 64
RATE = 187.0


def p1(field: Field) -> list[Result]:
    """CPU per durable dialog update, closed loop and at a given rate."""
    found = []
    for how, load, goal, later in (
        ("closed loop", {}, 0.45, 0.30),
        (f"at {RATE:.0f} updates/s", {"rate": RATE, "users": 500}, 0.60, 0.45),
    ):
        loads = field.interleaved(
            ("Rekindle", "R", "ConversationHandler", "aiogram"), f"P1 {how}", **({"users": USERS} | load)
        )
        what = f"CPU per update / R, {how}"
        found.append(ratio(loads, "P1", what, f"<= {goal} (later {later})", goal, "Rekindle", "R"))
    return found


def ratio(loads: dict[str, list[Load]], name: str, what: str, goal: str, most: float, ours: str, theirs: str) -> Result:
    """A line about CPU: the median of the rounds' ratios, at most so much."""
    notes = [f"{one}: {median([cpu(load) for load in of]) * 1e6:.0f} us an update" for one, of in loads.items()]
    if theirs not in loads:
        return Result(name, what, goal, "no R", None, notes)
    value = median(ratios(loads, ours, theirs, cpu))
    return Result(name, what, goal, f"{value:.2f}", value <= most, notes)


def faster(loads: dict[str, list[Load]], name: str, what: str, least: float, ours: str, theirs: str) -> Result:
    """A line about updates a second: the median of the rounds' ratios, at least so much."""
    notes = [
        f"{one}: {median([rate(load) for load in of]):.0f} updates/s, "
        f"p50 {median([latency(x, 0.5) for x in of]) * 1e3:.0f} ms, "
        f"p99 {median([latency(x, 0.99) for x in of]) * 1e3:.0f} ms"
        for one, of in loads.items()
    ]
    if theirs not in loads:
        return Result(name, what, f">= {least:g}", f"no {theirs}", None, notes)
    value = median(ratios(loads, ours, theirs, rate))
    return Result(name, what, f">= {least:g}", f"{value:.2f}", value >= least, notes)


def p2(field: Field) -> list[Result]:
    """Updates a second beside the durable stock way."""
    loads = field.interleaved(("Rekindle", "ConversationHandler", "aiogram", "R"), "P2", users=USERS)
    what = "updates/s / ConversationHandler + PicklePersistence"
    return [faster(loads, "P2", what, 4, "Rekindle", "ConversationHandler")]


def p3(field: Field) -> list[Result]:
    """Updates a second when each call takes 40 ms."""
    loads = field.interleaved(("Rekindle", "R"), "P3", users=64 if field.short else 512, network=0.04, warm=2.0)
    return [faster(loads, "P3", "updates/s / R with 40 ms network time, 512 users", 40, "Rekindle", "R")]


def p4(field: Field) -> list[Result]:
    """PostgreSQL: the client's CPU."""
    loads = field.interleaved(("Rekindle, PostgreSQL", "R"), "P4", users=USERS)
    return [ratio(loads, "P4", "PostgreSQL: client CPU / R", "<= 0.40", 0.40, "Rekindle, PostgreSQL", "R")]


def p5(field: Field) -> list[Result]:
    """Ten thousand known people, all of whom write, 64 at a time; each once before the clock runs."""
    few, many = "Rekindle, 64 known", "Rekindle, 10,000 known"
    loads: dict[str, list[Load]] = {few: [], many: []}
    for number in range(field.rounds):
        for name, known in ((few, 64), (many, 1000 if field.short else 10_000)):
            bot = field.bot(name)
            assert bot is not None
            passes = 1 if number == 0 else 0
            one = bot.load(script="menu", users=known, at_once=USERS, passes=passes, seconds=field.seconds)
            loads[name].append(one)
            field.say(f"  P5 round {number + 1}: {name} {cpu(one) * 1e6:.0f} us, {rate(one):.0f} updates/s")
    return [ratio(loads, "P5", "CPU per update at 10,000 known / at 64", "<= 1.1", 1.1, many, few)]


def p11(field: Field) -> list[Result]:
    """The engine's step alone, over the whole script."""
    book = open_library(DIALOGS).book
    env = Env(datetime(2027, 3, 2, 16, tzinfo=UTC), default_facts(book, {"known": "true"}))
    seconds = []
    for _ in range(20 if field.short else 300):
        session = fresh(1, 1, book.release)
        choices: tuple[Choice, ...] = ()
        for place in PRACTISE:
            event: Event
            if place.says.startswith("/"):
                event = Start("practise")
            elif place.says:
                event = Text(place.says, 1)
            else:
                event = Tap(session.turn, _choice(choices, place.taps))
            began = time.perf_counter()
            done = step(book, session, event, env)
            seconds.append(time.perf_counter() - began)
            session = done.session
            choices = next((one.choices for one in reversed(done.effects) if isinstance(one, Say) and one.choices), ())
    value = median(seconds) * 1e6
    return [Result("P11", "step, median", "<= 50 us", f"{value:.0f} us", value <= 50, [f"{len(seconds)} steps"])]


def _choice(choices: tuple[Choice, ...], label: str) -> str:
    """The id of a choice; labels are ids of texts here."""
    wanted = {"Guide me": "guide", "Lonely": "lonely", "Skip": "skip", "Delete it": "drop"}[label]
    return next(choice.id for choice in choices if choice.id == wanted)
