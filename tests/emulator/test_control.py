"""The control interface and the event stream over HTTP."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from emulator.model import User
from emulator.spec import check_requests
from emulator.world import World

pytestmark = pytest.mark.asyncio


async def post(http: aiohttp.ClientSession, name: str, **body: Any) -> tuple[int, Any]:
    async with http.post(f"/control/{name}", json=body) as answer:
        return answer.status, await answer.json()


async def get(http: aiohttp.ClientSession, name: str) -> Any:
    async with http.get(f"/control/{name}") as answer:
        assert answer.status == 200
        return await answer.json()


class Events:
    """One phone's stream, event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[str, Any]:
        async with asyncio.timeout(60):
            name = (await self._response.content.readline()).decode().removeprefix("event: ").strip()
            data = (await self._response.content.readline()).decode().removeprefix("data: ")
            await self._response.content.readline()
        return name, json.loads(data)


async def test_it_says_when_it_is_ready(http: aiohttp.ClientSession) -> None:
    assert await get(http, "ready") == {"ready": True, "bots": ["rekindle_bot"], "author": False}


async def test_a_person_is_made_speaks_and_is_seen(http: aiohttp.ClientSession) -> None:
    _, made = await post(http, "users", first_name="Cleo", language_code="fr")
    assert made["id"] > 2**31
    assert (await get(http, "users"))["users"][-1] == made
    await post(http, "start", user=made["id"])
    status, said = await post(http, "say", user=made["id"], text="salut")
    assert status == 200
    seen = await get(http, f"transcript/{made['id']}")
    assert seen["messages"][-1]["id"] == said["message_id"]
    assert (seen["started"], seen["blocked"], seen["typing"]) == (True, False, False)


async def test_nonsense_gets_400_and_a_sentence(http: aiohttp.ClientSession, ana: User) -> None:
    status, answer = await post(http, "say", user=ana.id, text="too early")
    assert (status, answer) == (400, {"error": "Ana has not pressed START"})
    for body in ("[]", "{"):
        async with http.post("/control/say", data=body) as refused:
            assert refused.status == 400
            assert "error" in await refused.json()
    async with http.get("/control/nothing") as missing:
        assert missing.status == 404


async def test_taps_can_be_followed_until_they_are_answered(http: aiohttp.ClientSession, ana: User, done: Any) -> None:
    await post(http, "start", user=ana.id)
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    shown = done("sendMessage", chat_id=ana.id, text="?", reply_markup=keys)["message_id"]
    _, tapped = await post(http, "tap", user=ana.id, message_id=shown, text="Yes")
    path = f"query/{tapped['query_id']}"
    assert await get(http, path) == {"answered": False, "text": None, "show_alert": False}
    done("answerCallbackQuery", callback_query_id=tapped["query_id"], text="ok")
    assert (await get(http, path))["text"] == "ok"


async def test_the_record_is_what_the_checker_reads(http: aiohttp.ClientSession, ana: User, call: Any) -> None:
    await post(http, "start", user=ana.id)
    call("sendMessage", chat_id=ana.id, text="x")
    call("sendMessage", chat_id=1, text="x")
    async with http.get("/control/calls") as answer:
        lines = (await answer.text()).splitlines()
    checker, calls = check_requests.check_lines(lines, check_requests.load_spec())
    assert (calls, checker.found) == (2, [])
    numbered = [json.loads(line)["n"] for line in lines]
    async with http.get(f"/control/calls?since={numbered[0]}") as answer:
        assert (await answer.text()).splitlines() == lines[1:]
    assert (await get(http, "findings"))["errors"] == 0


async def test_the_clock_moves_over_http(http: aiohttp.ClientSession) -> None:
    _, moved = await post(http, "clock", advance="1d")
    assert moved["offset"] == 86_400
    _, moved = await post(http, "clock", to="09:00", zone="Europe/Berlin")
    assert await get(http, "clock") == moved
    assert moved["offset"] > 86_400


