"""Delivery by webhook: a lane per chat and kind keeps order, lanes run side by side, failures are tried again.

The rules are those of tdlib's WebhookActor; delays are virtual seconds, so that moving the clock moves retries.
"""

import asyncio
import heapq
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import orjson

from emulator.exchange import exchange
from emulator.model import Bot, Webhook
from emulator.params import Params
from emulator.updates import Pending
from emulator.world import World

log = logging.getLogger("emulator")

SILENCE_SECONDS = 60.0
LONGEST_RETRY_AFTER = 3600
GONE_SECONDS = 23 * 3600
_NOT_FROM_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")
Lane = tuple[str, int]


@dataclass(slots=True)
class _Queue:
    """One lane: strictly one delivery at a time."""

    waiting: deque[Pending] = field(default_factory=deque)
    failures: int = 0


class Deliverer:
    """Delivers one bot's updates while it has a webhook; idle otherwise."""

    def __init__(self, world: World, bot: Bot, session: aiohttp.ClientSession) -> None:
        self._world, self._bot, self._session = world, bot, session
        self._lanes: dict[Lane, _Queue] = {}
        self._ready: deque[Lane] = deque()
        self._later: list[tuple[float, Lane]] = []
        self._known: set[int] = set()
        self._repeated: set[int] = set()
        self._flying: set[asyncio.Task[None]] = set()
        self._stirred = asyncio.Event()
        self._hook: Webhook | None = None

    async def run(self) -> None:
        """Deliver until cancelled."""
        stir = self._stirred.set
        self._bot.queue.listeners.append(stir)
        self._world.clock.listeners.append(stir)
        self._bot.webhook_changed = stir
        try:
            while True:
                self._stirred.clear()
                pause = self._launch()
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._stirred.wait()
        finally:
            self._bot.queue.listeners.remove(stir)
            self._world.clock.listeners.remove(stir)
            self._bot.webhook_changed = None
            for task in self._flying:
                task.cancel()

    def _launch(self) -> float | None:
        """Start what may start now; the virtual seconds until more may start, None when only news can tell."""
        if self._hook is not self._bot.webhook:
            self._begin_anew()
        if self._hook is None:
            return None
        now = self._world.clock.now()
        self._bot.queue.expire(now)
        self._take_in(now)
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[1])
        while self._ready and len(self._flying) < self._hook.max_connections:
            lane = self._ready.popleft()
            task = asyncio.create_task(self._deliver(self._hook, lane))
            self._flying.add(task)
            task.add_done_callback(self._landed)
        return max(0.0, self._later[0][0] - now) if self._later else None

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._stirred.set()
        if not task.cancelled() and task.exception() is not None:
            log.error("a webhook delivery broke", exc_info=task.exception())

    def _begin_anew(self) -> None:
        """Another webhook (or none): what was not taken is waiting still and goes to the new one."""
        self._hook = self._bot.webhook
        for task in self._flying:
            task.cancel()
        self._lanes, self._ready, self._later, self._known = {}, deque(), [], set()
        self._repeated = set()

    def _take_in(self, now: float) -> None:
        for pending in self._bot.queue.fresh(self._known):
            self._known.add(pending.id)
            lane = self._lanes.get(pending.lane)
            held = self._world.faults.hit_update("reorder", pending.body)
            if lane is None:
                lane = self._lanes[pending.lane] = _Queue()
                if held is not None:
                    heapq.heappush(self._later, (now + held.seconds, pending.lane))
                else:
                    self._ready.append(pending.lane)
            lane.waiting.append(pending)

    async def _deliver(self, hook: Webhook, lane_name: Lane) -> None:
        """Offer the head of a lane, then say when the lane may go on."""
        lane = self._lanes[lane_name]
        pending = lane.waiting[0]
        if pending.expires_at <= self._world.clock.now() or not self._bot.queue.holds(pending.id):
            self._go_on(lane_name, lane, pending)
            return
        problem, wait, answer = await self._offer(hook, pending)
        if problem is None:
            self._accepted(lane_name, lane, pending, answer)
            return
        lane.failures += 1
        now = self._world.clock.now()
        hook.last_error_date, hook.last_error_message = int(now), problem
        heapq.heappush(self._later, (now + (self._backoff(lane) if wait is None else wait), lane_name))
        hook.failures += 1

    def _backoff(self, lane: _Queue) -> float:
        """At once, then 2, 4, 8 ... seconds up to a random minute or two."""
        if lane.failures <= 1:
            return 0.0
        return min(2.0 ** (lane.failures - 1), self._world.rng.uniform(60, 120))

    def _accepted(self, lane_name: Lane, lane: _Queue, pending: Pending, answer: bytes) -> None:
        self._world.handed_out(self._bot, [pending])
        self._obey(answer)
        if pending.id not in self._repeated and self._world.faults.hit_update("duplicate_update", pending.body):
            self._repeated.add(pending.id)
            self._ready.append(lane_name)
            return
        self._bot.queue.remove(pending.id)
        self._go_on(lane_name, lane, pending)

    def _go_on(self, lane_name: Lane, lane: _Queue, pending: Pending) -> None:
        lane.waiting.popleft()
        lane.failures = 0
        self._known.discard(pending.id)
        self._repeated.discard(pending.id)
        if lane.waiting:
            self._ready.append(lane_name)
        else:
            del self._lanes[lane_name]

    async def _offer(self, hook: Webhook, pending: Pending) -> tuple[str | None, float | None, bytes]:
        """One POST: (what went wrong or None, the Retry-After it asked for, the body of the answer)."""
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        patience = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS)
        try:
            body = orjson.dumps(pending.body)
            async with self._session.post(
                hook.url, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            return f"Connection failed: {type(problem).__name__}", None, b""
        if 200 <= response.status < 300:
            hook.gone_since = None
            return None, None, answer
        self._note_gone(hook, response.status)
        asked = response.headers.get("Retry-After", "")
        wait = float(min(int(asked), LONGEST_RETRY_AFTER)) if asked.isdigit() else None
        return f"Wrong response from the webhook: {response.status} {response.reason}", wait, answer

    def _note_gone(self, hook: Webhook, status: int) -> None:
        """A webhook that answers 410 for 23 hours is removed."""
        now = self._world.clock.now()
        if status != 410:
            hook.gone_since = None
        elif hook.gone_since is None:
            hook.gone_since = now
        elif now - hook.gone_since >= GONE_SECONDS and self._bot.webhook is hook:
            self._bot.webhook = None

    def _obey(self, answer: bytes) -> None:
        """A 2xx body that names a method is carried out; nobody learns the result."""
        try:
            order = orjson.loads(answer) if answer else None
        except orjson.JSONDecodeError:
            return
        if not isinstance(order, dict):
            return
        method = str(order.pop("method", ""))
        if method and not method.lower().startswith(_NOT_FROM_ANSWERS):
            exchange(self._world, self._bot.token, method, Params(order))
