"""Telegram is away for twenty minutes while messages of every class gather; then they go out, the urgent ones first."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.baddays import queue
from bench.baddays.figures import Figures
from bot.delivery.outbox import Urgency
from tests.support.phones import Phone, wait_for
from tests.support.process import Stage
from tests.support.stories import BERLIN, connect, sends_letter

AWAY = "I was away for a while"
HELD_UP = "Your letter is held up"
NOTICE = "A letter from"
MARK = re.compile(rf"{queue.MARK}([A-Z]+):(\d+)")
SLACK = 1.3  # of the ideal time
PATIENCE = 300.0
WAYS = ("refuse", "502_html")  # no connection at all, or a proxy that answers in Telegram's place


@dataclass(frozen=True, slots=True)
class Size:
    """How much waits, for how many people, at which rate it may go, and how many real seconds the outage lasts."""

    messages: int = 5000
    people: int = 1000
    rate: int = 40
    seconds: float = 70.0  # the beat that tells writers comes each minute
    is_timed: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the queue that Telegram took."""

    at: float
    chat: int
    urgency: Urgency
    mark: str


def run(folder: Path, size: Size, *, way: str, seed: int, webhook: bool) -> Figures:
    """One outage."""
    figures, rng = Figures(seed), random.Random(seed)
    with Stage(folder, webhook=webhook, more={"SEND_RATE": str(size.rate), "SEND_RATE_CHAT": "0"}) as stage:
        ids = queue.invite(stage.control, size.people)
        stage.start_bot()
        ana, ben = _a_couple(stage)
        sends_letter(ana, "I miss our Sundays.", when=("At another time", "In two hours", "Yes, seal it"))
        stage.comes_to_rest()
        since = _breaks_down(stage, ids, size, way, rng, (ana, ben))
        _drains(stage, since, size, figures)
        _tells_each_once(stage, ana, ben, figures, is_told=size.seconds > 60)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _a_couple(stage: Stage) -> tuple[Phone, Phone]:
    ana, ben = stage.phone("Ana"), stage.phone("Ben")
    connect(ana, ben, zones=(BERLIN, BERLIN))
    return ana, ben


def _breaks_down(
    stage: Stage, ids: list[int], size: Size, way: str, rng: random.Random, couple: tuple[Phone, Phone]
) -> int:
    """The outage, from its beginning to its end. Returns where the record of calls stands then."""
    control, begun = stage.control, time.monotonic()
    control.post("/control/faults", kind=way, method="*", count=0, seconds=864_000)
    control.advance("2h")
    with queue.beside(stage) as (database, vault):
        now = queue.moment(stage)
        database.run_sync(queue.meet, ids, now=now)
        database.run_sync(queue.fill, vault, ids, size.messages, rng, now)
    for phone in couple:
        for _ in range(3):
            phone.says("/menu")
    threading.Event().wait(size.seconds / 2)
    control.advance("20m")
    threading.Event().wait(max(0.0, size.seconds - (time.monotonic() - begun)))
    since = len(control.lines("/control/calls"))
    control.delete("/control/faults")
    return since


def _drains(stage: Stage, since: int, size: Size, figures: Figures) -> None:
    begun = time.monotonic()

    def drained() -> bool:
        threading.Event().wait(0.1)  # looking costs the bot something
        return stage.open_rows() == (0, 0)

    wait_for(drained, "all sent", PATIENCE)
    ended = time.monotonic() - begun
    sent = _sent(stage, since)
    times = Counter(one.mark for one in sent)
    doubled = [mark for mark, count in times.items() if count > 1]
    figures.holds(f"sent twice: {doubled[:5]}", when=not doubled)
    by_class = Counter(one.urgency.name for one in sent)
    for urgency, share in queue.SHARES.items():
        expected = round(size.messages * share)
        if urgency is not Urgency.NUDGE:
            figures.holds(
                f"{urgency.name}: {by_class[urgency.name]} of {expected}", when=by_class[urgency.name] == expected
            )
    old = round(round(size.messages * queue.SHARES[Urgency.NUDGE]) * queue.TOO_OLD)
    wanted = round(size.messages * queue.SHARES[Urgency.NUDGE]) - old
    figures.holds(f"nudges: {by_class['NUDGE']}, at most {wanted}", when=wanted * 0.95 <= by_class["NUDGE"] <= wanted)
    ideal = len(sent) / size.rate
    figures.note(
        f"{len(sent)} sent in {ended:.1f} s, ideal {ideal:.1f} s ({ended / ideal:.2f} times); {dict(by_class)}; "
        f"nudges too old or perhaps sent: {wanted + old - by_class['NUDGE']}"
    )
    if size.is_timed:
        figures.holds(f"{ended / ideal:.2f} times the ideal time", when=ended <= SLACK * ideal)
        most = _most_in_a_second(sent)
        figures.note(f"most of them that came to Telegram within a second: {most}, at a rate of {size.rate}")
    _in_order(sent, figures)


def _sent(stage: Stage, since: int) -> list[Sent]:
    """What went out of the queue, and when."""
    found = []
    for line in stage.control.lines(f"/control/calls?since={since}"):
        if line.get("method") == "sendMessage" and (line.get("response") or {}).get("ok"):
            mark = MARK.search(str(line["params"].get("text")))
            if mark is not None:
                found.append(Sent(float(line["at"]), int(line["params"]["chat_id"]), Urgency[mark[1]], mark[0]))
    return found


def _most_in_a_second(sent: list[Sent]) -> int:
    most, first = 0, 0
    for last, one in enumerate(sent):
        while sent[first].at <= one.at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def _in_order(sent: list[Sent], figures: Figures) -> None:
    """How many of lower classes went before the last of each class.

    Not counted is what stood before such a message in its own chat, where the order of messages is kept.
    """
    for urgency in (Urgency.SAFETY, Urgency.ANSWER):
        last = {one.chat: place for place, one in enumerate(sent) if one.urgency <= urgency}
        end = max((place for place, one in enumerate(sent) if one.urgency == urgency), default=0)
        lower = [
            one for place, one in enumerate(sent[:end]) if one.urgency > urgency and place > last.get(one.chat, -1)
        ]
        figures.note(f"before the last of {urgency.name.lower()}: {len(lower)} of lower classes")
        figures.holds(f"{len(lower)} before the last of {urgency.name}", when=len(lower) <= max(60, len(sent) // 20))


def _tells_each_once(stage: Stage, ana: Phone, ben: Phone, figures: Figures, *, is_told: bool) -> None:
    for phone in (ana, ben):
        phone.sees("What would you like to do?")
        away = _count(phone, AWAY)
        # By webhook what they write comes in all the while.
        figures.holds(f"{phone.name} heard of our absence {away} times", when=away == (0 if stage.webhook else 1))
    figures.holds(f"the letter was announced {_count(ben, NOTICE)} times", when=_count(ben, NOTICE) == 1)
    if is_told:
        figures.holds(f"its writer was told {_count(ana, HELD_UP)} times", when=_count(ana, HELD_UP) == 1)
        figures.holds("its reader was told", when=_count(ben, HELD_UP) == 0)
        figures.note("the letter's writer was told once that it was held up, its reader not")


def _count(phone: Phone, text: str) -> int:
    messages: list[dict[str, Any]] = phone.from_bot()
    return sum(text in (message.get("text") or "") for message in messages)
