"""The emulator and the bot as real processes, with settings by environment only. Ends nothing but its own children."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from tests.support.phones import PATIENCE, Control, Phone, wait_for

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
TOKEN = "700100:local-token-for-scenarios"
KEY = base64.b64encode(b"a key of thirty-two bytes, tests").decode()
WEBHOOK_SECRET = "s" * 43
READY_SECONDS = 120.0
STOP_SECONDS = 10.0  # G11
EVENING = 1_804_003_200.0  # Tuesday, 2 March 2027, 16:00 UTC: nobody in Europe has quiet hours
PORTS = 10_000, 32_000  # below those that connections and port 0 are given
LOG_LINES = 40
DUE = (
    "SELECT count(*) FROM person WHERE next_nudge_at <= :now",
    "SELECT count(*) FROM letter WHERE state = 'sealed' AND deliver_at <= :now",
    "SELECT count(*) FROM letter WHERE fold_at <= :now OR remind_at <= :now",
    "SELECT count(*) FROM dialog_session WHERE timeout_at <= :now OR expires_at <= :now",
    "SELECT count(*) FROM nudge WHERE state = 'snoozed' AND snoozed_until <= :now",
    "SELECT count(*) FROM key_erasure",
)


def free_port() -> int:
    """A port of the loopback that nobody listens on at present, and that the system gives to nobody by itself."""
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port


class Process(Protocol):
    """What we use of subprocess.Popen."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def kill(self) -> None: ...


