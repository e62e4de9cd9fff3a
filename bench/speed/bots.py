"""The programs that are measured, each a process of its own with a stand-in of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.speed import peers_env
from bench.speed.people import FIRST, SENDS
from bench.speed.rows import make_people
from tests.support.phones import wait_for
from tests.support.process import HOST, KEY, TOKEN, WEBHOOK_SECRET, free_port

ROOT = Path(__file__).resolve().parents[2]
READY = 120.0
SERVICE_KEY = b"a key of thirty-two bytes, tests"


@dataclass
class Bot:
    """A program under measurement and its stand-in."""

    name: str
    api: str
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    folder: Path | None = None
    python: str = sys.executable
    environment: dict[str, str] = field(default_factory=dict)
    rehearsed: dict[str, list[dict[str, int]]] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        """Of the program."""
        assert self.process is not None
        return self.process.pid

    def control(self, verb: str, **given: Any) -> dict[str, Any]:
        """Tells the stand-in to do something; waits until it is done."""
        request = urllib.request.Request(f"{self.api}/control/{verb}", json.dumps(given).encode())  # noqa: S310
        with urllib.request.urlopen(request, timeout=900) as answer:  # noqa: S310 - loopback
            found: dict[str, Any] = json.loads(answer.read())
        if "error" in found:
            raise RuntimeError(f"{self.name}: {found['error']}\n{self.tail()}")
        return found

    def rehearse(self, script: str = "practise", rounds: int = 2) -> list[dict[str, int]]:
        """Which calls each step of a script leads to; asked once."""
        if script not in self.rehearsed:
            self.rehearsed[script] = self.control("rehearse", script=script, rounds=rounds)["calls"]
        return self.rehearsed[script]

    def load(self, script: str = "practise", **given: Any) -> dict[str, Any]:
        """People write, as `StandIn.do_load` says."""
        answers = [calls[SENDS] for calls in self.rehearse(script)]
        return self.control("load", script=script, answers=answers, pids=[self.pid], **given)

    def is_ready(self) -> bool:
        """Whether it has given Telegram its address. Raises RuntimeError when it has ended instead."""
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended before it was ready:\n{self.tail()}")
        return bool(self.control("ready")["hook"])

    def tail(self) -> str:
        """Its last words."""
        if self.log is None:
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:])

    def stop(self) -> None:
        """SIGTERM, and its end."""
        if self.process is not None:
            end(self.process)
            self.process = None


def end(process: subprocess.Popen[bytes]) -> None:
    """A child of ours goes."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def spawn(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A child of ours with a log."""
    with log.open("ab") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )


@contextmanager
def standin(folder: Path) -> Iterator[str]:
    """A stand-in for the Bot API; its address."""
    port = free_port()
    process = spawn([sys.executable, "-m", "bench.speed.standin", "--port", str(port)], {}, folder / "standin.log")
    bot = Bot("stand-in", f"http://{HOST}:{port}", process, folder / "standin.log")

    def answers() -> bool:
        try:
            return bot.is_ready() is False
        except OSError:
            return False

    try:
        wait_for(answers, "the stand-in", READY)
        yield bot.api
    finally:
        end(process)


@contextmanager
def rekindle(
    folder: Path,
    *,
    people: int = 64,
    name: str = "Rekindle",
    url: str = "",
    keys_url: str = "",
    start: bool = True,
    python: str = sys.executable,
    **settings: str,
) -> Iterator[Bot]:
    """The real bot with so many people it knows; `settings` are of its environment."""
    folder.mkdir(parents=True)
    with standin(folder) as api:
        bot = Bot(name, api, log=folder / "bot.log", folder=folder, python=python)
        bot.environment = _settings(folder, api, url, keys_url) | settings
        known = range(FIRST, FIRST + people)
        make_people(bot.environment["DATABASE_URL"], bot.environment["KEYS_URL"], SERVICE_KEY, known)
        try:
            if start:
                start_rekindle(bot)
            yield bot
        finally:
            bot.stop()


def start_rekindle(bot: Bot) -> None:
    """Begins and waits until it has given its address."""
    assert bot.log is not None
    bot.control("forget")
    bot.process = spawn([bot.python, "-m", "bot", "run"], bot.environment, bot.log)
    wait_for(bot.is_ready, bot.name, READY)


def _settings(folder: Path, api: str, url: str, keys_url: str) -> dict[str, str]:
    listen = f"{HOST}:{free_port()}"
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api,
        "DATABASE_URL": url or f"sqlite:///{folder / 'rekindle.db'}",
        "KEYS_URL": keys_url or f"sqlite:///{folder / 'keys.db'}",
        "SECRET_KEYS": KEY,
        "SEND_RATE": "0",
        "SEND_RATE_CHAT": "0",
        "LISTEN": listen,
        "WEBHOOK_URL": f"http://{listen}/hook",
        "WEBHOOK_SECRET": WEBHOOK_SECRET,
        "OPERATOR_CONTACT": "the bench",
    }


PEERS = {"R": "stateless", "ConversationHandler": "conversation", "aiogram": "fsm_redis"}


@contextmanager
def peer(name: str, folder: Path) -> Iterator[Bot]:
    """One of the peers. Raises RuntimeError where what it needs is not installed."""
    python = peers_env.python()
    if python is None:
        raise RuntimeError("the peers' environment could not be made")
    folder.mkdir(parents=True)
    with ExitStack() as stack:
        api = stack.enter_context(standin(folder))
        bot = Bot(name, api, log=folder / "bot.log", folder=folder)
        environment = {"BENCH_API": api, "BENCH_PORT": str(free_port()), "BENCH_FOLDER": str(folder)}
        if name == "aiogram":
            environment["BENCH_REDIS"] = stack.enter_context(redis(folder))
        program = str(Path(__file__).parent / "peers" / f"{PEERS[name]}.py")
        bot.process = spawn([str(python), program], environment, folder / "bot.log")
        stack.callback(bot.stop)
        wait_for(bot.is_ready, name, READY)
        yield bot


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A redis-server of our own that keeps nothing on disk: the quickest that it can be."""
    server = peers_env.redis()
    if server is None:
        raise RuntimeError("redis-server is not installed (Debian: apt install redis-server)")
    port = free_port()
    options = ["--port", str(port), "--bind", HOST, "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = spawn([server, *options], {"PATH": os.defpath}, folder / "redis.log")
    try:
        yield f"redis://{HOST}:{port}/0"
    finally:
        end(process)
