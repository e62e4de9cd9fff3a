"""`python -m emulator` as a process: ready line, port in use, clock file, log, clean stop."""

import json
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.__main__ import build_world, read_arguments

ROOT = Path(__file__).parents[2]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "emulator", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            assert line.startswith("emulator ready on http://127.0.0.1:")
            yield process, line.removeprefix("emulator ready on ")
        finally:
            process.terminate()
            process.wait(60)


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.loads(answer.read())


def test_the_process_serves_logs_moves_the_clock_file_and_stops(tmp_path: Path) -> None:
    clock, log = tmp_path / "clock", tmp_path / "calls.jsonl"
    with running("--token", "5:abc", "--user", "Eva:de", "--clock-file", str(clock), "--log", str(log)) as (
        process,
        url,
    ):
        assert post(f"{url}/bot5:abc/getMe", {})["result"]["id"] == 5
        assert post(f"{url}/control/start", {"user": "Eva"})["message_id"] > 0
        assert post(f"{url}/control/clock", {"advance": "1d"})["offset"] == 86_400
        assert float(clock.read_text()) == 86_400
    assert process.returncode == 0
    kinds = [json.loads(line).get("method", "update") for line in log.read_text().splitlines()]
    assert kinds == ["getMe", "update"]
    assert "abc" not in log.read_text()


def test_a_port_in_use_is_a_plain_message_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "emulator", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 2
    assert "cannot start" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_people_are_there_when_none_is_named() -> None:
    world = build_world(read_arguments([]))
    assert [(u.first_name, u.language_code) for u in world.users.values()] == [("Ana", "en"), ("Ben", "en")]
    assert [bot.username for bot in world.bots.values()] == ["rekindle_bot"]


def test_a_token_of_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="token"):
        build_world(read_arguments(["--token", "nonsense"]))
