"""Two phones driven over the emulator's control interface: a chat test reads like a chat."""

from __future__ import annotations

import http.client
import io
import json
import threading
import time
import urllib.error
import urllib.parse
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

PATIENCE = 60.0
GLANCE = 0.01


class NotSeen(AssertionError):
    """What was waited for did not come; holds what stood on the phone instead."""


class Control:
    """The control interface of a running emulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._place = urllib.parse.urlsplit(url).netloc

    def get(self, path: str) -> Any:
        """The JSON answer."""
        return json.loads(self._ask("GET", path))

    def lines(self, path: str) -> list[Any]:
        """An answer of JSON lines."""
        return [json.loads(line) for line in self._ask("GET", path).splitlines() if line.strip()]

    def post(self, path: str, **body: Any) -> Any:
        """The JSON answer to a JSON body."""
        return json.loads(self._ask("POST", path, json.dumps(body).encode()) or b"{}")

    def delete(self, path: str) -> None:
        """Deletes."""
        self._ask("DELETE", path)

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Raises HTTPError for a refusal, URLError where nobody answers."""
        with closing(http.client.HTTPConnection(self._place, timeout=PATIENCE)) as connection:
            try:
                connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise urllib.error.URLError(str(error)) from error
        if answer.status >= 400:
            raise urllib.error.HTTPError(path, answer.status, answer.reason, answer.headers, io.BytesIO(content))
        return content

    def advance(self, how: str) -> None:
        """Moves the clock of everybody: 1h, 1d, or seconds."""
        self.post("/control/clock", advance=how)

    def quiet(self, patience: float = PATIENCE) -> None:
        """Waits until the bot has taken every update."""

        def taken() -> bool:
            return not any(bot["pending_updates"] for bot in self.get("/control/state")["bots"])

        wait_for(taken, "queue empty", patience)


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true value of the condition. Raises NotSeen after `patience` seconds."""
    until = time.monotonic() + patience
    pause = threading.Event()
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        pause.wait(GLANCE)
    raise NotSeen(what)


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons below a message, row by row."""
    return [button for row in message.get("buttons") or [] for button in row]


@dataclass
class Phone:
    """One person's phone. What was seen once is read on from there: `sees` looks at newer or edited messages only."""

    control: Control
    user: int
    name: str
    read: int = 0

    def messages(self) -> list[dict[str, Any]]:
        """Everything in the chat, oldest first."""
        found: list[dict[str, Any]] = self.control.get(f"/control/transcript/{self.user}")["messages"]
        return found

    def from_bot(self) -> list[dict[str, Any]]:
        """What the bot has said."""
        return [message for message in self.messages() if message["from"] == "bot"]

    def starts(self, payload: str = "") -> None:
        """Presses START, with the payload of a link."""
        self.control.post("/control/start", user=self.user, payload=payload)

    def says(self, text: str) -> int:
        """Sends a text; its message id."""
        sent: int = self.control.post("/control/say", user=self.user, text=text)["message_id"]
        return sent

    def edits(self, message_id: int, text: str) -> None:
        """Changes an earlier message."""
        self.control.post("/control/edit", user=self.user, message_id=message_id, text=text)

    def sends(self, kind: str, **what: Any) -> int:
        """Sends a photo, voice, sticker, document or contact; its message id."""
        sent: int = self.control.post(f"/control/{kind}", user=self.user, **what)["message_id"]
        return sent

    def sees(self, text: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Waits for a message of the bot that holds `text` and is not older than what was seen last."""

        def look() -> dict[str, Any] | None:
            found = [m for m in self.from_bot() if text in (m.get("text") or "") and m["id"] >= self.read]
            return found[-1] if found else None

        try:
            message: dict[str, Any] = wait_for(look, text, patience)
        except NotSeen:
            raise NotSeen(f"{self.name} does not see {text!r}, but:\n{self.tail()}") from None
        self.read = max(self.read, message["id"])
        return message

    def finds(self, message_id: int, text: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Waits until this one message holds `text`, wherever in the chat it stands."""

        def look() -> dict[str, Any] | None:
            return next((m for m in self.from_bot() if m["id"] == message_id and text in (m.get("text") or "")), None)

        try:
            message: dict[str, Any] = wait_for(look, text, patience)
        except NotSeen:
            raise NotSeen(f"{self.name} does not find {text!r} in {message_id}, but:\n{self.tail()}") from None
        return message

    def taps(self, label: str, *, on: int | None = None, patience: float = PATIENCE) -> str:
        """Waits for a button of this label and taps it, in the message `on` or the newest not older than what was seen.

        The toast that answers the tap ("" for none). A question is read when its button is tapped; a bubble that is
        edited (a letter, the daily message) can be tapped again.
        """

        def look() -> tuple[int, str] | None:
            for message in reversed(self.from_bot()):
                if message["id"] == on or (on is None and message["id"] >= self.read):
                    for button in buttons(message):
                        if button["text"] == label and "data" in button:
                            return message["id"], button["data"]
            return None

        try:
            message_id, data = wait_for(look, label, patience)
        except NotSeen:
            raise NotSeen(f"{self.name} has no button {label!r}, but:\n{self.tail()}") from None
        toast = self.presses(message_id, data, patience=patience)
        if on is None:
            self.read = max(self.read, message_id + data.startswith("s."))
        return toast

    def presses(self, message_id: int, data: str, *, force: bool = False, patience: float = PATIENCE) -> str:
        """Taps a button by its data (`force`: one that is not there any more) and waits for the answer, its toast."""
        body = {"user": self.user, "message_id": message_id, "data": data} | ({"force": True} if force else {})
        query = self.control.post("/control/tap", **body)["query_id"]
        answer = wait_for(lambda: self._answered(query), f"answer to {data}", patience)
        return answer["text"] or ""

    def _answered(self, query: str) -> Any:
        found = self.control.get(f"/control/query/{query}")
        return found if found["answered"] else None

    def waits_for_kind(self, kind: str, patience: float = PATIENCE) -> dict[str, Any]:
        """The newest message of the bot of this kind (photo, voice, document)."""

        def look() -> dict[str, Any] | None:
            return next((m for m in reversed(self.from_bot()) if m["kind"] == kind), None)

        found: dict[str, Any] = wait_for(look, f"{self.name}: a {kind}", patience)
        return found

    def waits_until_gone(self, *kinds: str, patience: float = PATIENCE) -> None:
        """Until the bot has deleted what it sent of these kinds."""
        wait_for(lambda: not any(m["kind"] in kinds for m in self.from_bot()), f"{self.name}: no {kinds}", patience)

    def link(self, patience: float = PATIENCE) -> str:
        """The start payload of the newest share button."""

        def look() -> str | None:
            for message in reversed(self.from_bot()):
                for button in buttons(message):
                    if "start%3D" in button.get("url", ""):
                        return str(button["url"]).split("start%3D")[1].split("&")[0]
            return None

        found: str = wait_for(look, f"{self.name}: a link", patience)
        return urllib.parse.unquote(found)

    def tail(self, count: int = 6) -> str:
        """The last messages as text, for a failure."""
        lines = []
        for message in self.messages()[-count:]:
            labels = " ".join(f"[{button['text']}]" for button in buttons(message))
            lines.append(f"  {message['id']} {message['from']}: {message.get('text') or message['kind']} {labels}")
        return "\n".join(lines)
