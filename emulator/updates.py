"""The queue of updates of one bot: ids, confirmation by offset, expiry, allowed_updates. No sockets, no clock."""

import random
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from itertools import islice

import orjson

from emulator.answers import Json

LIFETIMES = {"callback_query": 150, "inline_query": 30}
LIFETIME = 86_400
ID_MEMORY = 7 * 86_400
CAPACITY = 100_000
ANSWER_BYTES = 4 * 1024 * 1024
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_FAR_OFFSET = 10


@dataclass(slots=True, frozen=True)
class Pending:
    """An update that the bot has not confirmed. `lane` is the webhook queue that keeps its order."""

    id: int
    kind: str
    body: Json
    lane: tuple[str, int]
    expires_at: float
    size: int


class UpdateQueue:
    """Rules of tdlib's TQueue as the Bot API server uses it. Times are virtual seconds since 1970."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._again: list[Pending] = []
        self._last_at: float | None = None
        self._next_expiry = float("inf")
        self.tail = rng.randrange(100_000_000, 900_000_000)
        self.allowed: frozenset[str] | None = None
        self.listeners: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self._pending) + len(self._again)

    def wants(self, kind: str) -> bool:
        """Whether an update of that kind is created at all."""
        return kind in self.allowed if self.allowed is not None else kind not in NOT_BY_DEFAULT

    def allow(self, names: Iterable[str], known: Iterable[str]) -> None:
        """Remember allowed_updates; unknown names are ignored, none left means the default set."""
        kept = frozenset(names) & frozenset(known)
        self.allowed = kept or None

    def push(self, kind: str, payload: Json, *, lane: tuple[str, int], now: float) -> Pending | None:
        """Queue an update and wake whoever waits; None when it is unwanted or the queue is full."""
        if not self.wants(kind) or len(self._pending) >= CAPACITY:
            return None
        if not self._pending and self._last_at is not None and now - self._last_at > ID_MEMORY:
            self.tail = self._rng.randrange(100_000_000, 900_000_000)
        body = {"update_id": self.tail, kind: payload}
        expires_at = now + LIFETIMES.get(kind, LIFETIME)
        pending = Pending(self.tail, kind, body, lane, expires_at, len(orjson.dumps(body)))
        self._pending[pending.id] = pending
        self._next_expiry = min(self._next_expiry, expires_at)
        self.tail += 1
        self._last_at = now
        self._wake()
        return pending

    def expire(self, now: float) -> None:
        """Forget what is too old to be delivered."""
        if now < self._next_expiry:
            return
        for old in [p.id for p in self._pending.values() if p.expires_at <= now]:
            del self._pending[old]
        self._next_expiry = min((p.expires_at for p in self._pending.values()), default=float("inf"))

    def confirm(self, offset: int) -> None:
        """Forget what `offset` confirms: everything below it, or all but the last -offset."""
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popitem(last=False)
        elif offset <= self.tail + _FAR_OFFSET:
            while self._pending and next(iter(self._pending)) < offset:
                self._pending.popitem(last=False)

    def read(self, limit: int) -> list[Pending]:
        """The oldest updates, at most `limit` and about 4 MB of them; reading does not forget them."""
        chosen: list[Pending] = self._again[:limit]
        del self._again[:limit]
        size = sum(p.size for p in chosen)
        for pending in islice(self._pending.values(), limit - len(chosen)):
            if chosen and size + pending.size > ANSWER_BYTES:
                break
            chosen.append(pending)
            size += pending.size
        return chosen

    def below(self, offset: int) -> list[Pending]:
        """What a positive offset is about to confirm."""
        return [pending for pending in self._pending.values() if pending.id < offset]

    def repeat(self, pending: Pending) -> None:
        """Deliver that update once more although it was confirmed (a fault)."""
        self._again.append(pending)
        self._wake()

    def fresh(self, known: Container[int]) -> list[Pending]:
        """The updates that came after the last known one, oldest first."""
        newer: list[Pending] = []
        for key in reversed(self._pending):
            if key in known:
                break
            newer.append(self._pending[key])
        return newer[::-1]

    def holds(self, update_id: int) -> bool:
        """Whether that update still waits."""
        return update_id in self._pending

    def remove(self, update_id: int) -> bool:
        """Forget one update that a webhook took; False when it had expired."""
        return self._pending.pop(update_id, None) is not None

    def clear(self) -> None:
        """Forget all updates (drop_pending_updates)."""
        self._pending.clear()
        self._again.clear()
        self._next_expiry = float("inf")

    def _wake(self) -> None:
        for listener in list(self.listeners):
            listener()
