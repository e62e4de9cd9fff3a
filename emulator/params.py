"""The parameters of a call, read as leniently as Telegram's server reads them."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from emulator.answers import Json

_TRUE = frozenset({"true", "yes", "1"})


@dataclass(slots=True, frozen=True)
class Upload:
    """One file part of a multipart body."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True, frozen=True)
class Params:
    """Values as they arrived: strings of a form, or JSON values."""

    values: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the parameter was sent and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """The parameter as a string, "" when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        """Leading digits count, the rest is ignored."""
        found = re.match(r"\s*(-?\d+)", self.text(name))
        return int(found[1]) if found else default

    def clamped(self, name: str, default: int, low: int, high: int) -> int:
        """An integer moved into its allowed range."""
        return max(low, min(high, self.integer(name, default)))

    def flag(self, name: str) -> bool:
        """true, yes and 1 in any case are true; all else is false."""
        return self.text(name).strip().lower() in _TRUE

    def parsed(self, name: str) -> Any:
        """The parameter as a JSON value, None when absent; ValueError when it is not JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        return orjson.loads(value) if value else None

    def upload(self, name: str) -> Upload | None:
        """The file sent for that parameter, directly or as attach://part."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)