async def test_faults_are_ordered_listed_and_cleared_over_http(http: aiohttp.ClientSession, call: Any) -> None:
    await post(http, "faults", kind="500", method="getMe")
    assert call("getMe")["error_code"] == 500
    listed = (await get(http, "faults"))["faults"]
    assert [(f["kind"], len(f["hits"])) for f in listed] == [("500", 1)]
    async with http.delete("/control/faults") as answer:
        assert answer.status == 200
    assert (await get(http, "faults"))["faults"] == []


async def test_the_state_names_bots_queues_and_counts(http: aiohttp.ClientSession, ana: User, done: Any) -> None:
    done("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await post(http, "start", user=ana.id)
    state = await get(http, "state")
    (bot,) = state["bots"]
    assert (bot["username"], bot["pending_updates"], bot["messages"]) == ("rekindle_bot", 1, 1)
    assert bot["commands"] == [{"command": "help", "description": "Help"}]
    assert (state["calls"], state["errors"]) == (2, 0)


async def test_a_phone_hears_everything_as_it_happens(
    world: World, http: aiohttp.ClientSession, ana: User, ben: User, done: Any
) -> None:
    async with http.get(f"/control/events?user={ana.id}") as response:
        events = Events(response)
        name, snapshot = await events.next()
        assert (name, snapshot["started"], snapshot["messages"]) == ("snapshot", False, [])
        assert [u["first_name"] for u in snapshot["users"]] == ["Ana", "Ben"]
        assert snapshot["bot"]["username"] == "rekindle_bot"
        await post(http, "start", user=ben.id)
        started = (await post(http, "start", user=ana.id))[1]["message_id"]
        assert (await events.next())[1]["id"] == started
        done("getUpdates")
        assert await events.next() == ("fetched", {"ids": [started]})
        done("sendChatAction", chat_id=ana.id, action="typing")
        assert await events.next() == ("typing", {"typing": True, "seconds": 5})
        keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
        shown = done("sendMessage", chat_id=ana.id, text="?", reply_markup=keys)["message_id"]
        assert [(await events.next())[0] for _ in range(2)] == ["typing", "message"]
        query_id = world.act("tap", user=ana.id, message_id=shown, data="y")["query_id"]
        done("answerCallbackQuery", callback_query_id=query_id, text="ok")
        assert await events.next() == ("answered", {"query_id": query_id})
        assert await events.next() == ("toast", {"query_id": query_id, "text": "ok", "alert": False})
        done("editMessageText", chat_id=ana.id, message_id=shown, text="!")
        assert (await events.next())[1]["text"] == "!"
        done("deleteMessage", chat_id=ana.id, message_id=shown)
        assert await events.next() == ("delete", {"ids": [shown]})
        done("setMyCommands", commands=[{"command": "help", "description": "Help"}])
        name, change = await events.next()
        assert (name, [c["command"] for c in change["commands"]]) == ("commands", ["help"])
        world.act("block", user=ana.id)
        assert await events.next() == ("blocked", {"blocked": True})
        world.act("clock", advance="1h")
        assert (await events.next())[0] == "clock"
        world.act("reset")
        assert await events.next() == ("reset", {})
    async with asyncio.timeout(60):
        while world.listeners:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_media_can_be_seen_by_the_page(http: aiohttp.ClientSession, ana: User) -> None:
    await post(http, "start", user=ana.id)
    for kind, mime in (("photo", "image/png"), ("voice", "audio/wav"), ("document", "text/plain")):
        await post(http, kind, user=ana.id)
        view = (await get(http, f"transcript/{ana.id}"))["messages"][-1]
        async with http.get(view["media_url"]) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith(mime)
            assert await answer.read()


async def test_the_page_is_served_and_nothing_beside_it(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        assert answer.status == 200
        assert "text/html" in answer.headers["Content-Type"]
    async with http.get("/static/app.js") as answer:
        assert "javascript" in answer.headers["Content-Type"]
    async with http.get("/static/%2e%2e/server.py") as answer:
        assert answer.status == 404
