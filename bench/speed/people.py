"""Simulated people: each goes through the script again and again, a step after the answer to the last one."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.speed.script import Step

SENDS = "sendMessage"
FIRST = 5_000_000_000  # Telegram ids of the people here


@dataclass(slots=True)
class Person:
    """One chat: where it stands in the script, which buttons it has, and since when it waits."""

    telegram_id: int
    at: int = 0
    wants: int = 0  # messages until the answer is whole
    due: float = 0.0  # when the step was to begin
    waits: bool = False
    buttons: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass
class Seen:
    """What a stretch of time has brought."""

    answered: int = 0
    begun: int = 0
    late: int = 0  # begun later than planned, since nobody was free
    seconds: list[float] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)


class People:
    """Everybody who writes to the bot. `post` hands an update over; `at_rest` hears of each one who is answered."""

    def __init__(self, script: tuple[Step, ...], answers: list[int], post: Callable[[bytes], None], first: int) -> None:
        self._script = script
        self._answers = answers
        self._post = post
        self._update_id = first
        self._message_id = 10
        self.everybody: dict[int, Person] = {}
        self.seen = Seen()
        self.at_rest: Callable[[Person], None] = lambda _: None

    def join(self, count: int, *, offset: int = 0) -> None:
        """So many people, at the beginning of the script."""
        for number in range(count):
            chat = FIRST + offset + number
            self.everybody[chat] = Person(chat)

    def begin(self, person: Person, due: float) -> None:
        """The next step of this person."""
        step = self._script[person.at]
        person.wants, person.due, person.waits = self._answers[person.at], due, True
        self.seen.begun += 1
        self._post(json.dumps(self._update(person, step)).encode())

    def called(self, method: str, chat: int, message_id: int, markup: Any) -> None:
        """The bot has made a call to a chat."""
        self.seen.calls[method] += 1
        person = self.everybody.get(chat)
        if person is None or method != SENDS:
            return
        for row in (markup or {}).get("inline_keyboard", ()):
            for button in row:
                person.buttons[button["text"]] = (message_id, button.get("callback_data", ""))
        person.wants -= 1
        if person.waits and person.wants <= 0:
            self._is_answered(person)

    def _is_answered(self, person: Person) -> None:
        person.waits = False
        person.at = (person.at + 1) % len(self._script)
        self.seen.answered += 1
        self.seen.seconds.append(time.perf_counter() - person.due)
        self.at_rest(person)

    def message_id(self) -> int:
        """Of a new message, of either side."""
        self._message_id += 1
        return self._message_id

    def _update(self, person: Person, step: Step) -> dict[str, Any]:
        self._update_id += 1
        user = {"id": person.telegram_id, "is_bot": False, "first_name": "Ana", "language_code": "en"}
        chat = {"id": person.telegram_id, "type": "private", "first_name": "Ana"}
        if step.says:
            message = {"message_id": self.message_id(), "date": _now(), "from": user, "chat": chat, "text": step.says}
            if step.says.startswith("/"):
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(step.says)}]
            return {"update_id": self._update_id, "message": message}
        message_id, data = person.buttons[step.taps]
        under = {"message_id": message_id, "date": _now(), "chat": chat, "text": "…"}
        query = {"id": str(self._update_id), "from": user, "message": under, "chat_instance": "1", "data": data}
        return {"update_id": self._update_id, "callback_query": query}


def _now() -> int:
    return int(time.time())  # noqa: TID251 - Telegram's clock, not the bot's


class Closed:
    """A closed loop: with each answer the one who has been idle longest goes on at once."""

    def __init__(self, people: People, at_once: int) -> None:
        self._people = people
        self._at_once = at_once
        self._idle = deque(people.everybody.values())
        self._going = False
        people.at_rest = self._go_on

    def start(self) -> None:
        """The first begin."""
        self._going = True
        for _ in range(min(self._at_once, len(self._idle))):
            self._people.begin(self._idle.popleft(), time.perf_counter())

    def stop(self) -> None:
        """Nobody begins anything more."""
        self._going = False

    def _go_on(self, person: Person) -> None:
        self._idle.append(person)
        if self._going:
            self._people.begin(self._idle.popleft(), time.perf_counter())


class Open:
    """An open loop: steps begin at a given rate, whatever the bot does; the longest idle goes first."""

    def __init__(self, people: People, rate: float) -> None:
        self._people = people
        self._gap = 1 / rate
        self._idle = deque(people.everybody.values())
        self._due: deque[float] = deque()
        self._next = time.perf_counter()
        self._going = False
        people.at_rest = self._rest

    def start(self) -> None:
        """The clock of arrivals begins."""
        self._going = True
        self._next = time.perf_counter()

    def stop(self) -> None:
        """No further arrivals."""
        self._going = False
        self._due.clear()

    def tick(self) -> None:
        """Called often: what is due begins."""
        now = time.perf_counter()
        while self._going and self._next <= now:
            if self._idle:
                self._people.begin(self._idle.popleft(), self._next)
            else:
                self._people.seen.late += 1
                self._due.append(self._next)
            self._next += self._gap

    def _rest(self, person: Person) -> None:
        if self._due and self._going:
            self._people.begin(person, self._due.popleft())
        else:
            self._idle.append(person)
