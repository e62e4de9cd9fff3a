"""What workers take under load: memory, processor, connections; read from /proc and PostgreSQL each second."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.workers.troupe import Troupe

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Measures:
    """The highest values seen; `cpu` is in seconds by process."""

    found: Troupe
    memory: float = 0.0  # MB of the largest worker
    connections: int = 0
    busy: float = 0.0  # share of the machine that was at work, ours or not
    _cpu: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    _begun: tuple[float, float] = (0.0, 0.0)
    _end: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Looks once a second until `stop`."""
        self._begun = _machine()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the looking."""
        self._end.set()
        self._thread.join()
        busy, all_of_it = (now - then for now, then in zip(_machine(), self._begun, strict=True))
        self.busy = busy / max(all_of_it, 1.0)

    @property
    def cpu(self) -> float:
        """Seconds of all workers together."""
        return sum(self._cpu.values())

    def _look(self) -> None:
        while not self._end.wait(1.0):
            for worker in self.found.workers:
                self._worker(worker.process.pid)
            try:
                count = self.found.query("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
            except psycopg.Error:
                continue
            self.connections = max(self.connections, int(count[0][0]))

    def _worker(self, pid: int) -> None:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):  # it has just died
            return
        self._cpu[pid] = (int(stat[11]) + int(stat[12])) / TICKS
        self.memory = max(self.memory, pages * PAGE / 1e6)


def _machine() -> tuple[float, float]:
    ticks = [int(part) for part in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
