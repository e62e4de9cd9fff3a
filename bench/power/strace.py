"""What a process does to its files and sockets, in order, as strace tells it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CALLS = {
    "pwrite64": "write",
    "fsync": "sync",
    "fdatasync": "sync",
    "ftruncate": "truncate",
    "unlink": "unlink",
    "sendto": "out",
    "sendmsg": "out",
    "recvfrom": "in",
}
LINE = re.compile(r"(?P<pid>\d+) +(?:(?P<call>\w+)\((?P<rest>.*)|<\.\.\. (?P<again>\w+) resumed>(?P<end>.*))")
PATH = re.compile(r"\d+<(?P<path>[^>]*)>")
HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
Kind = Literal["write", "sync", "truncate", "unlink", "out", "in"]


@dataclass(frozen=True, slots=True)
class Event:
    """One call that has succeeded. `path` is a file, or the name of a socket; `number` an offset or a length."""

    kind: Kind
    path: str
    data: bytes = b""
    number: int = 0


def command(log: Path) -> list[str]:
    """What stands before a command line so that it and its children are watched. Raises where strace is missing."""
    found = shutil.which("strace")
    if found is None:
        raise FileNotFoundError("strace is missing. Debian: apt install strace")
    calls = ",".join(CALLS)
    return [found, "-f", "--seccomp-bpf", "-qqq", "-y", "-xx", "-s", "200000", "-e", f"trace={calls}",
            "-e", "status=successful,unfinished", "-e", "signal=none", "-o", str(log)]  # fmt: skip


def events(lines: Iterator[str], begun: dict[str, str]) -> Iterator[Event]:
    """In the order in which the calls returned. `begun` holds, by process, what has not, from one reading on."""
    for line in lines:
        found = LINE.match(line)
        if found is None:
            continue
        pid, call, rest = found["pid"], found["call"], found["rest"]
        if call is not None and rest.rstrip().endswith("<unfinished ...>"):
            begun[pid] = rest.rstrip().removesuffix("<unfinished ...>")
            if CALLS.get(call) == "out":  # perhaps it has left already: what it says must be true from here on
                yield _event(call, begun[pid] + ") = 0")
            continue
        if call is None:
            call, rest = found["again"], begun.pop(pid, "") + found["end"]
            if CALLS.get(call) == "out":
                continue
        if call in CALLS and not rest.rstrip().rpartition(" = ")[2].startswith("-1"):
            yield _event(call, rest)


def _event(call: str, rest: str) -> Event:
    kind: Kind = CALLS[call]  # type: ignore[assignment]  # the values are Kinds
    strings = [bytes.fromhex(text.replace("\\x", "")) for text in HEX.findall(rest)]
    if kind == "unlink":
        return Event(kind, strings[0].decode())
    place = PATH.match(rest)
    path = "" if place is None else bytes.fromhex(place["path"].replace("\\x", "")).decode()
    number = 0
    if kind == "write":
        number = int(rest.rpartition(") = ")[0].rpartition(", ")[2])
    elif kind == "truncate":
        number = int(rest.rpartition(")")[0].rpartition(", ")[2])
    return Event(kind, f"{rest.partition('<')[0]} {path}" if kind in ("out", "in") else path, b"".join(strings), number)
