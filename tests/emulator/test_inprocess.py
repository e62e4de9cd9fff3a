"""python-telegram-bot on a world without sockets."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import telegram
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

from emulator.inprocess import WorldRequest
from emulator.model import User
from emulator.world import World

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def client(world: World, token: str) -> AsyncIterator[telegram.Bot]:
    request = WorldRequest(world)
    async with telegram.Bot(token, request=request, get_updates_request=WorldRequest(world)) as bot:
        yield bot


async def test_a_bot_talks_polls_and_downloads(world: World, client: telegram.Bot, ana: User) -> None:
    world.act("start", user=ana.id)
    updates = await client.get_updates(timeout=50)
    assert [u.message.text for u in updates if u.message] == ["/start"]
    sent = await client.send_document(ana.id, b"words", filename="a.txt")
    assert sent.document is not None
    file = await client.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"words"
    assert world.recorder.findings()["errors"] == 0


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("400", BadRequest),
        ("cut_after", NetworkError),
        ("late", TimedOut),
        ("502_html", NetworkError),
        ("broken_json", TelegramError),
    ],
)
async def test_faults_raise_what_they_raise_over_sockets(
    world: World, client: telegram.Bot, ana: User, kind: str, raised: type[TelegramError]
) -> None:
    world.act("start", user=ana.id)
    world.faults.add(kind)
    with pytest.raises(TelegramError) as caught:
        await client.send_message(ana.id, "x")
    assert type(caught.value) is raised


async def test_flood_control_keeps_its_seconds(
    world: World, client: telegram.Bot, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world.act("start", user=ana.id)
    world.faults.add("429", retry_after=3)
    with pytest.raises(RetryAfter, match="0:00:03"):
        await client.send_message(ana.id, "x")


async def test_a_file_that_is_not_there_is_not_found(world: World, client: telegram.Bot, token: str) -> None:
    request = WorldRequest(world)
    for path in (f"/file/bot{token}/voice/none.oga", "/file/botwrong/x"):
        status, _ = await request.do_request(f"https://api.telegram.org{path}", "GET")
        assert status in {401, 404}
