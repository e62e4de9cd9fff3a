"""A backup taken while rows are open, put back and started: 0 messages; after the release each one once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import ROOT, Stage
from tests.support.stories import begins_alone

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("restored")) as stage:
        yield stage


def verb(stage: Stage, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "bot", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=stage.settings(), capture_output=True, text=True, timeout=300, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize("by_the_verb", [True, False], ids=["a copy of the files", "a backup of ours"])
def test_nothing_is_sent_twice(stage: Stage, by_the_verb: bool, tmp_path: Path) -> None:
    stage.start_bot()
    assert stage.bot is not None
    ana = stage.phone("Ana")
    begins_alone(ana)
    stage.comes_to_rest()
    stage.control.post("/control/faults", method="sendMessage", kind="500", count=10_000)
    for _ in range(3):
        ana.says("/frobnicate")
    stage.until(lambda: stage.open_rows()[1] >= 3, "three messages that wait")
    if by_the_verb:
        stage.kill_bot()
    else:
        assert verb(stage, "backup", "--to", str(tmp_path))[0] == 0
        stage.bot.stop()
        (copy,) = (tmp_path / "database").iterdir()
        for beside in ("-wal", "-shm"):
            stage.database.with_name(stage.database.name + beside).unlink(missing_ok=True)
        shutil.copy(copy, stage.database)
    stage.control.delete("/control/faults")
    if by_the_verb:
        assert verb(stage, "restored")[0] == 0
    assert stage.open_rows() == (0, 0)
    before = len(ana.from_bot())
    stage.start_bot()
    stage.comes_to_rest()
    stage.control.advance("3h")
    stage.comes_to_rest()
    assert len(ana.from_bot()) == before
    assert verb(stage, "parked")[0] == 1
    assert verb(stage, "release-held")[0] == 0
    stage.until(lambda: len(ana.from_bot()) >= before + 3, "three messages")
    stage.comes_to_rest()
    assert len(ana.from_bot()) == before + 3
    assert verb(stage, "parked")[0] == 0
    assert stage.bot.stop() == 0
