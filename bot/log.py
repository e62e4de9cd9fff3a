"""Structured logs, one JSON line an event, that cannot hold words, names or tokens.

Only known keys pass; numbers pass as numbers; a text passes only if it is an enum's, a type's or a word declared
in the source with `declare`. Messages of libraries and exceptions are reduced to where they came from.
"""

import asyncio
import contextlib
import logging
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO, cast

import orjson
import structlog

NUMBERS: Final = frozenset(
    {"id", "person", "chat", "couple", "session", "letter", "row", "inbox", "outbox", "update", "bot", "turn"}
    | {"attempt", "tries", "count", "waiting", "size", "port", "status", "code", "ms", "seconds"}
    | {"done", "failed", "sent", "dropped", "parked"}
)
WORDS: Final = frozenset(
    {"kind", "outcome", "reason", "error", "dialog", "node", "method", "verb", "mode", "state", "lang", "release"}
    | {"where", "logger"}
)
QUIET: Final = (
    *("httpx", "httpcore", "telegram", "aiohttp", "apscheduler", "asyncio", "sqlalchemy", "psycopg"),
    *("fpdf", "fontTools", "PIL"),
)

_EVENT = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HIDDEN = "hidden"
_BOT = Path(__file__).parent
_STANDARD = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
_declared: set[str] = set()

log: Final = cast("structlog.typing.FilteringBoundLogger", structlog.get_logger("rekindle"))


def declare(*words: str) -> None:
    """Let these words of the source (ids of dialogs, kinds of rows) pass as values; never a person's."""
    _declared.update(words)


def configure_logging(level: str, stream: TextIO | None = None) -> None:
    """Set up all logging of the process, to `stream` (default: stderr), and the hooks for uncaught exceptions."""
    number = logging.getLevelNamesMapping()[level]
    _configure(number, sys.stderr if stream is None else stream)
    _route_libraries(number)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def _configure(level: int, stream: TextIO) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _keep_safe,
            structlog.processors.TimeStamper("iso"),
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Stream(stream))),
        cache_logger_on_first_use=False,
    )


class _Stream:
    """A stream that can be full or closed: then a line is lost, and nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Tries to."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Tries to."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Log what nobody awaited, without its words."""
    loop.set_exception_handler(_uncaught_in_loop)


def _keep_safe(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    name, level = event.pop("event", ""), event.pop("level", "info")
    error = event.pop("exc_info", None)
    safe: dict[str, Any] = {
        "event": name if isinstance(name, str) and _EVENT.fullmatch(name) else _HIDDEN,
        "level": level,
    }
    for key, value in event.items():
        if key in NUMBERS:
            safe[key] = value if isinstance(value, int | float) else _HIDDEN
        elif key in WORDS:
            safe[key] = _word(value)
    return safe | _trouble(error)


def _word(value: object) -> str | int | None:
    match value:
        case None | bool():
            return value
        case Place():
            return value.text
        case Enum():
            return value.name.lower()
        case type():
            return value.__name__
        case BaseException():
            return type(value).__name__
        case int():
            return value
        case str() if value in _declared:
            return value
        case _:
            return _HIDDEN


def _trouble(error: object) -> dict[str, str]:
    """The kinds of an exception and its causes, and the innermost place in our own source."""
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return {}
    kinds, current = [type(error).__name__], error.__cause__
    while current is not None and len(kinds) < 5:
        kinds.append(type(current).__name__)
        current = current.__cause__
    return {"error": " from ".join(kinds), "where": _innermost(error.__traceback__)}


def _innermost(trace: TracebackType | None) -> str:
    """The last place in our own source, else the last one at all."""
    ours, last = "", "unknown"
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        last = _place(filename, trace.tb_lineno)
        if Path(filename).is_relative_to(_BOT):
            ours = last
        trace = trace.tb_next
    return ours or last


def _place(filename: str, line: int) -> str:
    path = Path(filename)
    known = path.relative_to(_BOT.parent) if path.is_relative_to(_BOT) else Path(path.name)
    return f"{known}:{line}"


class Place:
    """A place in source code, as text that may be logged."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def _render(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event).decode()


class _Reduced(logging.Handler):
    """A library's record: who and where, never its message."""

    def emit(self, record: logging.LogRecord) -> None:
        where = Place(_place(record.pathname, record.lineno))
        level = max((known for known in _STANDARD if known <= record.levelno), default=logging.DEBUG)
        log.log(level, "library", logger=Place(record.name), where=where, exc_info=record.exc_info)


def _route_libraries(level: int) -> None:
    logging.root.handlers[:] = [_Reduced()]
    logging.root.setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _uncaught(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        log.critical("uncaught", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    log.critical("uncaught", exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    log.error("unraisable", exc_info=args.exc_value)


def _uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("not_awaited", exc_info=context.get("exception"))


_configure(logging.INFO, sys.stderr)  # whoever logs before `configure_logging` is safe as well
