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

# Buttons are known by what their data ends in, behind the prefix of their subject: labels may be reworded freely.
ONBOARDING: dict[str, float] = {
    "s.got_one": 9, "s.will": 9, "s.on": 3, "s.accept": 60, "s.fine": 30, "s.agreed": 20, "s.skip": 5, "s.invite": 60,
    "s.make": 90,
    "p.yes": 90, "s.later": 0.01, "s.young": 0.01, "s.unsafe": 0.05, "s.decline": 0.01, "p.no": 0.01,
    "s.region": 0.05, "s.none": 0.05, "s.alone": 0.1, "s.nothing": 0.5, "s.other": 0.5, "s._stop": 0.01,
    "s._back": 0.05, "s.siberia": 0.1, "s.middle_east": 0.1,
}  # fmt: skip
WRITING: dict[str, float] = {
    "s.write": 20, "s.calm": 9, "s.blank": 3, "s.ready": 9, "s.done": 8, "s.next": 8, "s.keep": 9, "s.now": 20,
    "s.two_hours": 4, "s.overnight": 4, "l.open": 25, "l.answer": 5, "s.free": 4, "s.steps": 4, "s.other": 5,
    "s.later": 0.3, "s._stop": 0.2, "s._back": 0.4, "s.send": 9, "m.menu": 9, "s.letters": 2, "l.mine": 3,
    "l.withdraw": 5, "l.p2": 6, "s.others": 2, "s.exchange": 4, "x.write": 60, "s.seal": 20, "s.planned": 9,
    "l.tonight": 3,
}  # fmt: skip
NUDGING: dict[str, float] = {"n.done": 4, "n.another": 6, "n.never": 6, "n.not_now": 2, "q.yes": 3, "q.no": 3}
LEAVING: dict[str, float] = {
    "s.leave": 9, "s.delete": 4, "s.close": 4, "l.withdraw": 40, "l.mine": 20, "l.worry": 6, "s.settings": 4,
    "s.together": 6, "s.mute": 6, "s.unmute": 6, "s.more": 3, "s.letters": 4, "s.write": 4, "s.now": 9, "l.open": 5,
    "s.unsafe": 3, "s.invite": 4, "s.make": 9, "s.accept": 9, "p.yes": 9,
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

    def weight(self, button: Shown) -> float:
        """How much this button is liked."""
        return self.likes.get(meaning(button), 1.0)


def meaning(button: Shown) -> str:
    """What a button is for: subject and act."""
    return f"{button.data[:1]}.{button.data.rpartition('.')[2]}"


GUIDED = Policy("guided", ONBOARDING, tap=100, say=0, command=0, media=0, edit=0, mischief=0, link=0, block=0, clock=0)
DRIVEN = Policy("writer", WRITING | {"l.open": 400, "s.now": 200, "s.write": 100, "s.later": 0.1, "s._back": 0.05},
    tap=88, say=1, command=3, media=1, edit=3, mischief=1, link=0, block=0, clock=4)  # fmt: skip
SWAPPING = Policy("writer", WRITING | {"s.others": 100, "s.exchange": 400, "x.write": 400, "s.seal": 300, "l.open": 400,
    "s.later": 0.05, "s.other": 0.2, "s._back": 0.05, "s._stop": 0.05}, tap=90, say=1, command=2, media=1, edit=2,
    mischief=1, link=0, block=0, clock=3)  # fmt: skip
POLICIES = (
    Policy("explorer"),
    Policy("writer", WRITING, tap=68, say=10, command=4, edit=4, mischief=2, link=0.5, block=0.5, clock=7),
    Policy("nudged", NUDGING, tap=40, command=4, clock=35),
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
            onward = [one.label for _, row in boards[:1] for one in row if meaning(one) in ("s.done", "s.next")]
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
            wanted = [one for _, shown in boards[:3] for one in shown if policy.weight(one) >= 20]
            row = [*row, *wanted]
        chosen = self.rng.choices(row, [policy.weight(one) for one in row])[0]
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
