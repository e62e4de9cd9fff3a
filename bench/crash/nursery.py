"""Lives that begin in a tenth of a second: a process that has loaded the bot's code and texts, and forks one a life.

What dies is a process of its own with its own connections, as ever; only the loading is not done anew.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.process import ROOT


class Forked:
    """A life, as tests.support.process wants it. Its exit code is known to the nursery, its parent."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._end = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises TimeoutExpired."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a life", timeout or 0.0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self._code is None and select.select([self._end], [], [], timeout)[0]:
            self._code = int(self._nursery.order(bury=self.pid))
            os.close(self._end)
        return self._code

    def send_signal(self, sig: int) -> None:
        """Nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        """kill -9."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The forking process, and the way to it.

    On SIGUSR1 a living bot takes its fault point from the file `arms`; it notes each point that it passes in `passed`.
    `watched` is a command that goes before it and runs it, such as strace.
    """

    def __init__(self, folder: Path, watched: Sequence[str] = ()) -> None:
        self.arms, self.passed = folder / "arms", folder / "passed"
        self._watched = watched

    def __enter__(self) -> Self:
        command = [*self._watched, sys.executable, "-m", "bench.crash.nursery", str(self.arms), str(self.passed)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def passed_points(self) -> set[str]:
        """What was passed since this was asked last."""
        found = set(self.passed.read_text(encoding="utf-8").split())
        self.passed.write_text("", encoding="utf-8")
        return found

    def order(self, **order: Any) -> Any:
        """One line there, one line back."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def bear(self, settings: Mapping[str, str], log: Path) -> Forked:
        """A bot with these settings as its environment."""
        return Forked(self, int(self.order(settings=dict(settings), log=str(log))))


def main() -> None:
    """Takes orders from stdin until it is closed."""
    from bot import app  # noqa: PLC0415 - only the nursery pays for it

    library, mark = app.open_library(app.DIALOGS), app.mark_of(app.DIALOGS)
    app.open_library = lambda *_, **__: library
    app.mark_of = lambda _: mark
    gc.freeze()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    for line in sys.stdin:
        order = json.loads(line)
        if "bury" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["bury"], 0)[1])
        else:
            answer = os.fork()
            if answer == 0:
                _live(order["settings"], order["log"])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _live(settings: dict[str, str], log: str) -> None:
    """What `python -m bot run` is, with its output in the log. Never returns."""
    code = 1
    try:
        os.setsid()
        with open(log, "ab") as out, open(os.devnull, "rb") as nothing:  # noqa: PTH123
            for source, target in ((nothing, 0), (out, 1), (out, 2)):
                os.dup2(source.fileno(), target)
        os.environ.clear()  # noqa: TID251 - it becomes the environment of the life that begins here
        os.environ.update(settings)  # noqa: TID251
        _watch_points()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
        from bot.__main__ import main as run  # noqa: PLC0415

        code = run(["run"])
    finally:
        sys.stdout.flush()
        os._exit(code)


def _watch_points() -> None:
    from bot import faultpoints  # noqa: PLC0415

    reach, notes = faultpoints.reach, os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def reached(point: str) -> None:
        os.write(notes, f"{point}\n".encode())
        reach(point)

    faultpoints.reach = reached
    signal.signal(signal.SIGUSR1, _arm)


def _arm(_number: int, _frame: object) -> None:
    """The fault point that stands in the file; that it goes from there says that it is taken."""
    from bot import faultpoints  # noqa: PLC0415

    arms = Path(sys.argv[1])
    faultpoints.arm(arms.read_text(encoding="utf-8"))
    arms.unlink()


if __name__ == "__main__":
    main()
