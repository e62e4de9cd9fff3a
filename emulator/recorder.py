"""The record of calls and updates, each held against the specification. Keeps findings; never holds a token."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emulator.answers import Json
from emulator.spec import check_requests

log = logging.getLogger("emulator")
_checking: Any = check_requests
SPEC: Json = _checking.load_spec()
REACTIONS: frozenset[str] = frozenset(emoji.replace("\ufe0f", "") for emoji in _checking.REACTIONS)
METHODS: dict[str, str] = {name.lower(): name for name in SPEC["methods"]}
UPDATE_KINDS = [f["name"] for f in SPEC["types"]["Update"]["fields"] if f["name"] != "update_id"]
MAX_FINDINGS = 5_000


class Recorder:
    """Lines in the checker's JSONL format, in memory and, when asked, in a file."""

    def __init__(self, log_file: Path | None = None) -> None:
        self.lines: list[Json] = []
        self._checker: Any = _checking.Checker(SPEC)
        self._log_file = log_file
        self.refused = 0

    def check_call(self, method: str, params: Json, files: list[str], at: float) -> list[str]:
        """What the specification says against a call; the errors, for strictness."""
        self._checker.where = f"{len(self.lines) + 1} {method}"
        before = len(self._checker.found)
        try:
            self._checker.call(method, params, files, at)
        except (AttributeError, KeyError, TypeError, ValueError) as odd:
            self._checker.err(f"parameters of a shape that the checker cannot read: {odd}")
        return self._told(before)

    def call(self, record: Json) -> None:
        """Keep a call with its answer, and check the answer."""
        method = METHODS.get(str(record["method"]).lower())
        if method is not None and "response" in record and method != "getUpdates":
            before = len(self._checker.found)
            self._checker.where = f"{len(self.lines) + 1} {method} answer"
            self._checker.response(method, record["response"])
            self._told(before)
        self._keep(record)

    def update(self, update: Json, *, at: float, bot: str) -> None:
        """Keep an update as it is queued, and check it."""
        before = len(self._checker.found)
        self._checker.where = f"{len(self.lines) + 1} update"
        self._checker.update(update)
        self._told(before)
        self._keep({"at": at, "bot": bot, "update": update})

    def note(self, method: str, message: str) -> None:
        """An error that the specification does not know but this project does."""
        self._checker.where = f"{len(self.lines) + 1} {method}"
        self._checker.err(message)

    def findings(self) -> Json:
        """What was found: errors are what Telegram refuses or the emulator did wrong, warnings what is unwise."""
        found = self._checker.found
        errors = sum(f["level"] == "error" for f in found)
        return {"errors": errors, "warnings": len(found) - errors, "refused": self.refused, "findings": list(found)}

    def jsonl(self, since: int = 0) -> Iterator[str]:
        """The record from line number `since` on (0 = all), one JSON object a line with its number `n`."""
        for number, record in enumerate(self.lines[since:], since + 1):
            yield _line({"n": number, **record})

    def clear(self) -> None:
        """Forget the record and the findings; the file stays."""
        self.lines.clear()
        self.refused = 0
        self._checker = _checking.Checker(SPEC)

    def _told(self, before: int) -> list[str]:
        fresh = self._checker.found[before:]
        for finding in fresh:
            level = logging.WARNING if finding["level"] == "error" else logging.INFO
            log.log(level, "%s: %s", finding["where"], finding["message"])
        del self._checker.found[MAX_FINDINGS:]
        return [f["message"] for f in fresh if f["level"] == "error"]

    def _keep(self, record: Json) -> None:
        self.lines.append(record)
        if self._log_file is not None:
            with self._log_file.open("a", encoding="utf-8") as file:
                file.write(_line(record) + "\n")


def _line(record: Json) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))
