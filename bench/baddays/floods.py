"""Telegram says when to come back, of one chat and of all: not a call is made before. A message that is poison waits
for nobody, and nobody for it.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path

from bench.baddays import queue
from bench.baddays.figures import Figures
from bot.delivery.outbox import Urgency
from tests.support.phones import NotSeen, wait_for
from tests.support.process import TOKEN, Stage

UNDER_WAY = 0.5  # seconds in which calls that were made before the refusal may still come in
NEXT_WITHIN = 60.0  # G12
PATIENCE = 120.0
ONE, ALL = 6, 4  # seconds of the two refusals
POISON = "poison:"
APOLOGY = "something went wrong on my side"
MENU = "Here is one."  # as far as somebody comes who has not said yes to the notice


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429: when, to which chat, and until when nothing may come."""

    at: float
    chat: int
    until: float


def run(folder: Path, *, people: int, seed: int, webhook: bool) -> Figures:
    """One chat is refused, then all, while one message can never be sent and one update never be handled."""
    figures, rng = Figures(seed), random.Random(seed)
    with Stage(folder, webhook=webhook, more={"SEND_RATE": "100", "SEND_RATE_CHAT": "0"}) as stage:
        ids = queue.invite(stage.control, people)
        stage.start_bot()
        with queue.beside(stage) as (database, vault):
            database.run_sync(queue.meet, ids, now=queue.moment(stage))
            for chat in (rng.choice(ids), 0):
                _order(stage, chat)
                database.run_sync(queue.fill, vault, ids, people * 4, rng, queue.moment(stage))
                _rests(stage, figures)
                stage.control.delete("/control/faults")
        _no_call_before(stage, figures)
        _poison(stage, ids, rng, figures)
        if figures.wrong:
            figures.wrong.append(stage.logs())
    return figures


def _order(stage: Stage, chat: int) -> None:
    """The next call to this chat, or with 0 the next ones to anybody, are refused for a while."""
    fault = {"kind": "429", "method": "sendMessage"}
    more = {"chat": chat, "count": 1, "retry_after": ONE} if chat else {"count": 8, "retry_after": ALL}
    stage.control.post("/control/faults", **fault, **more)


def _rests(stage: Stage, figures: Figures) -> None:
    try:
        wait_for(lambda: stage.open_rows() == (0, 0), "all sent", PATIENCE)
    except NotSeen:
        figures.wrong.append(f"not all sent: {stage.open_rows()}")


def _no_call_before(stage: Stage, figures: Figures) -> None:
    """Holds each call against the refusals before it; from the second chat on they are for all."""
    refusals: list[Refusal] = []
    early, calls = 0, 0
    for line in stage.control.lines("/control/calls"):
        if line.get("method") not in ("sendMessage", "editMessageText") or "response" not in line:
            continue
        at, chat, answer = float(line["at"]), int(line["params"]["chat_id"]), line["response"]
        calls += 1
        for one in refusals:
            for_all = len({other.chat for other in refusals if abs(other.at - one.at) < ALL}) > 1
            early += (for_all or chat == one.chat) and one.at + UNDER_WAY < at < one.until - 0.01
        if answer.get("error_code") == 429:
            refusals.append(Refusal(at, chat, at + float(answer["parameters"]["retry_after"])))
    figures.note(f"{calls} calls, {len(refusals)} refused: {early} made before the time that Telegram gave")
    figures.holds(f"{early} calls came before their time", when=early == 0)
    figures.holds("nothing was refused", when=len(refusals) >= 3)


def _poison(stage: Stage, ids: list[int], rng: random.Random, figures: Figures) -> None:
    """A message that Telegram never answers, before one that it takes; and a text that breaks its unit before /menu."""
    stage.control.post("/control/faults", kind="cut_before", contains=f"{POISON}SAFETY", count=0)
    chat = rng.choice(ids)
    with queue.beside(stage) as (database, vault):
        now = queue.moment(stage)
        database.run_sync(queue.put, vault, chat, 1, Urgency.SAFETY, now, mark=POISON)
        database.run_sync(queue.put, vault, chat, 2, Urgency.ANSWER, now, mark=POISON)
        pia = stage.phone("Pia")
        pia.starts()
        pia.sees("Think of one thing your partner did")
        database.run_sync(queue.spoil, pia.user, bot_id=int(TOKEN.partition(":")[0]), now=now)
    begun = time.monotonic()
    pia.says("/menu")

    def arrived() -> bool:
        messages = stage.control.get(f"/control/transcript/{chat}")["messages"]
        return any(f"{POISON}ANSWER" in (message.get("text") or "") for message in messages)

    try:
        wait_for(arrived, "the message behind it", NEXT_WITHIN)
    except NotSeen:
        figures.wrong.append(f"the message behind the one that cannot be sent waits for {NEXT_WITHIN:.0f} s")
    figures.note(f"behind a message that is never answered: the next one after {time.monotonic() - begun:.1f} s")
    try:
        pia.sees(APOLOGY, NEXT_WITHIN)
        apologised = time.monotonic() - begun
        pia.sees(MENU, NEXT_WITHIN - apologised)
        figures.note(f"behind an update that always fails: the next one is answered after {apologised:.1f} s")
    except NotSeen:
        figures.wrong.append(f"nothing is answered behind an update that always fails:\n{pia.tail()}")
