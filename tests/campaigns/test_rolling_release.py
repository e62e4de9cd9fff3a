"""Workers of two releases at once, as real processes: what the newer has begun is left to it while it is there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.workers.troupe import Troupe, troupe
from tests.conftest import new_database
from tests.support.phones import Phone, wait_for
from tests.support.process import READY_SECONDS, ROOT, Child, begin, free_port
from tests.support.stories import begins_alone

GUIDED = "          text: Guide me\n          go: what\n"
NODES = "nodes:\n"
FRESH = """\
  fresh:
    say: |
      A question that the older release does not know.
    ask:
      buttons:
        ready:
          text: I am ready
          go: what
"""


def newer_tree(folder: Path) -> Path:
    """This project with one question more, and the lock made anew."""
    for part in ("bot", "dialogs", "migrations"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "dialogs" / "practise.yaml"
    text = path.read_text(encoding="utf-8")
    assert GUIDED in text
    text = text.replace(GUIDED, GUIDED.replace("what", "fresh"), 1).replace(NODES, NODES + FRESH, 1)
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "bot", "check-dialogs", "--update-lock"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


def joins(found: Troupe, root: Path) -> Child:
    """A worker of another tree comes, and gets all updates from now on."""
    port = free_port()
    settings = {**found.stage.settings(), "LISTEN": f"127.0.0.1:{port}"}
    log = found.stage.folder / "newer.log"
    child = Child(begin(["bot", "run"], settings, log, root=root), log)
    found.balancer.ports[:] = [port]
    return child


@pytest.mark.xdist_group("processes")
def test_releases_side_by_side_strand_nobody(postgres_server: str, tmp_path: Path) -> None:
    tree = newer_tree(tmp_path / "newer")
    with (
        new_database(postgres_server) as url,
        new_database(postgres_server) as keys_url,
        troupe(tmp_path, url, keys_url, count=1, seed=1) as found,
    ):
        ana = found.stage.phone("Ana")
        begins_alone(ana)
        older = list(found.balancer.ports)
        newer = joins(found, tree)
        try:
            wait_for(lambda: found.joined() == 2, "both releases at work", READY_SECONDS)
            asked_by_the_newer(ana)
            assert found.query("SELECT DISTINCT release > 1 FROM dialog_session") == [(True,)]
            newest = list(found.balancer.ports)
            found.balancer.ports[:] = older
            ana.taps("I am ready")
            ana.sees("Only what a camera would have seen and heard")
            found.balancer.ports[:] = newest
            asked_by_the_newer(ana)
            wait_for(found.rests, "what it has sent is noted")
        finally:
            newer.kill()
        found.balancer.ports[:] = older
        ana.taps("I am ready")
        ana.sees("This exercise has changed since you were here, so it ends")
        wait_for(found.rests, "all done")
        assert found.query("SELECT count(*) FROM inbox WHERE state != 'done'") == [(0,)]
        assert found.query("SELECT kind, slot FROM outbox WHERE state = 'parked'") == []


def asked_by_the_newer(ana: Phone) -> None:
    ana.says("/practise")
    ana.taps("Guide me")
    ana.sees("A question that the older release does not know")
