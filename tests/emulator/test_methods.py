"""What calls return when all is well, and how leniently they are read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.acts import snapshot
from emulator.methods import TABLE
from emulator.model import Bot, User
from emulator.params import Params, Upload
from emulator.recorder import SPEC
from emulator.world import World

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03"


@pytest.fixture
def chat(world: World, ana: User) -> int:
    world.act("start", user=ana.id)
    return ana.id


def test_a_text_comes_back_as_telegram_keeps_it(done: Callable[..., Any], chat: int) -> None:
    entities = [{"type": "spoiler", "offset": 4, "length": 2}]
    sent = done("sendMessage", chat_id=chat, text="  a \U0001f60a b\u2028 ", entities=json.dumps(entities))
    assert sent["text"] == "a \U0001f60a b"
    assert sent["entities"] == [{"type": "spoiler", "offset": 2, "length": 2}]
    assert sent["date"] == 1_790_000_000
    assert sent["chat"] == {"id": chat, "type": "private", "first_name": "Ana"}


def test_message_ids_come_from_one_counter_for_all_chats(world: World, done: Any, chat: int, ben: User) -> None:
    world.act("start", user=ben.id)
    sent = [done("sendMessage", chat_id=each, text="x")["message_id"] for each in (chat, ben.id) * 5]
    assert sent == sorted(set(sent))
    assert sent[0] > 1


def test_an_edit_without_keyboard_takes_the_keyboard_away(done: Callable[..., Any], chat: int) -> None:
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    sent = done("sendMessage", chat_id=chat, text="x", reply_markup=keys)
    assert "reply_markup" in sent
    edited = done("editMessageText", chat_id=chat, message_id=sent["message_id"], text="y")
    assert "reply_markup" not in edited
    assert edited["edit_date"] >= sent["date"]
    again = done("editMessageReplyMarkup", chat_id=chat, message_id=sent["message_id"], reply_markup=keys)
    assert again["reply_markup"] == keys


def test_url_beats_callback_data_in_silence_but_the_checker_tells(world: World, done: Any, chat: int) -> None:
    keys = {"inline_keyboard": [[{"text": "A", "callback_data": "a", "url": "https://example.org"}]]}
    sent = done("sendMessage", chat_id=chat, text="x", reply_markup=keys)
    assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "A", "url": "https://example.org"}]]}
    assert world.recorder.findings()["errors"] == 1


def test_uploads_are_kept_and_can_be_fetched_and_sent_again(world: World, token: str, bot: Bot, chat: int) -> None:
    def send(method: str, kind: str, upload: Upload) -> dict[str, Any]:
        params = {"chat_id": chat, kind: "attach://part", "caption": "See /help"}
        body = world.call(token, method, params, {"part": upload})
        assert body["ok"], body
        result: dict[str, Any] = body["result"]
        return result

    photo = send("sendPhoto", "photo", Upload("a.png", "image/png", PNG))["photo"][-1]
    assert (photo["width"], photo["height"]) == (2, 3)
    document = send("sendDocument", "document", Upload("a.pdf", "application/pdf", b"%PDF"))["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("a.pdf", "application/pdf", 4)
    voice = send("sendVoice", "voice", Upload("a.ogg", "audio/ogg", b"OggS"))["voice"]
    path = world.call(token, "getFile", {"file_id": voice["file_id"]})["result"]["file_path"]
    assert path.startswith("voice/")
    again = world.call(token, "sendVoice", {"chat_id": chat, "voice": voice["file_id"]})["result"]
    assert again["voice"]["file_id"] == voice["file_id"]
    assert world.recorder.findings()["errors"] == 0


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (Upload("a.png", "image/png", b""), "file must be non-empty"),
        (Upload("a.png", "image/png", b"no picture"), "IMAGE_PROCESS_FAILED"),
        (Upload("a.png", "image/png", PNG + b"\0" * 10 * 1024 * 1024), "Request Entity Too Large"),
    ],
    ids=["empty", "no picture", "too large"],
)
def test_bad_uploads_are_refused(world: World, token: str, chat: int, upload: Upload, words: str) -> None:
    body = world.call(token, "sendPhoto", {"chat_id": chat}, {"photo": upload})
    assert words in body["description"]


def test_commands_are_kept_by_scope_and_language(world: World, done: Any, chat: int, bot: Bot) -> None:
    def shown() -> list[str]:
        return [c["command"] for c in _bot_of(world, chat)["commands"]]

    done("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    assert shown() == ["help"]
    done("setMyCommands", commands=[{"command": "en", "description": "English"}], language_code="en")
    assert shown() == ["en"]
    scope = {"type": "chat", "chat_id": chat}
    done("setMyCommands", commands=[{"command": "own", "description": "Own"}], scope=json.dumps(scope))
    assert shown() == ["own"]
    assert [c["command"] for c in done("getMyCommands")] == ["help"]
    done("deleteMyCommands", scope=scope)
    assert shown() == ["en"]


def _bot_of(world: World, user: int) -> dict[str, Any]:
    bot: dict[str, Any] = snapshot(world, {"user": user})["bot"]
    return bot


def test_descriptions_and_menu_buttons_are_shown_in_the_users_language(world: World, done: Any, chat: int) -> None:
    done("setMyDescription", description="All")
    done("setMyDescription", description="English", language_code="en")
    done("setMyShortDescription", short_description="Short")
    done("setChatMenuButton", menu_button={"type": "commands"})
    seen = _bot_of(world, chat)
    assert (seen["description"], seen["short_description"]) == ("English", "Short")
    assert done("getMyDescription", language_code="de") == {"description": "All"}
    assert done("getMyShortDescription") == {"short_description": "Short"}


def test_a_bots_reaction_shows_and_goes(world: World, done: Any, chat: int) -> None:
    message_id = world.act("transcript", user=chat)["messages"][0]["id"]

    def shown() -> list[Any]:
        reactions: list[Any] = world.act("transcript", user=chat)["messages"][0]["reactions"]
        return reactions

    done("setMessageReaction", chat_id=chat, message_id=message_id, reaction=[{"type": "emoji", "emoji": "\U0001f44d"}])
    assert shown() == [{"emoji": "\U0001f44d", "from": "bot"}]
    done("setMessageReaction", chat_id=chat, message_id=message_id)
    assert shown() == []


def test_many_messages_are_deleted_at_once_and_missing_ones_skipped(world: World, done: Any, chat: int) -> None:
    sent = [done("sendMessage", chat_id=chat, text="x")["message_id"] for _ in range(3)]
    assert done("deleteMessages", chat_id=chat, message_ids=[*sent[:2], 1]) is True
    assert [m["id"] for m in world.act("transcript", user=chat)["messages"]][1:] == sent[2:]


def test_webhook_info_tells_the_state(world: World, done: Any, chat: int) -> None:
    params = {"max_connections": 500, "allowed_updates": ["message"], "drop_pending_updates": True}
    done("setWebhook", url="https://example.org/x", **params)
    info = done("getWebhookInfo")
    assert (info["url"], info["max_connections"], info["pending_update_count"]) == ("https://example.org/x", 100, 0)
    assert info["allowed_updates"] == ["message"]
    done("deleteWebhook")
    assert done("getWebhookInfo")["url"] == ""


def test_exactly_the_methods_the_bot_may_use_are_emulated() -> None:
    expected = """getMe getUpdates setWebhook deleteWebhook getWebhookInfo sendMessage sendPhoto sendVoice sendDocument
        sendChatAction editMessageText editMessageReplyMarkup deleteMessage deleteMessages answerCallbackQuery
        setMessageReaction getFile getChat leaveChat setMyCommands getMyCommands deleteMyCommands setMyDescription
        getMyDescription setMyShortDescription getMyShortDescription setChatMenuButton
        pinChatMessage unpinChatMessage unpinAllChatMessages"""
    assert {entry.name for entry in TABLE.values()} == set(expected.split())
    assert {entry.name for entry in TABLE.values()} <= set(SPEC["methods"])


def test_method_names_are_read_in_any_case(done: Callable[..., Any]) -> None:
    assert done("GETME")["username"] == "rekindle_bot"


@pytest.mark.parametrize(
    ("value", "flag"),
    [("true", True), ("Yes", True), ("1", True), (True, True), ("on", False), ("", False), (0, False)],
)
def test_flags_are_read_leniently(value: Any, *, flag: bool) -> None:
    assert Params({"x": value}).flag("x") is flag


@pytest.mark.parametrize(("value", "number"), [("12", 12), ("12abc", 12), ("-3", -3), ("abc", 7), (5, 5), (None, 7)])
def test_leading_digits_make_a_number(value: Any, number: int) -> None:
    assert Params({"x": value}).integer("x", 7) == number


def test_unknown_parameters_are_reported_and_ignored(world: World, done: Any, chat: int) -> None:
    done("sendMessage", chat_id=chat, text="x", colour="red")
    findings = world.recorder.findings()
    assert findings["errors"] == 1
    assert "colour" in findings["findings"][0]["message"]


def test_strictness_refuses_what_the_specification_does_not_know(world: World, call: Any, chat: int) -> None:
    world.strict = True
    answer = call("sendMessage", chat_id=chat, text="x", colour="red")
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    assert "colour" in answer["description"]
    assert world.recorder.findings()["refused"] == 1
    assert len(world.act("transcript", user=chat)["messages"]) == 1


def test_pinned_messages_stand_in_order_until_they_are_unpinned_or_gone(
    world: World, done: Callable[..., Any], call: Callable[..., Any], chat: int
) -> None:
    ids = [done("sendMessage", chat_id=chat, text=text)["message_id"] for text in ("one", "two", "three")]
    for message_id in (ids[0], ids[1], ids[0]):
        assert done("pinChatMessage", chat_id=chat, message_id=message_id) is True
    assert snapshot(world, {"user": str(chat)})["pinned"] == [ids[1], ids[0]]
    done("unpinChatMessage", chat_id=chat)
    assert snapshot(world, {"user": str(chat)})["pinned"] == [ids[1]]
    done("deleteMessage", chat_id=chat, message_id=ids[1])
    assert snapshot(world, {"user": str(chat)})["pinned"] == []
    done("unpinAllChatMessages", chat_id=chat)
    assert call("pinChatMessage", chat_id=chat, message_id=7)["description"] == "Bad Request: message to pin not found"
    nothing = call("unpinChatMessage", chat_id=chat)
    assert nothing["description"] == "Bad Request: message to unpin not found"
