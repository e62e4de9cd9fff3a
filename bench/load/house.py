"""The emulated Telegram in a thread of this process, so that thousands of people act and see without a request each."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

from bench.load.phones import Phone
from emulator.answers import Json
from emulator.clock import Clock
from emulator.recorder import Recorder
from emulator.server import serving
from emulator.world import World
from tests.support.process import HOST, TOKEN, Stage

T = TypeVar("T")
Seen = Callable[[Phone, str, Json], None]
EVENTS = frozenset({"message", "edit", "delete"})


@dataclass
class House(Stage):
    """A stage whose Telegram lives here: the same server and control interface, and people beside them."""

    phones: dict[int, Phone] = field(default_factory=dict)
    watchers: list[Seen] = field(default_factory=list)

    def start_emulator(self) -> None:
        """Returns when it listens."""
        self.loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self.world = World(clock=Clock(file=self.folder / "clock"), seed=1, recorder=Recorder())
        self.account = self.world.add_bot(TOKEN, "rekindle_bot", "Rekindle")
        self.world.listeners.append(self._show)
        up = threading.Event()
        self._thread = threading.Thread(target=self.loop.run_until_complete, args=(self._serve(up),), daemon=True)
        self._thread.start()
        up.wait()
        self.control.post("/control/clock", at=self.at)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self.loop.close()

    async def _serve(self, up: threading.Event) -> None:
        async with serving(self.world, host=HOST, port=self.port):
            up.set()
            await self._end.wait()

    def logs(self) -> str:
        """What the workers said last."""
        log = self.folder / "bot.log"
        return log.read_text(encoding="utf-8", errors="replace")[-6000:] if log.exists() else ""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs something in the loop of this Telegram; blocks until it is done."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def moves_in(self, name: str) -> Phone:
        """Somebody new."""
        user = self.world.add_user(name, username=f"{name.lower()}_{len(self.phones)}", language_code="en")
        phone = self.phones[user.id] = Phone(self.world, self.account, user)
        return phone

    def _show(self, _bot: int, user: int | None, event: str, data: Json) -> None:
        phone = self.phones.get(user or 0)
        if phone is None or event not in EVENTS or data.get("from") == "user":
            return
        phone.hear()
        for watcher in self.watchers:
            watcher(phone, event, data)
