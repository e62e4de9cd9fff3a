"""The short form of `python -m bench.power`: the power goes at every write of a small bot that strace has watched."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from bench.power import strace
from bench.power.frames import Found, cut_everywhere
from bench.power.strace import Event
from tests.support.process import ROOT

UPDATES = 4
EVERY = 5  # of the writes; the long form cuts at each


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    folder = tmp_path_factory.mktemp("power")
    log = folder / "strace.log"
    command = [*strace.command(log), sys.executable, "-m", "bench.power.writer", str(folder), str(UPDATES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("this machine lets nobody watch a process")
    assert done.returncode == 0, done.stderr
    with log.open(encoding="ascii") as lines:
        return list(strace.events(lines, {}))


def look(events: Iterable[Event], work: Path) -> Found:
    path = next(event.path for event in events if event.path.endswith("rekindle.db-wal"))
    found = cut_everywhere(events, Path(path).parent, work, seed=1, every=EVERY)
    sys.stdout.write(f"{found}\n")
    return found


def test_a_power_cut_at_any_write_loses_nothing_that_was_told(recorded: list[Event], tmp_path: Path) -> None:
    found = look(recorded, tmp_path)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.confirmed == UPDATES
    assert found.checkpointed_pages > 0
    assert min(found.cuts[how] for how in ("kept", "synced", "torn")) > found.writes / EVERY


def test_a_bot_that_did_not_sync_would_be_found_out(recorded: list[Event], tmp_path: Path) -> None:
    unsynced = [event for event in recorded if event.kind != "sync" or not event.path.endswith("rekindle.db-wal")]
    assert any("was confirmed" in one for one in look(unsynced, tmp_path).wrong)
