"""Delivery by webhook: a lane per chat and kind keeps order, lanes run side by side, failures are tried again.

The rules are those of tdlib's WebhookActor; delays are virtual seconds, so that moving the clock moves retries.
"""

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import aiohttp
import orjson

from emulator.answers import Json
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
_FORM = "application/x-www-form-urlencoded"
Lane = tuple[str, int]


@dataclass(slots=True)
class _Queue:
    """One lane: strictly one delivery at a time. `delay` and `failures` are those of its head."""

    waiting: deque[Pending] = field(default_factory=deque)
    failures: int = 0
    delay: float = 1.0


@dataclass(slots=True, frozen=True)
class _Answer:
    """What a delivery came to: the problem, or None, the Retry-After in seconds, 0 for none, and the order inside."""

    problem: str | None
    wait: int = 0
    order: Json | None = None


class Deliverer:
    """Delivers one bot's updates while it has a webhook; idle otherwise."""

    def __init__(self, world: World, bot: Bot, session: aiohttp.ClientSession) -> None:
        self._world, self._bot, self._session = world, bot, session
        self._lanes: dict[Lane, _Queue] = {}
        self._ready: deque[Lane] = deque()
        self._later: list[tuple[float, Lane]] = []
        self._known: set[int] = set()
        self._held: dict[int, float] = {}
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
        self._take_in(self._hook, now)
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
        self._held, self._repeated = {}, set()

    def _take_in(self, hook: Webhook, now: float) -> None:
        """At most two lanes a connection are looked at; what comes behind waits until one of them is empty."""
        for pending in self._bot.queue.fresh(self._known):
            lane = self._lanes.get(pending.lane)
            if lane is None and len(self._lanes) >= 2 * hook.max_connections:
                return
            self._known.add(pending.id)
            held = self._world.faults.hit_update("reorder", pending.body)
            if held is not None:
                self._held[pending.id] = now + held.seconds
            if lane is None:
                lane = self._lanes[pending.lane] = _Queue()
                lane.waiting.append(pending)
                self._line_up(pending)
            else:
                lane.waiting.append(pending)

    def _line_up(self, head: Pending) -> None:
        """A lane has a new head: it may be offered, unless a fault holds it back."""
        until = self._held.pop(head.id, None)
        if until is not None and until > self._world.clock.now():
            heapq.heappush(self._later, (until, head.lane))
        else:
            self._ready.append(head.lane)

    async def _deliver(self, hook: Webhook, lane_name: Lane) -> None:
        """Offer the head of a lane, then say when the lane may go on."""
        lane = self._lanes[lane_name]
        pending = lane.waiting[0]
        if pending.expires_at <= self._world.clock.now() or not self._bot.queue.holds(pending.id):
            self._go_on(lane_name, lane, pending)
            return
        answer = await self._offer(hook, pending)
        if answer.problem is None:
            self._accepted(lane_name, lane, pending, answer)
        else:
            self._failed(hook, lane_name, lane, pending, answer)

    def _failed(self, hook: Webhook, lane_name: Lane, lane: _Queue, pending: Pending, answer: _Answer) -> None:
        """Again at once, then after 2, 4, 8 ... seconds up to a random minute or two, or when the answer says so.

        An update that would have expired by then is dropped.
        """
        now, wait = self._world.clock.now(), float(answer.wait)
        if not wait and lane.failures:
            wait = lane.delay = min(self._world.rng.randint(60, 120), lane.delay * 2)
        hook.last_error_date, hook.last_error_message = int(now), answer.problem
        if now + wait > pending.expires_at:
            self._bot.queue.remove(pending.id)
            self._go_on(lane_name, lane, pending)
        else:
            lane.failures += 1
            heapq.heappush(self._later, (now + wait, lane_name))
        hook.failures += 1

    def _accepted(self, lane_name: Lane, lane: _Queue, pending: Pending, answer: _Answer) -> None:
        self._world.handed_out(self._bot, [pending])
        self._obey(answer.order)
        if pending.id not in self._repeated and self._world.faults.hit_update("duplicate_update", pending.body):
            self._repeated.add(pending.id)
            self._ready.append(lane_name)
            return
        self._bot.queue.remove(pending.id)
        self._go_on(lane_name, lane, pending)

    def _go_on(self, lane_name: Lane, lane: _Queue, pending: Pending) -> None:
        lane.waiting.popleft()
        lane.failures, lane.delay = 0, 1.0
        self._known.discard(pending.id)
        self._held.pop(pending.id, None)
        self._repeated.discard(pending.id)
        if lane.waiting:
            self._line_up(lane.waiting[0])
        else:
            del self._lanes[lane_name]

    async def _offer(self, hook: Webhook, pending: Pending) -> _Answer:
        """One POST, or what a fault makes of it."""
        body = orjson.dumps(pending.body)
        cut = self._world.faults.hit_update("cut_update", pending.body) is not None
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        patience = aiohttp.ClientTimeout(total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS)
        try:
            async with self._session.post(
                hook.address,
                data=_half(body) if cut else body,
                headers=headers,
                timeout=patience,
                allow_redirects=False,
            ) as response:
                return self._heard(hook, pending, response, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            return _Answer(_worded(problem))

    def _heard(self, hook: Webhook, pending: Pending, response: aiohttp.ClientResponse, body: bytes) -> _Answer:
        if self._world.faults.hit_update("lost_answer", pending.body):
            return _Answer("Read timeout expired")
        if 200 <= response.status < 300:
            hook.gone_since = None
            return _Answer(None, order=_order(response.content_type, body))
        self._note_gone(hook, response.status)
        asked = response.headers.get("Retry-After", "")
        wait = min(int(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0
        return _Answer(f"Wrong response from the webhook: {response.status} {response.reason}", wait)

    def _note_gone(self, hook: Webhook, status: int) -> None:
        """A webhook that answers 410 for 23 hours is removed."""
        now = self._world.clock.now()
        if status != 410:
            hook.gone_since = None
        elif hook.gone_since is None:
            hook.gone_since = now
        elif now - hook.gone_since >= GONE_SECONDS and self._bot.webhook is hook:
            self._bot.webhook = None

    def _obey(self, order: Json | None) -> None:
        """A 2xx body that names a method is carried out; nobody learns the result."""
        method = str((order or {}).pop("method", ""))
        if order is not None and method and not method.lower().startswith(_NOT_FROM_ANSWERS):
            exchange(self._world, self._bot.token, method, Params(order))


async def _half(body: bytes) -> AsyncIterator[bytes]:
    """The beginning of a body, and then the end of the connection."""
    yield body[: len(body) // 2]
    raise ConnectionResetError


def _order(content_type: str, body: bytes) -> Json | None:
    """The parameters in an answer, which says of what form they are."""
    if content_type == _FORM:
        return dict(parse_qsl(body.decode(errors="replace")))
    try:
        order = orjson.loads(body) if content_type == "application/json" else None
    except orjson.JSONDecodeError:
        return None
    return order if isinstance(order, dict) else None


def _worded(problem: Exception) -> str:
    """As getWebhookInfo tells it (from use, not from the source)."""
    if isinstance(problem, aiohttp.ServerTimeoutError | TimeoutError):
        return "Read timeout expired" if isinstance(problem, aiohttp.SocketTimeoutError) else "Connection timed out"
    if isinstance(problem, aiohttp.ClientConnectorError):
        return "Connection refused"
    return "Connection closed"
