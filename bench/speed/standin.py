"""`python -m bench.speed.standin --port N`: a Bot API that only answers, and the people who use it, in one process.

Its CPU is not counted. It is told what to do by POSTs of JSON to /control/...: `ready`, `rehearse`, `load`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from bench.speed.cpu import cpu_seconds
from bench.speed.people import SENDS, Closed, Open, People, Seen
from bench.speed.script import SCRIPTS
from bench.speed.wire import Pool, Reply, Server

BOT = {"id": 700100, "is_bot": True, "first_name": "Bench", "username": "bench_bot", "can_join_groups": False}
ANSWERS = "answerCallbackQuery"
TRUE = b'{"ok":true,"result":true}'
FIELD = re.compile(rb'name="?(\w+)"?[^\r]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
QUIET = 0.35  # seconds without a call after which an answer is whole
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class StandIn:
    """The state of the process."""

    def __init__(self) -> None:
        self._hook: dict[str, Any] = {}
        self._pool: Pool | None = None
        self._people: People | None = None
        self._network = 0.0
        self._last_call = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._update_id = 1_000_000

    # -- the Bot API

    def handle(self, path: str, head: bytes, body: bytes, reply: Reply) -> None:
        """One request, of a bot or of the bench."""
        if path.startswith("/control/"):
            task = asyncio.ensure_future(self._control(path.rpartition("/")[2], body, reply))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        method = path.rpartition("/")[2].partition("?")[0]
        answer = self._answer(method, fields(head, body))
        if self._network:
            asyncio.get_running_loop().call_later(self._network, reply, answer)
        else:
            reply(answer)

    def _answer(self, method: str, given: dict[str, Any]) -> bytes:
        if method == "getMe":
            return orjson.dumps({"ok": True, "result": BOT})
        if method == "setWebhook":
            self._hook = given
            return TRUE
        if method == "getWebhookInfo":
            info = {"url": self._hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
            return orjson.dumps({"ok": True, "result": info})
        if "chat_id" not in given or self._people is None:
            self._note(method)
            return TRUE
        return self._message(method, given, self._people)

    def _note(self, method: str) -> None:
        self._last_call = time.perf_counter()
        if self._people is not None and method == ANSWERS:
            self._people.called(method, 0, 0, None)

    def _message(self, method: str, given: dict[str, Any], people: People) -> bytes:
        """The message as Telegram gives it back."""
        chat, markup = int(given["chat_id"]), given.get("reply_markup")
        if isinstance(markup, str):
            markup = orjson.loads(markup)
        message_id = people.message_id() if method == SENDS else int(given.get("message_id", 0))
        self._last_call = time.perf_counter()
        people.called(method, chat, message_id, markup)
        if method == "deleteMessages":
            return TRUE
        message = {
            "message_id": message_id,
            "date": 1_790_000_000,
            "from": BOT,
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "text": given.get("text", "…"),
        }
        if markup:
            message["reply_markup"] = markup
        return orjson.dumps({"ok": True, "result": message})

    # -- the bench

    async def _control(self, verb: str, body: bytes, reply: Reply) -> None:
        given = orjson.loads(body or b"{}")
        try:
            result = await getattr(self, f"do_{verb}")(**given)
        except Exception as error:  # noqa: BLE001 - whatever it is, the bench is told
            result = {"error": repr(error)}
        reply(json.dumps(result).encode())

    async def do_ready(self) -> dict[str, Any]:
        """Whether a bot has given its address."""
        return {"hook": self._hook.get("url", "")}

    async def do_forget(self) -> dict[str, Any]:
        """The bot is gone."""
        if self._pool is not None:
            self._pool.close()
        self._hook, self._pool, self._people, self._network = {}, None, None, 0.0
        return {}

    async def _open(self) -> Pool:
        if self._pool is None:
            parts = urlsplit(self._hook["url"])
            head = [
                f"POST {parts.path} HTTP/1.1",
                f"Host: {parts.netloc}",
                "Content-Type: application/json",
                f"{HEADER}: {self._hook.get('secret_token', '')}",
            ]
            size = int(self._hook.get("max_connections") or 40)
            lines = "".join(f"{line}\r\n" for line in head).encode()
            self._pool = Pool(parts.hostname or "127.0.0.1", parts.port or 80, lines, size=size)
            await self._pool.open()
        return self._pool

    async def _gather(self, script: str, answers: list[int], count: int, offset: int) -> People:
        pool = await self._open()
        self._update_id += 10_000_000
        self._people = People(SCRIPTS[script], answers, pool.post, self._update_id)
        self._people.join(count, offset=offset)
        return self._people

    async def do_rehearse(self, script: str, offset: int = 0, rounds: int = 2) -> dict[str, Any]:
        """One person goes through the script without haste. Which calls each step of the last round has led to."""
        steps = SCRIPTS[script]
        people = await self._gather(script, [10**9] * len(steps), 1, offset)
        person = next(iter(people.everybody.values()))
        found: list[dict[str, int]] = []
        for number in range(rounds * len(steps)):
            person.at, people.seen = number % len(steps), Seen()
            began = time.perf_counter()
            people.begin(person, began)
            wanted = (SENDS, ANSWERS) if steps[person.at].taps else (SENDS,)
            while not all(people.seen.calls[call] for call in wanted) or time.perf_counter() - self._last_call < QUIET:
                if time.perf_counter() - began > 60:
                    raise RuntimeError(f"step {person.at} of {script} has no answer: {dict(people.seen.calls)}")
                await asyncio.sleep(0.02)
            found.append(dict(people.seen.calls))
        return {"calls": found[-len(steps) :]}

    async def do_load(
        self,
        script: str,
        answers: list[int],
        users: int,
        seconds: float,
        pids: list[int],
        warm: float = 1.0,
        at_once: int = 0,
        passes: int = 0,
        rate: float = 0.0,
        network: float = 0.0,
        offset: int = 0,
    ) -> dict[str, Any]:
        """People write for `warm` seconds unmeasured and then for `seconds`; a closed loop unless there is a rate.

        `at_once` of them wait for an answer at any moment (0: all); `passes` begins to measure when each of them has
        had so many answers.
        """
        people = await self._gather(script, answers, users, offset)
        self._network = network
        loop = Open(people, rate) if rate else Closed(people, at_once or users)
        loop.start()
        await self._run(loop, warm)
        while people.seen.answered < passes * users:
            await self._run(loop, 0.1)
        people.seen, cpu, own = Seen(), [cpu_seconds(pid) for pid in pids], time.process_time()
        began = time.perf_counter()
        await self._run(loop, seconds)
        took, seen = time.perf_counter() - began, people.seen
        used = [cpu_seconds(pid) - before for pid, before in zip(pids, cpu, strict=True)]
        own = time.process_time() - own
        loop.stop()
        people.seen = Seen()
        stuck = await self._drain(people)
        self._network = 0.0
        return {
            "answered": seen.answered,
            "begun": seen.begun,
            "late": seen.late,
            "took": took,
            "cpu": used,
            "own_cpu": own,
            "seconds": seen.seconds,
            "calls": dict(seen.calls),
            "stuck": stuck,
            "refused": self._pool.refused if self._pool else 0,
        }

    async def do_probe(self, seconds: float) -> dict[str, Any]:
        """Strangers ask, one after another; how long each waits for being told that there is nothing."""
        parts = urlsplit(self._hook["url"])
        asked = f"GET / HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode()
        found, until = [], time.perf_counter() + seconds
        while time.perf_counter() < until:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            began = time.perf_counter()
            writer.write(asked)
            await reader.read()
            found.append(time.perf_counter() - began)
            writer.close()
            await asyncio.sleep(0.002)
        return {"seconds": found}

    async def _run(self, loop: Open | Closed, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            if isinstance(loop, Open):
                loop.tick()
                await asyncio.sleep(0.001)
            else:
                await asyncio.sleep(min(0.05, max(0.0, until - time.perf_counter())))

    async def _drain(self, people: People, patience: float = 60.0) -> int:
        """Waits until everybody has their answer and the bot makes no more calls. How many wait in vain."""
        until = time.perf_counter() + patience
        while time.perf_counter() < until:
            waiting = sum(person.waits for person in people.everybody.values())
            if not waiting and time.perf_counter() - self._last_call > QUIET:
                return 0
            await asyncio.sleep(0.05)
        return sum(person.waits for person in people.everybody.values())


def fields(head: bytes, body: bytes) -> dict[str, Any]:
    """What a call was given, in each of the three forms that libraries use."""
    if not body:
        return {}
    kind = head.lower()
    if b"application/json" in kind:
        given: dict[str, Any] = orjson.loads(body)
        return given
    if b"multipart/" in kind:
        return {name.decode(): value.decode() for name, value in FIELD.findall(body)}
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


async def serve(port: int) -> None:
    """Until it is ended."""
    standin = StandIn()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(standin.handle), "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    gc.freeze()
    asyncio.run(serve(parser.parse_args().port))
