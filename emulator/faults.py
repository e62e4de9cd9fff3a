"""Faults that a test or a person orders: which call they hit, how often, and what they do to it. Seeded."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.answers import OTHER_POLL, Json, Refusal, flood
from emulator.floodgate import Floodgate

BEFORE = frozenset(
    {"429", "400", "403", "500", "502", "502_html", "504", "cut_before", "refuse", "conflict_409", "flood"}
)
AFTER = frozenset({"cut_after", "late", "slow", "broken_json"})
ON_UPDATES = frozenset({"duplicate_update", "reorder", "lost_answer", "cut_update"})
KINDS = BEFORE | AFTER | ON_UPDATES
_HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
PAGES = {"502_html": (502, _HTML.format("502 Bad Gateway")), "504": (504, _HTML.format("504 Gateway Time-out"))}
BROKEN_BODY = '{"ok":true,"result":{"message_id":1,'
_WORDS = {"400": "fault on order", "403": "bot was blocked by the user", "500": "restart", "502": "", "409": OTHER_POLL}


@dataclass(slots=True)
class Fault:
    """One order. `left` None: until it is deleted; `method` "*": any method, getUpdates too."""

    id: int
    kind: str
    method: str | None
    chat: int | None
    contains: str | None
    left: int | None
    probability: float
    rng: random.Random
    retry_after: int
    description: str | None
    seconds: float
    until: float | None
    gate: Floodgate | None
    hits: list[Json] = field(default_factory=list)

    def refusal(self) -> Refusal:
        """The error answer of a fault that answers in JSON."""
        if self.kind in {"429", "flood"}:
            return flood(self.retry_after)
        status = self.kind.removeprefix("conflict_")
        return Refusal(int(status), self.description if self.description is not None else _WORDS[status])

    def as_json(self) -> Json:
        """For GET /control/faults."""
        shown = ("id", "kind", "method", "chat", "contains", "left", "probability", "seconds", "hits")
        return {name: getattr(self, name) for name in shown}


class Faults:
    """The orders in force, oldest first."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._orders: list[Fault] = []
        self._serial = 0
        self.listeners: list[Callable[[], None]] = []

    def add(
        self,
        kind: str,
        *,
        method: str | None = None,
        chat: int | None = None,
        contains: str | None = None,
        count: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        retry_after: int = 5,
        description: str | None = None,
        seconds: float | None = None,
        limit: int = 30,
        per_chat: bool = False,
    ) -> Fault:
        """Order a fault. Without count it hits once (0 = always).

        With a probability, and for a flood, it stays until it is cleared; a refusal stays for `seconds`.
        A flood refuses sends above `limit` in `seconds`, over all chats or `per_chat`.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind {kind!r}; known: {', '.join(sorted(KINDS))}")
        span = _DEFAULT_SECONDS.get(kind, 1.0) if seconds is None else float(seconds)
        self._serial += 1
        fault = Fault(
            id=self._serial,
            kind=kind,
            method="getUpdates" if kind == "conflict_409" and method is None else method,
            chat=None if chat is None else int(chat),
            contains=None if contains is None else str(contains),
            left=_left(kind, count, probability),
            probability=1.0 if probability is None else float(probability),
            rng=random.Random(seed),  # noqa: S311 - repeatable faults
            retry_after=int(retry_after),
            description=description,
            seconds=span,
            until=self._now() + span if kind == "refuse" else None,
            gate=Floodgate(int(limit), span, per_chat) if kind == "flood" else None,
        )
        self._orders.append(fault)
        for listener in list(self.listeners):
            listener()
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Withdraw one order, or all."""
        self._orders = [f for f in self._orders if fault_id is not None and f.id != fault_id]

    def as_json(self) -> list[Json]:
        """The orders in force, with the calls that each has hit."""
        self._drop_spent()
        return [fault.as_json() for fault in self._orders]

    def has(self, kind: str) -> bool:
        """Whether an order of that kind may still hit."""
        return any(f.kind == kind and f.left != 0 for f in self._orders)

    def hit_call(self, method: str, params: Json) -> Fault | None:
        """The first order that this call meets; counts it."""
        return self._first(BEFORE | AFTER, method, params)

    def hit_update(self, kind: str, update: Json) -> Fault | None:
        """The first order of that kind that this update meets; counts it."""
        return self._first(frozenset({kind}), None, update)

    def _first(self, kinds: frozenset[str], method: str | None, content: Json) -> Fault | None:
        if not self._orders:
            return None
        self._drop_spent()
        for fault in self._orders:
            if fault.kind in kinds and _meets(fault, method, content) and self._lot(fault, content):
                fault.left = None if fault.left is None else fault.left - 1
                fault.hits.append({"at": self._now(), "method": method})
                return fault
        return None

    def _lot(self, fault: Fault, content: Json) -> bool:
        """Whether an order that meets the call hits it: by its flood window, or by chance."""
        if fault.gate is not None:
            fault.retry_after = fault.gate.wait(str(content.get("chat_id")), self._now())
            return fault.retry_after > 0
        return fault.probability >= 1 or fault.rng.random() < fault.probability

    def _drop_spent(self) -> None:
        """Orders whose time is over go; spent ones stay listed with their hits until cleared."""
        now = self._now()
        self._orders = [f for f in self._orders if f.until is None or f.until > now]


_DEFAULT_SECONDS = {"refuse": 5.0, "late": 6.0, "slow": 1.0, "reorder": 1.0}


def _left(kind: str, count: int | None, probability: float | None) -> int | None:
    if count is None:
        return None if probability is not None or kind in {"refuse", "flood"} else 1
    return int(count) or None


def _meets(fault: Fault, method: str | None, content: Json) -> bool:
    if fault.left is not None and fault.left <= 0:
        return False
    if method is not None and not _method_fits(fault, method):
        return False
    if fault.chat is not None and str(fault.chat) not in _chats(content):
        return False
    return fault.contains is None or fault.contains in _as_text(content)


def _method_fits(fault: Fault, method: str) -> bool:
    if fault.gate is not None and fault.method is None:
        return method.startswith("send") and method != "sendChatAction"
    if fault.method is None:
        return method != "getUpdates" or fault.kind == "refuse"
    return fault.method == "*" or fault.method.lower() == method.lower()


def _chats(content: Json) -> set[str]:
    """The chat a call or an update is about."""
    found = {str(content.get("chat_id"))}
    for value in content.values():
        if isinstance(value, dict):
            holders: list[Any] = [value, value.get("message") or {}]
            found |= {str(h["chat"]["id"]) for h in holders if isinstance(h.get("chat"), dict)}
    return found


def _as_text(content: Json) -> str:
    """All values in one string; values that are JSON text already stay readable."""
    parts = (v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in content.values())
    return "\n".join(parts)
