"""Bad weather during the kills: what is ordered from the local Telegram, and what it explains afterwards, counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bench.crash import evidence
from bench.crash.scene import Person
from bot.delivery.kinds import SENDS
from tests.support.process import Stage

LINE: tuple[dict[str, Any], ...] = (
    {"kind": "429", "probability": 0.02, "retry_after": 1},
    {"kind": "500", "probability": 0.01},
    {"kind": "502", "probability": 0.01},
    {"kind": "502_html", "probability": 0.01},
    {"kind": "504", "probability": 0.01},
    {"kind": "cut_before", "probability": 0.02},
    {"kind": "cut_after", "probability": 0.03},
    {"kind": "broken_json", "probability": 0.01},
    {"kind": "slow", "probability": 0.02, "seconds": 0.3},
)
POLLED: tuple[dict[str, Any], ...] = (
    {"kind": "duplicate_update", "probability": 0.2},
    {"kind": "cut_after", "method": "getUpdates", "probability": 0.08},
    {"kind": "cut_before", "method": "getUpdates", "probability": 0.04},
    {"kind": "502_html", "method": "getUpdates", "probability": 0.04},
    {"kind": "429", "method": "getUpdates", "probability": 0.02, "retry_after": 1},
)
PUSHED: tuple[dict[str, Any], ...] = (
    {"kind": "duplicate_update", "probability": 0.2},
    {"kind": "reorder", "probability": 0.1, "seconds": 0.4},
    {"kind": "lost_answer", "probability": 0.08},
    {"kind": "cut_update", "probability": 0.08},
)
UNHEARD = frozenset({"cut_after", "broken_json"})  # Telegram has taken the call, and the bot cannot know
REFUSED, CLOSED = 0.2, 0.1  # of the bursts: one message to somebody is refused for good; somebody's chat is closed once


def begin(stage: Stage, people: list[Person], rng: random.Random) -> set[int]:
    """Orders the weather of one burst. Returns the chats that will be closed for a moment."""
    for number, order in enumerate((*LINE, *(PUSHED if stage.webhook else POLLED))):
        stage.control.post("/control/faults", **order, seed=rng.randrange(1 << 30) + number)
    if rng.random() < REFUSED:
        stage.control.post("/control/faults", kind="400", method="sendMessage", chat=rng.choice(people).phone.user)
    if rng.random() >= CLOSED:
        return set()
    chat = rng.choice(people).phone.user
    stage.control.post("/control/faults", kind="403", method="sendMessage", chat=chat)
    return {chat}


def end(stage: Stage) -> Counter[str]:
    """Fair weather again. What has hit, by kind."""
    orders = stage.control.get("/control/faults")["faults"]
    stage.control.delete("/control/faults")
    return Counter({order["kind"]: len(order["hits"]) for order in orders if order["hits"]})


@dataclass
class Excuses:
    """What explains a message more or one fewer, for each chat of one burst."""

    since_line: int
    since_row: int
    repeated: Counter[int]

    @classmethod
    def begin(cls, stage: Stage) -> Excuses:
        """From here on."""
        return cls(stage.control.get("/control/state")["calls"], _last_row(stage), Counter())

    def note_a_death(self, stage: Stage) -> None:
        """What a dead process had on its way may come once more."""
        kinds = ", ".join(f"'{kind}'" for kind in sorted(SENDS))
        query = f"SELECT chat_id FROM outbox WHERE state = 'sending' AND kind IN ({kinds})"
        self.repeated.update(int(row[0]) for row in evidence.query(stage, query))

    def note_calls(self, stage: Stage) -> None:
        """What was taken and not heard of may come once more."""
        for line in stage.control.lines(f"/control/calls?since={self.since_line}"):
            taken = bool((line.get("response") or {}).get("ok"))
            if line.get("fault") in UNHEARD and taken and line["method"].startswith("send"):
                self.repeated[int(line["params"]["chat_id"])] += 1

    def missing(self, stage: Stage) -> Counter[int]:
        """Messages that were refused for good, or dropped since the chat was closed: never nudges."""
        query = (
            "SELECT chat_id FROM outbox WHERE state IN ('parked', 'dropped') AND urgency < 4"
            f" AND kind IN ('say', 'preview', 'sentences') AND id > {self.since_row}"
        )
        return Counter(int(row[0]) for row in evidence.query(stage, query))


def _last_row(stage: Stage) -> int:
    return int(evidence.query(stage, "SELECT coalesce(max(id), 0) FROM outbox")[0][0])


def too_early(lines: Iterable[dict[str, Any]]) -> list[str]:
    """Calls to a chat before the wait that Telegram asked for was over. By the clock of the local Telegram."""
    until: dict[int, float] = {}
    found = []
    for line in lines:
        chat = (line.get("params") or {}).get("chat_id")
        if chat is None or line["method"] == "answerCallbackQuery":
            continue
        if line["at"] < until.get(int(chat), 0.0) - 0.01:
            found.append(f"{line['method']} to {chat} came {until[int(chat)] - line['at']:.2f} s before it was asked")
        wait = ((line.get("response") or {}).get("parameters") or {}).get("retry_after")
        if wait is not None:
            until[int(chat)] = line["at"] + wait
    return found