def begin(arguments: list[str], environment: Mapping[str, str], log: Path, *, root: Path = ROOT) -> Process:
    """A new Python that runs this module, of the tree in `root`, with its arguments."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=root,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


class Child:
    """A process of ours in a session of its own; what it says goes into a file, also over several lives."""

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self.log = log

    @property
    def pid(self) -> int:
        """Of this process alone."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def signal(self, number: int) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """kill -9, and gone when this returns."""
        self._process.kill()
        self._process.wait()

    def stop(self, patience: float = READY_SECONDS) -> int:
        """SIGTERM. Raises TimeoutExpired when it has not ended in time; it is killed then."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def wait(self, patience: float = READY_SECONDS) -> int:
        """The exit code of a process that ends by itself; killed when it does not."""
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def tail(self, lines: int = LOG_LINES) -> str:
        """Its last words."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


@dataclass
class Stage:
    """One local Telegram and one bot, with everything that they write in `folder`."""

    folder: Path
    webhook: bool = False
    at: float = EVENING
    more: Mapping[str, str] = field(default_factory=dict)
    authors: bool = False
    bear: Callable[[Mapping[str, str], Path], Process] = lambda settings, log: begin(["bot", "run"], settings, log)
    port: int = field(default_factory=free_port)
    listen: int = field(default_factory=free_port)
    author_port: int = field(default_factory=free_port)
    emulator: Child | None = None
    bot: Child | None = None
    _people: int = 0

    def __enter__(self) -> Self:
        self.start_emulator()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in (self.bot, self.emulator):
            if child is not None and child.code is None:
                child.kill()
        if kind is not None:
            sys.stderr.write(self.logs())

    @property
    def url(self) -> str:
        """Where the local Telegram listens."""
        return f"http://{HOST}:{self.port}"

    @functools.cached_property
    def control(self) -> Control:
        """Its control interface."""
        return Control(self.url)

    @property
    def database(self) -> Path:
        """The bot's SQLite file."""
        return self.folder / "rekindle.db"

    def settings(self) -> dict[str, str]:
        """The whole environment of the bot."""
        given = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "KEYS_URL": f"sqlite:///{self.folder / 'keys.db'}",
            "SECRET_KEYS": KEY,
            "CLOCK_FILE": str(self.folder / "clock"),
            "SEND_RATE": "0",
            "SEND_RATE_CHAT": "0",
            "LISTEN": f"{HOST}:{self.listen}",
            "OPERATOR_CONTACT": "the operator of this test",
        }
        if self.webhook:
            given |= {"WEBHOOK_URL": f"http://{HOST}:{self.listen}/hook", "WEBHOOK_SECRET": WEBHOOK_SECRET}
        if self.authors:
            given["AUTHOR_LISTEN"] = f"{HOST}:{self.author_port}"
        return {**given, **self.more}

    def start_emulator(self) -> None:
        """Starts the local Telegram at the moment `at` and waits until it answers."""
        arguments = ["emulator", "--port", str(self.port), "--token", TOKEN, "--clock-file", str(self.folder / "clock")]
        arguments += ["--author-url", f"http://{HOST}:{self.author_port}"] if self.authors else []
        log = self.folder / "emulator.log"
        self.emulator = Child(begin(arguments, {}, log), log)
        self._until(self.emulator, lambda: self.control.get("/control/ready")["ready"])
        self.control.post("/control/clock", at=self.at)

    def start_bot(self, **changed: str) -> Child:
        """Starts the bot and waits until it has introduced itself; `changed` are settings of this life alone."""
        self.control.post(f"/bot{TOKEN}/deleteMyCommands")
        self.bot = self.spawn_bot(**changed)
        self._until(self.bot, self._introduced)
        return self.bot

    def spawn_bot(self, **changed: str) -> Child:
        """Starts a bot and waits for nothing."""
        log = self.folder / "bot.log"
        return Child(self.bear({**self.settings(), **changed}, log), log)

    def kill_bot(self) -> None:
        """kill -9."""
        assert self.bot is not None
        self.bot.kill()

    def _introduced(self) -> bool:
        return all(bot["commands"] for bot in self.control.get("/control/state")["bots"])

    def _until(self, child: Child, ready: Any) -> None:
        def look() -> bool:
            if child.code is not None:
                raise AssertionError(f"ended with {child.code} before it was ready:\n{child.tail()}")
            try:
                return bool(ready())
            except (urllib.error.URLError, json.JSONDecodeError, ConnectionError):
                return False

        wait_for(look, f"{child.log.stem} ready", READY_SECONDS)

    def open_rows(self) -> tuple[int, int]:
        """How many updates and messages the bot has taken on and not yet finished, read from its file."""
        with closing(self._reading()) as raw:
            return _open_rows(raw)

    def _reading(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=5, isolation_level=None)

    def rests(self) -> bool:
        """Whether nothing is under way or due at this moment: no update, message, nudge, letter or wait."""
        state = self.control.get("/control/state")
        if any(bot["pending_updates"] for bot in state["bots"]):
            return False
        now = int(state["clock"]["now"] * 1_000_000)
        with closing(self._reading()) as raw:
            raw.execute("BEGIN")  # one moment for both: what is due becomes an open row in one commit
            return _open_rows(raw) == (0, 0) and not any(raw.execute(q, {"now": now}).fetchone()[0] for q in DUE)

    def comes_to_rest(self, patience: float = PATIENCE) -> None:
        """Waits until everything that this moment brings has happened."""
        wait_for(self.rests, "the bot at rest", patience)

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Waits for a condition."""
        wait_for(condition, what)

    def move(self, how: str = "", **to: str) -> None:
        """Moves everybody's clock on ("1h", or to="09:00", zone=...) and waits for what that brings."""
        self.control.post("/control/clock", **({"advance": how} if how else to))
        self.comes_to_rest()

    def move_to_evening(self) -> None:
        """On to the next time between 16:00 and 17:00 UTC, unless it is that time."""
        now = self.control.get("/control/state")["clock"]["now"]
        if now % 86_400 // 3600 != 16:
            self.control.post("/control/clock", to="16:00", zone="UTC")

    def phone(self, name: str, language: str = "en") -> Phone:
        """Somebody new with a phone; the name is made unique for the emulator, not for the chat."""
        self._people += 1
        username = f"{name.lower()}_{self._people}"
        user = self.control.post("/control/users", first_name=name, username=username, language_code=language)
        return Phone(self.control, int(user["id"]), name)

    def logs(self) -> str:
        """What both processes said last."""
        children = [child for child in (self.emulator, self.bot) if child is not None]
        return "".join(f"\n--- {child.log.name}\n{child.tail()}\n" for child in children)


def _open_rows(raw: sqlite3.Connection) -> tuple[int, int]:
    inbox = raw.execute("SELECT count(*) FROM inbox WHERE state = 'open'").fetchone()[0]
    outbox = raw.execute("SELECT count(*) FROM outbox WHERE state IN ('open', 'sending')").fetchone()[0]
    return int(inbox), int(outbox)
