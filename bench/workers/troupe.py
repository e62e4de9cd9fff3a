"""Several workers of one bot on one PostgreSQL, an uneven round-robin in front of them, and what is done to them."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from aiohttp import web

from tests.support.phones import wait_for
from tests.support.process import HOST, READY_SECONDS, Child, Stage, free_port

ASK_SECONDS = 2.0  # a worker that does not answer for so long is left, and the next one asked
REPEATED = 0.2  # of the updates are given once more to some worker, some time later
LATEST = 3.0


class Balancer:
    """Gives each webhook request to some worker, and to another when that one is dead or frozen. In its own thread."""

    def __init__(
        self, ports: list[int], seed: int, *, repeats: float = REPEATED, patience: float = ASK_SECONDS
    ) -> None:
        self.port = free_port()
        self.repeated = 0
        self.answers: Counter[int] = Counter()  # statuses of the workers; 0 for no answer
        self._repeats, self._patience = repeats, patience
        self.ports = ports
        self._rng = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._later: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Returns when it listens."""
        self._thread.start()
        self._up.wait()

    def stop(self) -> None:
        """Ends it."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/{path:.*}", self._pass)
        runner = web.AppRunner(app, access_log=None)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._patience)) as self._session:
            await runner.setup()
            await web.TCPSite(runner, HOST, self.port).start()
            self._up.set()
            await self._end.wait()
            for task in self._later:
                task.cancel()
            await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.Response:
        body = await request.read()
        for port in self._rng.sample(self.ports, len(self.ports)):
            status = await self._ask(port, request, body)
            if status == 200:
                self._perhaps_again(request, body)
                return web.Response()
        return web.Response(status=503, headers={"Retry-After": "1"})

    async def _ask(self, port: int, request: web.Request, body: bytes) -> int:
        headers = {"Content-Type": "application/json"}
        for name in ("X-Telegram-Bot-Api-Secret-Token",):
            headers[name] = request.headers.get(name, "")
        try:
            async with self._session.post(f"http://{HOST}:{port}{request.path}", data=body, headers=headers) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError):
            status = 0
        self.answers[status] += 1
        return status

    def _perhaps_again(self, request: web.Request, body: bytes) -> None:
        if self._rng.random() < self._repeats:
            task = self._loop.create_task(self._again(request, body, self._rng.uniform(0, LATEST)))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _again(self, request: web.Request, body: bytes, after: float) -> None:
        await asyncio.sleep(after)
        self.repeated += await self._ask(self._rng.choice(self.ports), request, body) == 200


@dataclass
class Worker:
    """A place for a worker: its port stays, its process changes."""

    port: int
    process: Child
    frozen: bool = False


@dataclass
class Troupe:
    """The stage with several workers."""

    stage: Stage
    url: str
    count: int
    balancer: Balancer
    workers: list[Worker] = field(default_factory=list)

    def starts(self, place: int) -> None:
        """A new process for this place."""
        port = self.workers[place].port if place < len(self.workers) else self.balancer.ports[place]
        process = self.stage.spawn_bot(LISTEN=f"{HOST}:{port}")
        fresh = Worker(port, process)
        self.workers[place : place + 1] = [fresh]

    def kills(self, place: int) -> None:
        """kill -9."""
        self.workers[place].process.kill()

    def freezes(self, place: int) -> None:
        """SIGSTOP."""
        os.kill(self.workers[place].process.pid, signal.SIGSTOP)
        self.workers[place].frozen = True

    def thaws(self, place: int) -> None:
        """SIGCONT."""
        os.kill(self.workers[place].process.pid, signal.SIGCONT)
        self.workers[place].frozen = False

    def query(self, sql: str) -> list[Any]:
        """Rows of the database."""
        with psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://")) as connection:
            return connection.execute(sql.encode()).fetchall()

    def joined(self) -> int:
        """How many workers have a lease."""
        found = self.query("SELECT count(*) FROM worker WHERE lease_until > clock_timestamp()")
        return int(found[0][0])

    def deadlocks(self) -> int:
        """How many PostgreSQL has ended since the beginning."""
        return int(self.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])

    def rests(self) -> bool:
        """Whether nothing is under way or due."""
        state = self.stage.control.get("/control/state")
        if any(bot["pending_updates"] for bot in state["bots"]):
            return False
        now = f"to_timestamp({state['clock']['now']})"
        waiting = self.query(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
            " + (SELECT count(*) FROM outbox WHERE state IN ('open', 'sending'))"
            f" + (SELECT count(*) FROM person WHERE next_nudge_at <= {now})"
        )
        return waiting[0][0] == 0


@contextmanager
def troupe(
    folder: Path,
    url: str,
    keys_url: str,
    *,
    count: int,
    seed: int,
    kind: Callable[..., Stage] = Stage,
    more: Mapping[str, str] | None = None,
    before: Callable[[Stage], None] = lambda _: None,
    repeats: float = REPEATED,
    patience: float = ASK_SECONDS,
) -> Iterator[Troupe]:
    """An emulator and so many workers, all of them at work; `before` they come, something may be done on the stage."""
    balancer = Balancer([free_port() for _ in range(count)], seed, repeats=repeats, patience=patience)
    balancer.start()
    hook = {"WEBHOOK_URL": f"http://{HOST}:{balancer.port}/hook", "WEBHOOK_SECRET": "s" * 43}
    settings = {"DATABASE_URL": url, "KEYS_URL": keys_url, "LOG_LEVEL": "WARNING", **hook, **(more or {})}
    with kind(folder, more=settings) as stage:
        found = Troupe(stage, url, count, balancer)
        try:
            before(stage)
            for place in range(count):
                found.starts(place)
            wait_for(lambda: _is_up(found), "all workers at work", READY_SECONDS)
            yield found
        finally:
            for worker in found.workers:
                if worker.process.code is None:
                    worker.process.kill()
            balancer.stop()


def _is_up(found: Troupe) -> bool:
    try:
        return found.joined() == found.count
    except psycopg.Error:  # not migrated yet
        return False
