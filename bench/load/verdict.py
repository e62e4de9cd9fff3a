"""What must hold after a load: of updates, chats, letters, states, rates. Couples are held against undisturbed ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from bench.crash.evidence import is_aside
from bench.load.phones import Phone
from bench.load.play import WORD, Couple, Play
from bench.workers.troupe import Troupe
from emulator.view import chat_view

Line = dict[str, Any]
BY_CHANCE = ("There is nothing to open here any more.", "Your partner is not reachable through me right now.")
"""What two people who act at the same moment bring about, or not."""
PREVIEW = "This is how it will be read:"  # it has buttons of a letter until it is sealed, and belongs to the talk
SIGHT = 0.02  # seconds by which a clock may seem to run backwards between two threads
PARTS = "(SELECT count(*)::text || '/' || count(DISTINCT message_id)::text FROM letter_part t WHERE t.letter_id = l.id)"
STATES = (
    """SELECT p.telegram_id, 'person', (p.couple_id IS NOT NULL)::text || (p.gone_at IS NOT NULL)::text
       || (p.unreachable_at IS NOT NULL)::text FROM person p""",
    f"""SELECT p.telegram_id, 'letter', l.kind || ' ' || l.state || ' ' || {PARTS}
        FROM letter l JOIN person p ON p.id = l.writer_id""",
    "SELECT p.telegram_id, 'exchange', e.state FROM exchange e JOIN person p ON p.id = e.proposer_id",
    """SELECT p.telegram_id, 'dialog', s.dialog || ' ' || s.status
       FROM dialog_session s JOIN person p ON p.id = s.person_id""",
)
RACED = re.compile(r"(opened|withdrawn)")
ORDER = (
    "SELECT chat_id, id FROM (SELECT chat_id, id, sent_at, max(sent_at) OVER (PARTITION BY chat_id ORDER BY id"
    " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM outbox WHERE state = 'sent') AS told"
    " WHERE sent_at < before"
)


# -- chats


def said(phone: Phone) -> tuple[list[str], int]:
    """What the bot said, freed of this couple's own words; and how many messages came twice in a row."""
    shown = chat_view(phone.bot, phone.user, 0.0)["messages"]
    spoken = [m for m in shown if m["from"] == "bot" and (not is_aside(m) or str(m["text"]).startswith(PREVIEW))]
    texts = [WORD.sub(r"@\2\3", str(m["text"])) for m in spoken]
    texts = [text for text in texts if text not in BY_CHANCE]
    runs = [(text, len(list(same))) for text, same in groupby(texts)]
    return [text for text, _ in runs], sum(count - 1 for _, count in runs)


# -- letters


def letters(play: Play, couples: Iterable[Couple]) -> tuple[list[str], Counter[str]]:
    """Each text came to the other one's phone once, early or not at all, as its life says."""
    wrong, figures = [], Counter[str]()
    for couple in couples:
        for name, fate in couple.life.fates.items() if couple.done else ():
            word = couple.word(name)
            bubbles = {message for _, message in play.seen[word]}
            figures[fate] += 1
            if len(bubbles) != (fate == "opened") and not (fate == "either" and len(bubbles) <= 1):
                wrong.append(f"text {word} ({fate}) stands in {len(bubbles)} bubbles")
            first = min((at for at, _ in play.seen[word]), default=None)
            if first is not None and first < _allowed(play, couple, word) - SIGHT:
                wrong.append(f"text {word} was there too early")
    return wrong, figures


def _allowed(play: Play, couple: Couple, word: str) -> float:
    """When a text may be seen: after its seal, and those of an exchange after both."""
    words = [couple.word(name) for name in ("a1", "b1")] if couple.life.name == "exchange" else [word]
    return max(play.sealed[one] for one in words)


# -- states


def states(found: Troupe, couples: Iterable[Couple]) -> dict[int, Counter[str]]:
    """By couple what the database holds of them, without any words."""
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for query in STATES:
        for user, what, value in found.query(query):
            rows[user].append(f"{what} {value}")
    return {
        couple.number: Counter(
            f"{who} {RACED.sub('raced', row) if 'either' in couple.life.fates.values() else row}"
            for who, phone in (("a", couple.a), ("b", couple.b))
            for row in rows[phone.user.id]
        )
        for couple in couples
    }


def updates(found: Troupe, lines: list[Line]) -> tuple[list[str], int]:
    """Every update that Telegram ever had is done, and nothing is parked."""
    given = {int(line["update"]["update_id"]) for line in lines if "update" in line}
    rows = dict(found.query("SELECT update_id, state FROM inbox WHERE bot_id != 0"))
    wrong = [f"update {one} was lost" for one in sorted(given - rows.keys())]
    wrong += [f"update {one} is {state}" for one, state in rows.items() if state != "done"]
    parked = found.query("SELECT kind, chat_id FROM outbox WHERE state IN ('parked', 'open', 'sending')")
    return wrong + [f"a {kind} for {chat} was not sent" for kind, chat in parked], len(given)


def order(found: Troupe) -> list[str]:
    """Messages of a chat were sent in the order in which they were written."""
    return [f"message {row} of chat {chat} was sent before an earlier one" for chat, row in found.query(ORDER)]


# -- rates


def calls(lines: list[Line]) -> Iterator[tuple[float, int, bool]]:
    """What was really sent or changed: when, in which chat, and whether it was new."""
    for line in lines:
        method = str(line.get("method", ""))
        if method.startswith(("send", "edit", "delete")) and (line.get("response") or {}).get("ok") is not None:
            chat = line["params"].get("chat_id")
            if chat is not None:
                yield float(line["at"]), int(chat), method.startswith("send")


def busiest(moments: Iterable[float], seconds: float) -> int:
    """The most that fell into any span of so many seconds."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(moments):
        window.append(at)
        while window[0] <= at - seconds:
            window.popleft()
        most = max(most, len(window))
    return most


def rates(lines: list[Line]) -> tuple[int, int]:
    """The most messages in any second; the most calls to one chat in any ten seconds."""
    sent = list(calls(lines))
    chats: defaultdict[int, list[float]] = defaultdict(list)
    for at, chat, _ in sent:
        chats[chat].append(at)
    overall = busiest((at for at, _, new in sent if new), 1.0)
    return overall, max((busiest(moments, 10.0) for moments in chats.values()), default=0)
