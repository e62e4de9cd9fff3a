"""What whoever runs the bot sees when something is wrong: one plain sentence and the exit code of bot/errors.py."""

from __future__ import annotations

import base64
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.process import HOST, KEY, ROOT, STOP_SECONDS, TOKEN, WEBHOOK_SECRET, Stage
from tests.support.stories import begins_alone

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A local Telegram whose bot each test starts itself."""
    with Stage(tmp_path_factory.mktemp("operators")) as stage:
        yield stage


def fails(stage: Stage, folder: Path, **changed: str) -> tuple[int, str]:
    """The exit code and the words of a bot that cannot start, with databases of its own in `folder`."""
    return fails_at(ROOT, stage, folder, **changed)


def fails_at(root: Path, stage: Stage, folder: Path, **changed: str) -> tuple[int, str]:
    """The same for the bot whose code and dialogs lie in `root`."""
    own = {"DATABASE_URL": f"sqlite:///{folder / 'bot.db'}", "KEYS_URL": f"sqlite:///{folder / 'keys.db'}"}
    environment = {**stage.settings(), **own, **changed}
    command = [sys.executable, "-m", "bot", "run"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert said, done.stdout
    return done.returncode, "\n".join(said)


def test_a_missing_key_is_named_with_the_way_to_make_one(stage: Stage, tmp_path: Path) -> None:
    code, said = fails(stage, tmp_path, SECRET_KEYS="")
    assert code == 2
    assert "SECRET_KEYS is not set" in said


def test_a_key_of_the_wrong_length_is_refused(stage: Stage, tmp_path: Path) -> None:
    code, said = fails(stage, tmp_path, SECRET_KEYS="c2hvcnQ=")
    assert code == 2
    assert "openssl rand -base64 32" in said
    assert "c2hvcnQ" not in said


def test_a_token_that_telegram_does_not_know_stops_with_one_sentence(stage: Stage, tmp_path: Path) -> None:
    code, said = fails(stage, tmp_path, TELEGRAM_BOT_TOKEN="700100:wrong-token")
    assert code == 5
    assert "@BotFather" in said
    assert "wrong-token" not in said


def test_a_missing_token_is_named(stage: Stage, tmp_path: Path) -> None:
    code, said = fails(stage, tmp_path, TELEGRAM_BOT_TOKEN="")
    assert (code, said.startswith("rekindle: TELEGRAM_BOT_TOKEN is not set")) == (2, True)


def test_a_port_in_use_is_named(stage: Stage, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        listen = f"{HOST}:{taken.getsockname()[1]}"
        hook = {"WEBHOOK_URL": f"http://{listen}/hook", "WEBHOOK_SECRET": WEBHOOK_SECRET, "LISTEN": listen}
        code, said = fails(stage, tmp_path, **hook)
    assert code == 6
    assert listen in said


@pytest.mark.parametrize("name", ["DATABASE_URL", "KEYS_URL"])
def test_a_path_that_cannot_be_written_is_named(stage: Stage, tmp_path: Path, name: str) -> None:
    """Below a file no folder can be made, by nobody, not even by root."""
    (tmp_path / "file").write_text("in the way")
    code, said = fails(stage, tmp_path, **{name: f"sqlite:///{tmp_path / 'file' / 'bot.db'}"})
    assert code == 3
    assert name in said


def test_a_file_that_is_no_database_is_left_alone(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("this is a letter, not a database " * 100)
    code, said = fails(stage, tmp_path)
    assert code == 3
    assert "bot.db" in said
    assert (tmp_path / "bot.db").read_text().startswith("this is a letter")


def test_a_dialog_with_a_fault_is_named_with_file_line_and_a_sentence(stage: Stage, tmp_path: Path) -> None:
    for name in ("bot", "dialogs", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    broken = tmp_path / "dialogs" / "leave.yaml"
    text = broken.read_text(encoding="utf-8")
    line = next(number for number, words in enumerate(text.splitlines(), 1) if "go: stayed" in words)
    broken.write_text(text.replace("go: stayed", "go: nowhere"), encoding="utf-8")
    code, said = fails_at(tmp_path, stage, tmp_path)
    assert code == 9
    assert f"dialogs/leave.yaml:{line}" in said
    assert "nowhere" in said


def test_a_second_process_and_a_wrong_key_are_turned_away_from_a_database_in_use(stage: Stage, tmp_path: Path) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "KEYS_URL": f"sqlite:///{tmp_path / 'keys.db'}"}
    stage.start_bot(**own)
    assert stage.bot is not None
    begins_alone(stage.phone("Ana"))
    code, said = fails(stage, tmp_path)
    assert code == 7
    assert "already uses" in said
    assert stage.bot.code is None
    assert stage.bot.stop() == 0
    other = base64.b64encode(b"another key of thirty-two bytes!").decode()
    code, said = fails(stage, tmp_path, SECRET_KEYS=other)
    assert code == 4
    assert "SECRET_KEYS" in said
    assert other not in said


def test_a_term_signal_under_load_ends_within_ten_seconds_and_loses_nothing(stage: Stage, tmp_path: Path) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "KEYS_URL": f"sqlite:///{tmp_path / 'keys.db'}"}
    stage.start_bot(**own)
    assert stage.bot is not None
    ana = stage.phone("Ana")
    begins_alone(ana)
    for number in range(40):
        ana.says(f"/frobnicate {number}")
    assert stage.bot.stop(STOP_SECONDS) == 0
    stage.start_bot(**own)
    wanted = "I don't know that one"
    stage.until(lambda: sum(wanted in m["text"] for m in ana.from_bot()) >= 40, "forty answers")
    assert sum(wanted in m["text"] for m in ana.from_bot()) == 40
    assert stage.bot.stop() == 0
    with closing(sqlite3.connect(tmp_path / "bot.db")) as raw:
        assert raw.execute("SELECT count(*) FROM inbox WHERE state != 'done'").fetchone() == (0,)


def test_no_log_holds_a_word_a_name_or_a_token(stage: Stage, tmp_path: Path) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}", "KEYS_URL": f"sqlite:///{tmp_path / 'keys.db'}"}
    stage.start_bot(**own, LOG_LEVEL="DEBUG")
    assert stage.bot is not None
    zoe = stage.phone("Zoelinde")
    begins_alone(zoe)
    zoe.says("/practise")
    zoe.taps("I type it myself")
    zoe.sees("Type it as you would say it")
    zoe.says("the marmalade incident made me sad")
    stage.control.quiet()
    assert stage.bot.stop() == 0
    said = stage.bot.log.read_text(encoding="utf-8")
    assert '"event":"started"' in said
    for secret in ("Zoelinde", "marmalade", TOKEN, TOKEN.partition(":")[2], KEY):
        assert secret not in said
