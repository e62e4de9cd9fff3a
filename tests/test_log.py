"""Logs cannot hold words: whatever is passed, only numbers, names of our own source and places come out."""

import ast
import asyncio
import contextlib
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import log as log_module
from bot.log import NUMBERS, WORDS, configure_logging, declare, log, watch_loop

BOT = Path(log_module.__file__).parent


class Kind(StrEnum):
    LETTER = "canary-value"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    root = logging.root.handlers[:], logging.root.level
    levels = {name: logging.getLogger(name).level for name in log_module.QUIET}
    stream = io.StringIO()
    configure_logging("DEBUG", stream)
    yield stream
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.root.handlers[:], logging.root.level = root
    logging.captureWarnings(capture=False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    log_module._configure(logging.INFO, sys.stderr)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_an_event_is_one_line_with_numbers_and_known_words(lines: io.StringIO) -> None:
    declare("write_letter")
    log.info("step_done", person=5, ms=1.5, dialog="write_letter", kind=Kind.LETTER, error=ValueError("canary"))
    (line,) = read(lines)
    del line["timestamp"]
    assert line == {
        "event": "step_done",
        "level": "info",
        "person": 5,
        "ms": 1.5,
        "dialog": "write_letter",
        "kind": "letter",
        "error": "ValueError",
    }


@given(words=st.text(min_size=3).map(lambda text: f"canary {text}"), key=st.sampled_from(sorted(NUMBERS | WORDS)))
def test_a_text_comes_out_under_no_key(words: str, key: str) -> None:
    event = {"event": words, key: words, "name": words, "text": [words], "level": "info"}
    assert "canary" not in json.dumps(log_module._keep_safe(None, "info", event))


@given(value=st.recursive(st.just("canary"), lambda inner: st.lists(inner) | st.dictionaries(st.just("canary"), inner)))
def test_no_shape_smuggles_a_text(value: object) -> None:
    event = {"event": "x1", "canary": 1, "level": "info", **dict.fromkeys(sorted(NUMBERS | WORDS), value)}
    assert "canary" not in json.dumps(log_module._keep_safe(None, "info", event))


def test_an_exception_leaves_its_kind_and_place_but_not_its_words(lines: io.StringIO) -> None:
    def fails() -> None:
        try:
            int("canary")
        except ValueError as error:
            raise LookupError("canary") from error

    try:
        fails()
    except LookupError:
        log.exception("failed_step", session=1)
    (line,) = read(lines)
    assert line["error"] == "LookupError from ValueError"
    assert line["where"].startswith("test_log.py:")
    assert "canary" not in lines.getvalue()


def test_the_place_is_the_last_one_in_our_own_source(lines: io.StringIO) -> None:
    try:
        configure_logging("canary")
    except KeyError:
        log.exception("failed_step")
    assert read(lines)[0]["where"].startswith("bot/log.py:")


def test_libraries_say_who_and_where_but_nothing_else(lines: io.StringIO) -> None:
    for name in ("telegram.ext", "httpx", "aiohttp.access", "apscheduler.scheduler", "other"):
        logging.getLogger(name).info("canary info")
        logging.getLogger(name).warning("canary %s", "canary")
        logging.getLogger(name).log(35, "canary")
    logged = read(lines)
    assert len(logged) == 10
    assert {line["logger"] for line in logged} >= {"telegram.ext", "httpx", "aiohttp.access"}
    assert all(line["level"] == "warning" and line["where"].startswith("test_log.py:") for line in logged)
    assert "canary" not in lines.getvalue()


def test_uncaught_exceptions_of_threads_loops_and_the_process_lose_their_words(lines: io.StringIO) -> None:
    def fails() -> None:
        raise ValueError("canary")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
    loop = asyncio.new_event_loop()
    watch_loop(loop)
    loop.call_soon(fails)
    loop.call_soon(loop.stop)
    loop.run_forever()
    loop.close()
    assert [line["event"] for line in read(lines)] == ["uncaught", "not_awaited"]
    assert "canary" not in lines.getvalue()


def test_a_crashing_process_prints_no_words() -> None:
    program = (
        "from bot.log import configure_logging\nconfigure_logging('DEBUG')\n"
        "class Odd:\n    def __del__(self):\n        raise ValueError('can' + 'ary')\n"
        "Odd()\nraise KeyError('can' + 'ary')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=BOT.parent, timeout=300
    )
    assert done.returncode == 1
    assert [json.loads(line)["error"] for line in done.stderr.splitlines()] == ["ValueError", "KeyError"]
    assert "canary" not in done.stderr


def test_levels_are_kept(lines: io.StringIO) -> None:
    configure_logging("WARNING", lines)
    log.info("quiet")
    log.warning("loud")
    assert [line["event"] for line in read(lines)] == ["loud"]


def test_a_logger_of_structlog_itself_is_as_safe(lines: io.StringIO) -> None:
    structlog.get_logger("other").bind(name="canary").warning("canary canary", chat="canary")
    (line,) = read(lines)
    assert (line["event"], line["chat"]) == ("hidden", "hidden")
    assert "canary" not in lines.getvalue()


def test_numbers_that_are_enums_say_their_name(lines: io.StringIO) -> None:
    log.info("sorted_out", kind=Enum("Mood", ["CALM"])["CALM"], outcome=KeyError, state=None, mode=True, code=7)
    line = read(lines)[0]
    assert (line["kind"], line["outcome"], line["state"], line["mode"], line["code"]) == (
        "calm",
        "KeyError",
        None,
        True,
        7,
    )


def logged_events(path: Path) -> Iterator[tuple[str, ast.expr | None]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_log = isinstance(node.func.value, ast.Name) and node.func.value.id in {"log", "_log", "logger", "_logger"}
        if of_log and node.func.attr in {"debug", "info", "warning", "error", "critical", "exception"}:
            yield f"{path.name}:{node.lineno}", node.args[0] if node.args else None


def test_every_event_in_the_source_is_written_out_and_passes() -> None:
    found = [event for path in sorted(BOT.rglob("*.py")) for event in logged_events(path)]
    assert found
    wrong = [
        place
        for place, event in found
        if not (
            isinstance(event, ast.Constant)
            and isinstance(event.value, str)
            and log_module._EVENT.fullmatch(event.value)
        )
    ]
    assert wrong == []


def test_a_full_disk_costs_a_line_and_nothing_else() -> None:
    said = False
    with contextlib.suppress(OSError), Path("/dev/full").open("w", encoding="utf-8") as full:
        configure_logging("INFO", full)
        log.warning("no_room")
        log.error("no_room", exc_info=ValueError())
        configure_logging("INFO")
        said = True
    assert said
