"""How people walk: what they would rather tap, and how often they do something else. Chance decides, seeded."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.walks.acts import Act, Kind, Phone, Shown
from bench.walks.service import Service
from bench.walks.words import COMMANDS, Pen
from bot.engine.script import Ask
from emulator.model import Message

Boards = list[tuple[Message, list[Shown]]]

ONBOARDING: dict[str, float] = {
    "Got one": 9, "I will": 9, "Yes, and I am 18 or over": 60, "All is fine": 30, "Skip": 5, "Invite my partner": 60,
    "Yes, connect us": 90, "Yes, that is them": 90, "Not now": 0.01, "I am under 18": 0.01,
    "I am afraid, or not safe": 0.05, "No": 0.01, "Another region": 0.05, "No daily message": 0.05,
    "On my own for now": 0.1, "Nothing comes to mind": 0.5, "Something else": 0.5, "Stop": 0.01, "Back": 0.05,
    "Urals to Far East": 0.1, "Central Asia": 0.1,
}  # fmt: skip
WRITING: dict[str, float] = {
    "Write a letter": 20, "Calm enough to write": 9, "A blank page": 3, "I am ready": 9, "Preview": 8, "Next": 8,
    "Keep it as it is": 9, "Yes, now": 20, "Yes, in two hours": 4, "Yes, tomorrow morning": 4, "Open": 25,
    "Open again": 3, "Next page": 6, "Answer": 5, "In my own way": 4, "Step by step": 4, "Something else": 5,
    "Not now": 0.3, "Stop": 0.2, "Back": 0.4, "Send it to my partner": 9, "See what we can do": 9,
    "My letters": 2, "Sent": 3, "Resting": 3, "Draft": 4, "Take it back": 5,
}  # fmt: skip
NUDGING: dict[str, float] = {"Done": 4, "Another": 6, "Not for us": 6, "Yes, stay quiet": 3, "No, carry on": 3}
LEAVING: dict[str, float] = {
    "Leave my partner": 9, "Leave now": 6, "Delete everything": 4, "Close": 4, "Take it back": 40, "Sent": 20,
    "Resting": 20,
    "This letter worries me": 6,
    "Settings": 4, "My partner and me": 6, "Hold back letters": 6, "Let letters in": 6, "More": 3, "My letters": 4,
    "Write a letter": 4, "Yes, now": 9, "Open": 5, "I am afraid, or not safe": 3, "Invite my partner": 4,
    "Yes, connect us": 9, "Yes, that is them": 9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    """`likes`: weights of labels (1 for others); the numbers are weights of sorts of acts."""

    name: str
    likes: Mapping[str, float] = field(default_factory=dict)
    tap: float = 55
    say: float = 13
    command: float = 8
    media: float = 3
    edit: float = 4
    mischief: float = 4
    link: float = 2
    block: float = 1.5
    clock: float = 7

    def weight(self, label: str) -> float:
        """How much this label is liked; of one with a date, what stands before it."""
        return self.likes.get(label.partition(",")[0], self.likes.get(label, 1.0))


GUIDED = Policy("guided", ONBOARDING, tap=100, say=0, command=0, media=0, edit=0, mischief=0, link=0, block=0, clock=0)
DRIVEN = Policy("writer", WRITING | {"Open": 400, "Yes, now": 200, "Write a letter": 100, "Not now": 0.1, "Back": 0.05},
    tap=88, say=1, command=3, media=1, edit=3, mischief=1, link=0, block=0, clock=4)  # fmt: skip
POLICIES = (
    Policy("explorer"),
    Policy("writer", WRITING, tap=68, say=10, command=4, edit=4, mischief=2, link=0.5, block=0.5, clock=7),
    Policy("nudged", NUDGING | {"Not now": 1}, tap=40, command=4, clock=35),
    Policy("leaver", LEAVING, command=10, block=4),
)
HOURS = (3600, 5 * 3600, 86_400, 86_400, 8 * 86_400)


@dataclass(slots=True)
class Chooser:
    """Picks the next act of a person by looking at their phone, as a thumb does."""

    service: Service
    rng: random.Random
    pens: Mapping[str, Pen]
    phones: Mapping[str, Phone]

    def act(self, who: str, policy: Policy) -> Act:
        """The next act."""
        phone = self.phones[who]
        if not phone.started:
            return self._come(who)
        if phone.blocked:
            return Act(who, "unblock") if self.rng.random() < 0.5 else Act(who, "start")
        ask = self._asked(phone)
        boards = phone.keyboards()
        typing = ask is not None and (ask.text is not None or ask.collect is not None)
        if typing and self.rng.random() < (0.75 if policy is GUIDED or policy.name == "writer" else 0.45):
            return self._type(who, ask, boards)
        names: tuple[str, ...] = ("tap", "say", "command", "media", "edit", "mischief", "link", "block", "clock")
        weights = [getattr(policy, name) for name in names]
        sort = self.rng.choices(names, weights)[0]
        if sort == "tap":
            return self._tap(who, boards, policy)
        return self._other(who, sort)

    def _come(self, who: str) -> Act:
        others = [name for name in self.phones if name != who]
        if self.rng.random() < 0.3:
            return Act(who, "link", self.rng.choice(others), 0)
        return Act(who, "start")

    def _asked(self, phone: Phone) -> Ask | None:
        """What is asked of this person, as far as the engine has been watched."""
        session = self.service.session_of(phone.id)
        if session is None or session.status != "waiting" or not session.frames:
            return None
        dialog = self.service.library.book.dialogs[session.top.dialog]
        return dialog.nodes[session.top.node].ask

    def _type(self, who: str, ask: Ask | None, boards: Boards) -> Act:
        pen = self.pens[who]
        if ask is not None and ask.collect is not None:
            onward = [one.label for _, row in boards[:1] for one in row if one.label in ("Preview", "Next")]
            if onward and self.rng.random() < 0.55:
                return Act(who, "tap", self.rng.choice(onward))
            roll = self.rng.random()
            if roll < 0.08:
                return Act(who, "photo" if roll < 0.05 else "voice", pen.fill(self.rng, ("{w}", "")))
            return Act(who, "say", pen.part(self.rng))
        if ask is not None and ask.text is not None and ask.text.check == "name":
            return Act(who, "say", pen.name(self.rng))
        return Act(who, "say", pen.anything(self.rng))

    def _tap(self, who: str, boards: Boards, policy: Policy) -> Act:
        if not boards:
            return Act(who, "say", "/menu")
        row = boards[0][1] if policy is GUIDED or self.rng.random() < 0.8 else self.rng.choice(boards)[1]
        if policy.name != "explorer":
            wanted = [one for _, shown in boards[:3] for one in shown if policy.weight(one.label) >= 20]
            row = [*row, *wanted]
        chosen = self.rng.choices(row, [policy.weight(one.label) for one in row])[0]
        same = [one for _, shown in boards for one in shown if one.label == chosen.label]
        kind: Kind = "twice" if policy is not GUIDED and self.rng.random() < 0.04 else "tap"
        return Act(who, kind, chosen.label, same.index(chosen))

    def _other(self, who: str, sort: str) -> Act:
        rng, pen = self.rng, self.pens[who]
        match sort:
            case "say":
                return Act(who, "say", pen.anything(rng))
            case "command":
                return Act(who, "say", "/" + rng.choice(COMMANDS))
            case "media":
                kinds: tuple[Kind, ...] = ("photo", "voice", "sticker")
                return Act(who, rng.choice(kinds), pen.fill(rng, ("{w}", "")))
            case "edit":
                text = pen.part(rng) if rng.random() < 0.7 else pen.anything(rng)
                return Act(who, "edit", text, rng.randrange(4))
            case "mischief":
                return self._mischief(who)
            case "link":
                return self._link(who)
            case "block":
                return Act(who, "block")
            case _:
                kind: Kind = "clock" if rng.random() < 0.9 else "leap"
                return Act(who, kind, nth=rng.choice(HOURS))

    def _mischief(self, who: str) -> Act:
        rng = self.rng
        other = rng.choice([name for name in self.phones if name != who])
        if rng.random() < 0.6:
            return Act(who, "steal", other, rng.randrange(12))
        forged = (
            "s.1.1.yes", "l.1.open", "n.zzz.done", "q.1.yes", "p.1.yes", "m.0.menu", "m.0.else", "x", "s...", "a" * 64,
            f"l.{rng.randrange(10**9)}.p1", "s.1y2p0ij32e8e7.1.accept", "\U0001f600", "l.1.e999999999999",
        )  # fmt: skip
        return Act(who, "forge", rng.choice(forged))

    def _link(self, who: str) -> Act:
        rng = self.rng
        if rng.random() < 0.3:
            return Act(who, "start", rng.choice(("AAAA", "x" * 64, "menu", "-_-", "abcdefghijklmnopqrstuvwxyz123456")))
        return Act(who, "link", rng.choice(list(self.phones)), rng.randrange(2))
