"""What can befall an SQLite database from outside: another process, another name, no rights, no room."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from tests.support.process import Stage

Sickness = Callable[[Stage], AbstractContextManager[None]]
DISK = "16m"
FILLER = "filler"
A_MOMENT = 0.4  # seconds


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another process holds the write lock."""
    with closing(sqlite3.connect(stage.database, isolation_level=None, timeout=30)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        yield
        raw.execute("ROLLBACK")


@contextmanager
def keys_locked(stage: Stage) -> Iterator[None]:
    """The same of the key store."""
    with closing(sqlite3.connect(stage.folder / "keys.db", isolation_level=None, timeout=30)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        yield
        raw.execute("ROLLBACK")


@contextmanager
def absent(stage: Stage) -> Iterator[None]:
    """The file has another name for a while."""
    away = stage.database.with_suffix(".away")
    stage.database.rename(away)
    yield
    away.rename(stage.database)


@contextmanager
def no_room_for_files(stage: Stage) -> Iterator[None]:
    """No file of the process may take another byte, its log included."""
    assert stage.bot is not None
    _, most = resource.prlimit(stage.bot.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(stage.bot.pid, resource.RLIMIT_FSIZE, (0, most))
    yield
    resource.prlimit(stage.bot.pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def full(stage: Stage) -> Iterator[None]:
    """The disk that the database stands on has no byte left, and the log of the database none of its own."""
    with closing(sqlite3.connect(stage.database, timeout=10)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    filler = stage.database.with_name(FILLER)
    with filler.open("wb", buffering=0) as out:
        try:
            while out.write(bytes(4096)):
                pass
        except OSError:
            yield
    filler.unlink()


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """Neither the file nor its log can be written, not even by root.

    Its index (-shm) can: it is mapped, and the kernel ends a process that writes to a mapped file that it may not.
    """
    files = [stage.database, stage.database.with_name(stage.database.name + "-wal")]
    _attribute("+i", files)
    yield
    _attribute("-i", files)


@contextmanager
def everything(stage: Stage) -> Iterator[None]:
    """The file away, no room, Telegram away, and a stop in order, one after the other and each for a moment."""
    pause = threading.Event()
    for sickness in (absent, no_room_for_files, _telegram_away):
        with sickness(stage):
            pause.wait(A_MOMENT)
    assert stage.bot is not None
    assert stage.bot.stop() == 0
    stage.bot = stage.spawn_bot()
    stage.control.advance("2s")  # what a webhook could not bring is tried again
    yield


@contextmanager
def _telegram_away(stage: Stage) -> Iterator[None]:
    stage.control.post("/control/faults", kind="refuse", method="*", count=0, seconds=86_400)
    yield
    stage.control.delete("/control/faults")


def _attribute(change: str, files: list[Path]) -> None:
    subprocess.run(["chattr", change, *map(str, files)], check=True, capture_output=True)  # noqa: S607


def can_be_read_only(folder: Path) -> bool:
    """Whether this machine lets us take the right to write from a process of root."""
    probe = folder / "probe"
    probe.touch()
    try:
        _attribute("+i", [probe])
        _attribute("-i", [probe])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of its own at `folder`, where we may mount one; says whether."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)  # noqa: S607
