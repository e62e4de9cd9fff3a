"""What people do, what their phones show, and what the bot is told about it."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.model import Bot, User
from emulator.people import Impossible
from emulator.world import World

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "example.org"}]]}


def news(done: Callable[..., Any], bot: Bot) -> dict[str, Any]:
    """The one new update, confirmed."""
    updates = done("getUpdates")
    assert len(updates) == 1
    bot.queue.confirm(bot.queue.tail)
    return {k: v for k, v in updates[0].items() if k != "update_id"}


def test_nobody_can_write_before_start(world: World, ana: User) -> None:
    with pytest.raises(Impossible, match="START"):
        world.act("say", user=ana.id, text="hello")


def test_a_deep_link_arrives_as_a_command_with_its_payload(world: World, done: Any, bot: Bot, ana: User) -> None:
    world.act("start", user="Ana", payload="abc_-1")
    message = news(done, bot)["message"]
    assert message["text"] == "/start abc_-1"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"]["id"] == ana.id > 2**31
    assert world.act("transcript", user=ana.id)["started"]


@pytest.mark.parametrize("payload", ["a b", "x" * 65, "\u00e4"])
def test_a_payload_outside_the_alphabet_is_refused(world: World, ana: User, payload: str) -> None:
    with pytest.raises(Impossible, match="payload"):
        world.act("start", user=ana.id, payload=payload)


def test_blocking_and_coming_back_are_told_to_the_bot(world: World, done: Any, bot: Bot, ana: User) -> None:
    world.act("start", user=ana.id)
    news(done, bot)
    world.act("block", user=ana.id)
    change = news(done, bot)["my_chat_member"]
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("member", "kicked")
    with pytest.raises(Impossible, match="blocked"):
        world.act("say", user=ana.id, text="hello")
    world.act("start", user=ana.id)
    kinds = [next(k for k in update if k != "update_id") for update in done("getUpdates")]
    assert kinds == ["my_chat_member", "message"]


def test_a_tap_brings_the_message_and_the_data(world: World, done: Any, bot: Bot, ana: User) -> None:
    world.act("start", user=ana.id)
    news(done, bot)
    shown = done("sendMessage", chat_id=ana.id, text="?", reply_markup=KEYS)
    for choice in ({"data": "y"}, {"text": "Yes"}, {"row": 0, "col": 0}):
        query_id = world.act("tap", user=ana.id, message_id=shown["message_id"], **choice)["query_id"]
        query = news(done, bot)["callback_query"]
        assert (query["id"], query["data"], query["message"]) == (query_id, "y", shown)
    done("answerCallbackQuery", callback_query_id=query_id, text="Noted", show_alert="true")
    assert world.act("query", query_id=query_id) == {"answered": True, "text": "Noted", "show_alert": True}


@pytest.mark.parametrize("choice", [{"data": "n"}, {"text": "No"}, {"row": 3}, {"row": 0, "col": 1}, {"text": "Site"}])
def test_only_buttons_that_are_shown_can_be_tapped(world: World, done: Any, ana: User, choice: dict[str, Any]) -> None:
    world.act("start", user=ana.id)
    shown = done("sendMessage", chat_id=ana.id, text="?", reply_markup=KEYS)["message_id"]
    with pytest.raises(Impossible):
        world.act("tap", user=ana.id, message_id=shown, **choice)


def test_a_tap_under_way_can_carry_old_data_or_lose_its_message(world: World, done: Any, bot: Bot, ana: User) -> None:
    world.act("start", user=ana.id)
    news(done, bot)
    shown = done("sendMessage", chat_id=ana.id, text="?")["message_id"]
    world.act("tap", user=ana.id, message_id=shown, data="old", force=True)
    assert news(done, bot)["callback_query"]["data"] == "old"
    world.act("tap", user=ana.id, message_id=shown, data="old", inaccessible=True)
    assert news(done, bot)["callback_query"]["message"]["date"] == 0


def test_an_edit_reaches_the_bot_with_the_new_words(world: World, done: Any, bot: Bot, ana: User) -> None:
    world.act("start", user=ana.id)
    said = world.act("say", user=ana.id, text="helo")["message_id"]
    bot.queue.clear()
    world.clock.advance(5)
    world.act("edit", user=ana.id, message_id=said, text="hello")
    edited = news(done, bot)["edited_message"]
    assert (edited["message_id"], edited["text"]) == (said, "hello")
    assert edited["edit_date"] == edited["date"] + 5


@pytest.mark.parametrize("kind", ["voice", "photo", "document", "sticker", "contact"])
def test_every_kind_of_message_reaches_the_bot_and_shows(
    world: World, done: Any, bot: Bot, ana: User, kind: str
) -> None:
    world.act("start", user=ana.id)
    news(done, bot)
    world.act(kind, user=ana.id)
    assert kind in news(done, bot)["message"]
    assert world.act("transcript", user=ana.id)["messages"][-1]["kind"] == kind
    assert world.recorder.findings()["errors"] == 0


def test_a_reaction_comes_only_to_who_asked_for_it(world: World, done: Any, bot: Bot, ana: User) -> None:
    message_id = world.act("start", user=ana.id)["message_id"]
    news(done, bot)
    world.act("react", user=ana.id, message_id=message_id, emoji="\u2764")
    assert done("getUpdates", allowed_updates=["message", "message_reaction"]) == []
    world.act("react", user=ana.id, message_id=message_id, emoji="")
    change = news(done, bot)["message_reaction"]
    assert change["old_reaction"] == [{"type": "emoji", "emoji": "\u2764"}]
    assert change["new_reaction"] == []


def test_deleting_tells_nobody(world: World, done: Any, bot: Bot, ana: User) -> None:
    message_id = world.act("start", user=ana.id)["message_id"]
    bot.queue.clear()
    world.act("delete", user=ana.id, message_ids=[message_id])
    assert done("getUpdates") == []
    assert world.act("transcript", user=ana.id)["messages"] == []


def test_a_group_can_be_left(world: World, call: Any, done: Any, bot: Bot, ana: User) -> None:
    group = world.act("group", user=ana.id, title="Family")["chat_id"]
    assert news(done, bot)["my_chat_member"]["chat"] == {"id": group, "type": "group", "title": "Family"}
    assert done("sendMessage", chat_id=group, text="Only in private")
    assert done("leaveChat", chat_id=group) is True
    assert news(done, bot)["my_chat_member"]["new_chat_member"]["status"] == "left"
    assert call("sendMessage", chat_id=group, text="x")["description"].endswith("not a member of the group chat")


def test_the_second_tick_shows_when_the_bot_has_taken_the_update(world: World, done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    heard: list[tuple[str, Any]] = []
    world.listeners.append(lambda _bot, _user, event, data: heard.append((event, data)))
    before = world.act("transcript", user=ana.id)["messages"][0]
    done("getUpdates")
    after = world.act("transcript", user=ana.id)["messages"][0]
    assert (before["fetched"], after["fetched"]) == (False, True)
    assert heard == [("fetched", {"ids": [before["id"]]})]


def test_typing_shows_for_five_seconds_or_until_a_message(world: World, done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    done("sendChatAction", chat_id=ana.id, action="typing")
    assert world.act("transcript", user=ana.id)["typing"]
    world.clock.advance(6)
    assert not world.act("transcript", user=ana.id)["typing"]
    done("sendChatAction", chat_id=ana.id, action="typing")
    done("sendMessage", chat_id=ana.id, text="x")
    assert not world.act("transcript", user=ana.id)["typing"]


def test_a_phone_shows_protection_replies_and_buttons(world: World, done: Any, ana: User) -> None:
    first = world.act("start", user=ana.id)["message_id"]
    done(
        "sendMessage",
        chat_id=ana.id,
        text="x",
        protect_content=True,
        disable_notification="1",
        reply_parameters={"message_id": first},
        reply_markup=KEYS,
    )
    view = world.act("transcript", user=ana.id)["messages"][-1]
    assert (view["protected"], view["silent"], view["reply_to"]) == (True, True, first)
    assert view["buttons"] == [[{"text": "Yes", "data": "y"}, {"text": "Site", "url": "http://example.org"}]]


def test_two_bots_do_not_share_chats(world: World, ana: User) -> None:
    world.act("bots", token="77:other", username="other_bot", name="Other")
    world.act("start", user=ana.id, bot="other_bot")
    assert world.call("77:other", "sendMessage", {"chat_id": ana.id, "text": "x"})["ok"]
    assert not world.act("transcript", user=ana.id)["started"]
    assert [m["from"] for m in world.act("transcript", user=ana.id, bot=77)["messages"]] == ["user", "bot"]


def test_reset_forgets_chats_but_not_people(world: World, done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    done("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    world.faults.add("500")
    world.clock.advance(60)
    world.act("reset")
    assert done("getUpdates") == []
    assert not world.act("transcript", user=ana.id)["started"]
    assert done("getMyCommands")
    assert world.clock.offset == 60
    world.act("reset", clock=True)
    assert world.clock.offset == 0


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("say", {"user": "Nobody", "text": "x"}),
        ("say", {"user": "Ana"}),
        ("say", {"user": "Ana", "text": "x", "bot": "no_bot"}),
        ("tap", {"user": "Ana", "message_id": "many", "data": "x"}),
        ("clock", {}),
        ("clock", {"advance": "soon"}),
        ("clock", {"to": "9", "zone": "Europe/Berlin"}),
        ("users", {}),
        ("bots", {"token": "no token", "username": "x"}),
    ],
)
def test_nonsense_is_answered_with_a_sentence(world: World, ana: User, name: str, body: dict[str, Any]) -> None:
    world.act("start", user=ana.id)
    with pytest.raises(Impossible):
        world.act(name, **body)
