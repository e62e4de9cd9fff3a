"""The command that newcomers type first: it answers at one address, ends cleanly, and says what went wrong."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.support.process import free_port

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
PATIENCE = 300
# A demo of somebody else on this machine, or of a test beside this one, may begin and end at any moment.
ON_ITS_OWN_PORT = "import sys, demo; demo.free_port.__defaults__ = ({},); sys.exit(demo.main())"


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    """The demo as scripts/demo runs it, with its var/ in `folder`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM_")}  # noqa: TID251
    return subprocess.Popen(
        [sys.executable, "-c", ON_ITS_OWN_PORT.format(free_port())],
        cwd=folder,
        env=ours | {"NO_BROWSER": "1", "PYTHONPATH": str(SCRIPTS), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address(demo: subprocess.Popen[str]) -> str:
    """The one address that it prints; nothing if it ended without one."""
    assert demo.stdout is not None
    found = (re.search(r"http://[\d.:]+/", line) for line in demo.stdout)
    return next((match[0] for match in found if match), "")


def ask(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - loopback
        text: str = answer.read().decode()
        return text


def test_the_demo_answers_at_one_address_and_ends_cleanly(tmp_path: Path) -> None:
    demo = start(tmp_path)
    try:
        url = address(demo)
        assert "<title>" in ask(url)
        state = json.loads(ask(f"{url}control/state"))
        assert "menu" in {command["command"] for command in state["bots"][0]["commands"]}
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 0
    assert '"event":"stopped"' in (tmp_path / "var/demo/bot.log").read_text(encoding="utf-8")
    assert (tmp_path / "var/demo/keys").stat().st_mode & 0o777 == 0o600
    with pytest.raises(urllib.error.URLError):
        ask(url)


def test_a_demo_whose_bot_cannot_start_shows_why(tmp_path: Path) -> None:
    (tmp_path / "var/demo").mkdir(parents=True)
    (tmp_path / "var/demo/keys").write_text("no key\n", encoding="utf-8")
    demo = start(tmp_path)
    said, complained = demo.communicate(timeout=PATIENCE)
    assert demo.returncode == 1
    assert "http://" not in said
    assert "SECRET_KEYS holds a key that is not 32 bytes" in complained


def test_with_a_token_the_bot_runs_alone_and_its_key_is_made_once(tmp_path: Path) -> None:
    kept = []
    for _ in range(2):
        demo = start(tmp_path, TELEGRAM_BOT_TOKEN="no token")
        said, complained = demo.communicate(timeout=PATIENCE)
        assert demo.returncode == 2, "the bot's own exit code"
        assert "TELEGRAM_BOT_TOKEN does not look like a token" in complained
        kept.append((tmp_path / "var/secret_keys").read_text(encoding="ascii"))
        assert ("Made a key" in said) == (len(kept) == 1)
    assert kept[0] == kept[1]
    assert not (tmp_path / "var/demo").exists()
