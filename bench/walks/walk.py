"""One random walk: who does what, what follows from it, and what came of it. The same seed is the same walk."""

from __future__ import annotations

import hashlib
import random
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.walks.acts import Act, Hand, Phone, typed
from bench.walks.oracle import Oracle
from bench.walks.policies import DRIVEN, GUIDED, POLICIES, SWAPPING, Chooser, Policy, meaning
from bench.walks.service import Broken, Premises, Sent, Service
from bench.walks.words import Pen

NAMES = ("ana", "ben", "cy", "dora", "emil")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
PRELUDE = 60  # acts at most until the two are joined
LETTER = 28  # acts at most until one of them has read a letter
EXCHANGE = 70  # acts at most until both have read the letter of the other
HOPS = 60  # due moments that one move of the clock stops at


@dataclass(slots=True)
class Walked:
    """What a walk was: acts in order, and the rule that it broke, if any."""

    seed: int
    acts: list[Act] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    nodes: set[tuple[str, str]] = field(default_factory=set)
    kind: str = ""
    sentence: str = ""
    chat: list[str] = field(default_factory=list)
    digest: str = ""


class Walk:
    """A bot, its people and a die."""

    def __init__(self, premises: Premises, seed: int) -> None:
        self._rng = random.Random(seed)
        start = FIRST + timedelta(hours=self._rng.randrange(300 * 24), seconds=self._rng.randrange(3600))
        self.service = Service(premises, seed=seed, start=start)
        people = NAMES if self._rng.random() < 0.15 else NAMES[:3]
        self.phones = {name: Phone(self.service, name) for name in people}
        self._hand = Hand(self.service, self.phones)
        pens = {name: Pen(name) for name in people}
        self._chooser = Chooser(self.service, self._rng, pens, self.phones)
        self.oracle = Oracle(self.service, self.phones)
        self.service.listener = self._arrived
        self._hash = hashlib.blake2b(digest_size=8)
        self.walked = Walked(seed)

    def go(self, acts: Sequence[Act] | None = None, *, chat: bool = False) -> Walked:
        """Walks by chance, or does these acts again. Never raises."""
        done = self.walked
        try:
            for act in self._chosen() if acts is None else acts:
                self._step(act)
            self.oracle.ended(self._step)
        except Broken as broken:
            done.kind, done.sentence = broken.kind, broken.sentence
        except Exception as error:  # noqa: BLE001 - whatever a unit raises is what a walk looks for
            done.kind, done.sentence = _place(error), traceback.format_exc(limit=-12)
        self._count()
        if chat or done.kind:
            done.chat = [_line(sent, self.phones) for sent in self.service.log[-40:]]
        return done

    # -- choosing

    def _chosen(self) -> Iterator[Act]:
        rng = self._rng
        if rng.random() < 0.55:
            yield from self._joined()
            if rng.random() < 0.25:
                yield from self._exchange(*rng.sample(("ana", "ben"), 2))
            elif rng.random() < 0.6:
                yield from self._letter(*rng.sample(("ana", "ben"), 2))
        policies = {name: self._policy() for name in self.phones}
        names = list(self.phones)
        who = rng.choice(names)
        for _ in range(rng.randint(15, 40)):
            if rng.random() < 0.35:
                who = rng.choices(names, [8, 8, *([2] * (len(names) - 2))])[0]
            yield self._chooser.act(who, policies[who])

    def _policy(self) -> Policy:
        return self._rng.choices(POLICIES, (30, 40, 15, 15))[0]

    def _joined(self) -> Iterator[Act]:
        """Two people come in and are joined, by the buttons that everybody has."""
        ana, left = self.phones["ana"], PRELUDE
        while not ana.codes() and (left := left - 1) > 0:
            yield self._chooser.act("ana", GUIDED)
        if ana.codes():
            yield Act("ben", "link", "ana")
        while not self._shown(ana, "p.yes") and (left := left - 1) > 0:
            yield self._chooser.act("ben", GUIDED)
        if self._shown(ana, "p.yes"):
            yield Act("ana", "tap", self._shown(ana, "p.yes"))
            self.walked.figures["joined_first"] += 1

    def _letter(self, writer: str, reader: str) -> Iterator[Act]:
        """One writes and says yes, the other reads; nothing keeps them to it."""
        letters, left = self.oracle.letters, LETTER
        if self.service.session_of(self.phones[writer].id) is None or self._rng.random() < 0.3:
            yield Act(writer, "say", "/write")
        while not letters.consents and (left := left - 1) > 0:
            yield self._chooser.act(writer, DRIVEN)
        if letters.consents and self._rng.random() < 0.25:
            yield from self._taken_back(writer)
        if letters.consents and not self._shown(self.phones[reader], "l.open"):
            yield Act(reader, "clock", nth=14 * 3600)
        while letters.consents and not letters.readings and (left := left - 1) > 0:
            yield self._chooser.act(reader, DRIVEN)

    def _exchange(self, first: str, second: str) -> Iterator[Act]:
        """Both write to one question and read what came; nothing keeps them to it."""
        letters, left = self.oracle.letters, EXCHANGE
        yield Act(first, "say", "/write")
        for who, yeses in ((first, 1), (second, 2)):
            while len(letters.consents) < yeses and (left := left - 1) > 0:
                yield self._chooser.act(who, SWAPPING)
            yield Act(second, "clock", nth=14 * 3600)
        while len(letters.readings) < 2 and (left := left - 1) > 0:
            yield self._chooser.act(self._rng.choice((first, second)), SWAPPING)

    def _taken_back(self, writer: str) -> Iterator[Act]:
        """The writer thinks better of it."""
        yield Act(writer, "say", "/letters")
        for wanted in ("l.mine", "l.withdraw"):
            label = self._shown(self.phones[writer], wanted)
            if label:
                yield Act(writer, "tap", label)

    def _shown(self, phone: Phone, wanted: str) -> str:
        """The label of the newest button that means this; empty when there is none."""
        return next((one.label for _, row in phone.keyboards() for one in row if meaning(one) == wanted), "")

    # -- stepping

    def _step(self, act: Act) -> None:
        self.walked.acts.append(act)
        service = self.service
        service.sent.clear()
        service.world.clock.advance(2 + len(self.walked.acts) * 7 % 37)
        phone = self.phones[act.who]
        phone.taps.clear()
        chosen = typed(phone, act)
        done = self._hand.do(act)
        for button in (*chosen, *phone.taps):
            self.oracle.letters.tapped(phone, button)
        if act.kind in ("clock", "leap"):
            self._time(act)
        service.settle()
        self.oracle.stepped(act, done)
        self._count_act(act, done=done)

    def _time(self, act: Act) -> None:
        """Time passes: from one due moment to the next, or at a leap as when the bot was away."""
        clock = self.service.world.clock
        until = clock.now() + act.nth
        for _ in range(HOPS if act.kind == "clock" else 0):
            due = self.service.next_due()
            if due is None or due.timestamp() >= until:
                break
            clock.advance(max(due.timestamp() - clock.now(), 0) + 0.5)
            self.service.settle()
        clock.advance(max(until - clock.now(), 0))

    # -- counting

    def _arrived(self, sent: Sent) -> None:
        self._hash.update(repr((sent.to, sent.how, sent.text, sent.buttons)).encode())
        self.oracle.arrived(sent)

    def _count_act(self, act: Act, *, done: bool) -> None:
        self.walked.figures["steps"] += 1
        self.walked.figures[f"act_{act.kind}"] += 1
        self.walked.figures["not_possible"] += not done

    def _count(self) -> None:
        walked, seen, letters = self.walked, self.service.seen, self.oracle.letters
        walked.figures.update(self.oracle.figures)
        walked.figures.update(
            walks=1,
            opened=len(letters.readings),
            walks_opened=bool(letters.readings),
            walks_exchanged=letters.exchanged(),
            yeses=len(letters.consents),
            taken_back=len(letters.taken_back),
            dangers=seen.dangers,
            sent=len(self.service.log),
            benign=self.service.benign,
        )
        walked.nodes = seen.nodes
        walked.digest = self._hash.hexdigest()


def _place(error: BaseException) -> str:
    """Kind and innermost place of an exception: what makes two failures the same."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if "/bot/" in one.filename]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}"


def _line(sent: Sent, phones: dict[str, Phone]) -> str:
    name = next((phone.name for phone in phones.values() if phone.id == sent.to), "?")
    buttons = " ".join(f"[{label}]" for label, _ in sent.buttons)
    return f"{name} <- {sent.how} {sent.message_id}: {sent.text[:300]!r} {buttons}"
