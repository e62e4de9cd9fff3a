"""scripts/screenshot.py takes a picture only of what a reader should see."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import Stage

SCRIPT = Path(__file__).parents[2] / "scripts" / "screenshot.py"


pytestmark = pytest.mark.usefixtures("browser")  # skips where there is no Chromium


def take_picture(url: str, words: str | None, to: Path) -> subprocess.CompletedProcess[str]:
    expected = [] if words is None else ["--expect", words]
    command = [sys.executable, str(SCRIPT), url, *expected, "--to", str(to)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_a_picture_is_taken_when_names_and_letter_are_in_sight(emulator: Any, bot: Any, tmp_path: Path) -> None:
    emulator.control("start", user="Ben")
    bot.says(bot.takes()[0]["message"]["chat"]["id"], "Dear Ben, thank you for the tea.", protect_content=True)
    done = take_picture(emulator.url, "thank you for the tea", tmp_path / "new" / "phones.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ana and Ben" in done.stdout
    assert (tmp_path / "new" / "phones.png").read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_taken_of_a_chat_without_the_letter(emulator: Any, tmp_path: Path) -> None:
    done = take_picture(emulator.url, "thank you for the tea", tmp_path / "phones.png")
    assert done.returncode == 1
    assert done.stderr == "No picture taken: no opened letter with the words 'thank you for the tea' is to be seen.\n"
    assert not (tmp_path / "phones.png").exists()


def test_no_picture_is_taken_when_nobody_answers(tmp_path: Path) -> None:
    done = take_picture("http://127.0.0.1:9", "words", tmp_path / "phones.png")
    assert done.returncode == 1
    assert done.stderr.startswith("No picture taken: http://127.0.0.1:9 does not open")


def test_no_evening_is_played_where_somebody_has_begun(emulator: Any, tmp_path: Path) -> None:
    emulator.control("start", user="Ben")
    done = take_picture(emulator.url, None, tmp_path / "phones.png")
    assert done.returncode == 1
    assert done.stderr.startswith("No picture taken: these chats have begun already")
    assert not (tmp_path / "phones.png").exists()


def test_without_words_an_evening_is_played_and_its_letter_shown_also_at_night(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.control.post("/control/clock", to="23:30", zone="Europe/London")
        stage.start_bot()
        done = take_picture(stage.url, None, tmp_path / "phones.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "phones.png").read_bytes().startswith(b"\x89PNG")
