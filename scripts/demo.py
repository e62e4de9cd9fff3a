"""The demonstration: the local Telegram and the bot behind one address, or the bot alone against Telegram.

Keeps everything under var/. The local Telegram lives in memory, so each start begins with fresh chats and databases.
"""

import base64
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.settings import HELP

HOST = "127.0.0.1"
PORT = 8081
TOKEN = "123456:local-token-for-the-emulator"  # noqa: S105 - known to the local Telegram only
PATIENCE_SECONDS = 60.0
STOP_SECONDS = 12.0
LOG_LINES = 15
ENVIRONMENT = os.environ  # noqa: TID251 - handed on to the children


class Stopped(Exception):
    """Somebody asked us to end: Ctrl-C, SIGTERM or a closed terminal."""


class Failed(Exception):
    """The demonstration cannot go on; the text says why."""


class Child:
    """A process of ours, in a session of its own so that Ctrl-C reaches it only through us, with its log in a file."""

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raises Failed when it has ended."""
        code = self._process.poll()
        if code is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
            raise Failed("\n".join([f"{self.name} has ended with code {code}. Its last words ({self.log}):", *lines]))

    def stop(self) -> None:
        """SIGTERM, and after a while SIGKILL."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main() -> int:
    """Exit codes: 0 stopped by a person, 1 something did not work; with a token those of the bot."""
    if any(ENVIRONMENT.get(name, "").strip() for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE")):
        run_with_telegram()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on)
    children: list[Child] = []
    try:
        run_locally(children)
    except Stopped:
        say("Stopping.")
    except Failed as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()
    return 0


def run_with_telegram() -> NoReturn:
    """Becomes the bot, talking to Telegram, with keys of its own if none are given."""
    environment = dict(ENVIRONMENT)
    if not environment.get("SECRET_KEYS") and not environment.get("SECRET_KEYS_FILE"):
        keys = Path("var/secret_keys")
        if make_key(keys):
            say(f"Made a key in {keys}. Without this file nobody can read what the database holds: keep a copy of it.")
        environment["SECRET_KEYS_FILE"] = str(keys)
    say("The bot runs against Telegram. Open its chat there and press Start. Ctrl-C ends it.")
    os.execve(sys.executable, [sys.executable, "-m", "bot", "run"], environment)  # noqa: S606 - there is no shell to use


def run_locally(children: list[Child]) -> NoReturn:
    """Starts both, says where the page is, and watches until something ends. Raises Stopped or Failed."""
    folder, _lock = claim_folder()
    forget(folder)
    port, authors = free_port(), free_port(0)
    url = f"http://{HOST}:{port}"
    clock = folder / "clock"
    people = ["--user", "Ana:en", "--user", "Ben:en"]
    emulator = ["emulator", "--port", str(port), "--token", TOKEN, "--clock-file", str(clock), *people]
    emulator += ["--author-url", f"http://{HOST}:{authors}"]
    children.append(Child("The local Telegram", emulator, own_settings({}), folder / "emulator.log"))
    wait_for(lambda: bool(ask(f"{url}/control/ready").get("ready")), children)
    make_key(folder / "keys")
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        "DATABASE_URL": f"sqlite:///{folder / 'rekindle.db'}",
        "KEYS_URL": f"sqlite:///{folder / 'person_keys.db'}",
        "SECRET_KEYS_FILE": str(folder / "keys"),
        "CLOCK_FILE": str(clock),
        "SEND_RATE_CHAT": "4",  # nobody taps as fast at home as here, and the local Telegram sets no limit
        "AUTHOR_LISTEN": f"{HOST}:{authors}",
        "OPERATOR_CONTACT": "the person at this computer",
    }
    children.append(Child("The bot", ["bot", "run"], own_settings(settings), folder / "bot.log"))
    wait_for(lambda: all(bot["commands"] for bot in ask(f"{url}/control/state")["bots"]), children)
    say(f"Rekindle is ready: {url}/")
    say("Two phones, Ana's and Ben's. Press Start on one of them. Each start of this demo begins anew. Ctrl-C ends it.")
    say("For writers: Author's view, at the top of the page, shows the dialog behind a chat and begins it anywhere.")
    show(f"{url}/")
    while True:
        watch(children)
        time.sleep(0.5)


def claim_folder() -> tuple[Path, IO[bytes]]:
    """A folder that no other running demo uses, and the open file that keeps it ours."""
    for name in ("demo", *(f"demo-{number}" for number in range(2, 10))):
        folder = Path("var") / name
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
        else:
            return folder, lock
    raise Failed("Nine demos run here already. End one of them.")


def forget(folder: Path) -> None:
    """Removes the databases and the clock of an earlier demo; its key stays."""
    for pattern in ("*.db", "*.db-*", "*.db.*", "clock"):
        for file in folder.glob(pattern):
            file.unlink()


def make_key(file: Path) -> bool:
    """Writes a new key that only this user can read, unless there is one. True if it was made."""
    if file.exists():
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    return True


def free_port(wanted: int = PORT) -> int:
    """The wanted one, or another one when that is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Failed("No port is free on this machine.")


def own_settings(settings: dict[str, str]) -> dict[str, str]:
    """The environment without any setting of the bot but these: the demo must not touch a real installation."""
    ours = {form for name in HELP for form in (name, f"{name}_FILE")}
    return {name: value for name, value in ENVIRONMENT.items() if name not in ours} | settings


def wait_for(ready: Callable[[], bool], children: list[Child]) -> None:
    """Until `ready` is true. Raises Failed when a child ends or nothing happens for a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        watch(children)
        try:
            if ready():
                return
        except (OSError, ValueError):
            pass  # not listening yet
        time.sleep(0.1)
    raise Failed(f"{children[-1].name} does not answer. Its log: {children[-1].log}")


def watch(children: list[Child]) -> None:
    """Raises Failed for the first child that has ended."""
    for child in children:
        child.check()


def ask(url: str) -> Any:
    """What the local Telegram's control interface answers."""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
        return json.load(answer)


def show(url: str) -> None:
    """Opens a browser where there is a screen to show one."""
    screen = sys.platform == "darwin" or ENVIRONMENT.get("DISPLAY") or ENVIRONMENT.get("WAYLAND_DISPLAY")
    if screen and ENVIRONMENT.get("NO_BROWSER", "") in {"", "0"}:
        webbrowser.open(url)


def stop_on(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal module fixes these
    """A signal becomes an exception."""
    raise Stopped


def say(sentence: str) -> None:
    """One line for the person at the terminal, at once."""
    print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
