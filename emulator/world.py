"""The emulated Telegram as one object without sockets: bots call it, people act in it, tests and simulations own it."""

from typing import Any

from emulator import acts
from emulator.answers import Json
from emulator.exchange import exchange, meet_fault
from emulator.faults import BROKEN_BODY, PAGES
from emulator.params import Params, Upload
from emulator.state import State


class ConnectionCut(ConnectionError):
    """In-process form of a connection that a fault closed; the call may have been carried out."""


class BrokenAnswer(Exception):
    """In-process form of an answer that is no JSON; `status` and `text` are what came over the wire."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text
        super().__init__(f"{status}: {text[:60]}")


class World(State):
    """State plus the two ways in: `call` for bots, `act` for people and tests."""

    def call(self, token: str, method: str, params: Json | None = None, files: dict[str, Upload] | None = None) -> Json:
        """One Bot API call; returns the answer object. getUpdates never waits.

        Raises ConnectionCut, TimeoutError or BrokenAnswer where an ordered fault would break the transport.
        """
        asked = Params(params or {}, files or {})
        fault = meet_fault(self, method, asked)
        reply = exchange(self, token, method, asked, fault=fault)
        kind = fault.kind if fault else ""
        if kind in {"cut_before", "cut_after", "refuse"}:
            raise ConnectionCut(kind)
        if kind == "late":
            raise TimeoutError("answered after the client had given up")
        if kind in PAGES:
            raise BrokenAnswer(*PAGES[kind])
        if kind == "broken_json":
            raise BrokenAnswer(200, BROKEN_BODY)
        return reply.body

    def act(self, name: str, /, **body: Any) -> Json:
        """What the control interface does for POST /control/<name> with that body; raises people.Impossible."""
        return acts.perform(self, name, body)
