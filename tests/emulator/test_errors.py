"""The error table: status, exact text, parameters."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.model import Bot, User
from emulator.world import World

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


REFUSED_SENDS = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "\u200b"}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "\U0001f60a" * 8193}, "text is too long"),
    ({"text": "x", "parse_mode": "shouting"}, "unsupported parse_mode"),
    ({"text": "x", "reply_markup": inline(text="A", callback_data="\u00e4" * 33)}, "BUTTON_DATA_INVALID"),
    (
        {"text": "x", "reply_markup": inline(text="A")},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "x", "reply_markup": inline(callback_data="a")},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    ({"text": "x", "reply_markup": "{no json"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
    (
        {"text": "x", "reply_markup": inline(text="A", url="nowhere")},
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
    ({"text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
    (
        {"text": "abc", "entities": [{"type": "bold", "offset": 1, "length": 3}]},
        "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 3",
    ),
]


@pytest.mark.parametrize(
    ("params", "text"), REFUSED_SENDS, ids=[f"{i} {text[:40]}" for i, (_, text) in enumerate(REFUSED_SENDS)]
)
def test_a_send_that_telegram_refuses_is_refused_in_its_words(
    world: World, call: Callable[..., Any], ana: User, params: dict[str, Any], text: str
) -> None:
    world.act("start", user=ana.id)
    answer = call("sendMessage", chat_id=ana.id, **params)
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {text}"}


def test_a_send_without_chat_says_so(call: Callable[..., Any]) -> None:
    assert call("sendMessage", text="x")["description"] == "Bad Request: chat_id is empty"


@pytest.mark.parametrize("chat_id", ["77", "@nobody", "abc"])
def test_an_unknown_chat_is_not_found(call: Callable[..., Any], chat_id: str) -> None:
    answer = call("sendMessage", chat_id=chat_id, text="x")
    assert (answer["error_code"], answer["description"]) == (400, "Bad Request: chat not found")


def test_a_user_the_bot_never_met_is_not_found(call: Callable[..., Any], ana: User) -> None:
    assert call("sendMessage", chat_id=ana.id, text="x")["description"] == "Bad Request: chat not found"


def test_a_user_known_from_a_group_cannot_be_written_to_first(
    world: World, call: Callable[..., Any], ana: User
) -> None:
    world.act("group", user=ana.id, title="Us")
    answer = call("sendMessage", chat_id=ana.id, text="x")
    assert answer["error_code"] == 403
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"


def test_a_blocked_bot_is_told_so(world: World, call: Callable[..., Any], ana: User) -> None:
    world.act("start", user=ana.id)
    world.act("block", user=ana.id)
    answer = call("sendMessage", chat_id=ana.id, text="x")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    world.act("unblock", user=ana.id)
    assert call("sendMessage", chat_id=ana.id, text="x")["ok"]


def test_a_deleted_account_is_deactivated(world: World, call: Callable[..., Any], ana: User) -> None:
    world.act("start", user=ana.id)
    world.act("deactivate", user=ana.id)
    answer = call("sendMessage", chat_id=ana.id, text="x")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: user is deactivated")


def test_a_bot_cannot_write_to_a_bot(world: World, call: Callable[..., Any]) -> None:
    answer = call("sendMessage", chat_id=4242, text="x")
    assert answer["description"] == "Forbidden: the bot can't send messages to the bot"


def test_an_edit_that_changes_nothing_is_refused(
    world: World, call: Callable[..., Any], done: Callable[..., Any], ana: User
) -> None:
    world.act("start", user=ana.id)
    sent = done("sendMessage", chat_id=ana.id, text="Hello", reply_markup=KEYBOARD)
    same = {"chat_id": ana.id, "message_id": sent["message_id"], "reply_markup": json.dumps(KEYBOARD)}
    assert call("editMessageText", text=" Hello ", **same)["description"] == NOT_MODIFIED
    assert call("editMessageReplyMarkup", **same)["description"] == NOT_MODIFIED
    assert call("editMessageText", text="Hello!", **same)["ok"]


@pytest.mark.parametrize(
    ("method", "extra", "text"),
    [
        ("editMessageText", {"text": "x"}, "message to edit not found"),
        ("editMessageReplyMarkup", {}, "message to edit not found"),
        ("deleteMessage", {}, "message to delete not found"),
        ("setMessageReaction", {}, "message to react not found"),
    ],
)
def test_a_missing_message_is_named_by_what_was_wanted(
    world: World, call: Callable[..., Any], ana: User, method: str, extra: dict[str, Any], text: str
) -> None:
    world.act("start", user=ana.id)
    answer = call(method, chat_id=ana.id, message_id=1, **extra)
    assert answer["description"] == f"Bad Request: {text}"


def test_neither_a_persons_message_nor_one_with_a_reply_keyboard_can_be_edited(
    world: World, call: Callable[..., Any], done: Callable[..., Any], ana: User
) -> None:
    theirs = world.act("start", user=ana.id)["message_id"]
    forced = done("sendMessage", chat_id=ana.id, text="?", reply_markup={"force_reply": True})["message_id"]
    for message_id in (theirs, forced):
        answer = call("editMessageText", chat_id=ana.id, message_id=message_id, text="x")
        assert answer["description"] == "Bad Request: message can't be edited"


def test_after_48_hours_nothing_can_be_deleted(
    world: World, call: Callable[..., Any], done: Callable[..., Any], ana: User
) -> None:
    world.act("start", user=ana.id)
    old, older = (done("sendMessage", chat_id=ana.id, text="x")["message_id"] for _ in range(2))
    world.clock.advance(2 * 86_400)
    assert call("deleteMessage", chat_id=ana.id, message_id=old)["ok"]
    world.clock.advance(1)
    for method, params in (("deleteMessage", {"message_id": older}), ("deleteMessages", {"message_ids": [older]})):
        answer = call(method, chat_id=ana.id, **params)
        assert answer["description"] == "Bad Request: message can't be deleted for everyone"


@pytest.mark.parametrize("query_id", ["", "12345"])
def test_an_unknown_tap_cannot_be_answered(call: Callable[..., Any], query_id: str) -> None:
    assert call("answerCallbackQuery", callback_query_id=query_id)["description"] == TOO_OLD


def test_a_tap_is_answered_once_and_soon(
    world: World, call: Callable[..., Any], done: Callable[..., Any], ana: User
) -> None:
    world.act("start", user=ana.id)
    shown = done("sendMessage", chat_id=ana.id, text="?", reply_markup=KEYBOARD)["message_id"]
    first, second = (world.act("tap", user=ana.id, message_id=shown, data="y")["query_id"] for _ in range(2))
    assert call("answerCallbackQuery", callback_query_id=first, text="x" * 201)["description"].endswith("TOO_LONG")
    assert done("answerCallbackQuery", callback_query_id=first) is True
    assert call("answerCallbackQuery", callback_query_id=first)["description"] == TOO_OLD
    world.clock.advance(world.answer_window + 1)
    assert call("answerCallbackQuery", callback_query_id=second)["description"] == TOO_OLD


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
        ("sendPhoto", {"photo": "nothing"}, "wrong file identifier/HTTP URL specified"),
        ("sendVoice", {}, "there is no voice in the request"),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("deleteMessages", {}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
        ("setWebhook", {"url": "ftp://x"}, "invalid webhook URL specified"),
        ("setWebhook", {"url": "https://"}, "invalid webhook URL specified"),
        ("setWebhook", {"url": "https://x:port/y"}, "invalid webhook URL specified"),
        ("setWebhook", {"url": "https://x", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ("setWebhook", {"url": "https://x", "secret_token": "a" * 257}, "secret token is too long"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
    ],
)
def test_other_refusals_have_their_own_words(
    world: World, call: Callable[..., Any], ana: User, method: str, params: dict[str, Any], text: str
) -> None:
    world.act("start", user=ana.id)
    assert call(method, chat_id=ana.id, **params)["description"] == f"Bad Request: {text}"


def test_captions_have_1024_characters(world: World, done: Callable[..., Any], call: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    world.act("photo", user=ana.id)
    photo = done("getUpdates")[-1]["message"]["photo"][0]["file_id"]
    assert done("sendPhoto", chat_id=ana.id, photo=photo, caption="c" * 1024)["caption"] == "c" * 1024
    refused = call("sendPhoto", chat_id=ana.id, photo=photo, caption="c" * 1025)
    assert refused["description"] == "Bad Request: message caption is too long"
    assert "can't use file of type Photo as VoiceNote" in call("sendVoice", chat_id=ana.id, voice=photo)["description"]


def test_a_reaction_outside_the_list_is_refused(world: World, call: Callable[..., Any], ana: User) -> None:
    message_id = world.act("start", user=ana.id)["message_id"]
    wanted = [{"type": "emoji", "emoji": "\U0001f9e1"}]
    answer = call("setMessageReaction", chat_id=ana.id, message_id=message_id, reaction=wanted)
    assert answer["description"] == "Bad Request: REACTION_INVALID"


def test_voice_notes_can_be_forbidden(world: World, call: Callable[..., Any], done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    world.act("voice", user=ana.id)
    voice = done("getUpdates")[-1]["message"]["voice"]["file_id"]
    world.act("privacy", user=ana.id, voice=False)
    answer = call("sendVoice", chat_id=ana.id, voice=voice)
    assert answer["description"] == "Bad Request: VOICE_MESSAGES_FORBIDDEN"


def test_a_file_over_20_megabytes_is_too_big(world: World, call: Callable[..., Any], done: Any, ana: User) -> None:
    world.act("start", user=ana.id)
    world.act("document", user=ana.id, size=20 * 1024 * 1024 + 1)
    file_id = done("getUpdates")[-1]["message"]["document"]["file_id"]
    assert call("getFile", file_id=file_id)["description"] == "Bad Request: file is too big"


@pytest.mark.parametrize(
    ("wrong", "text"),
    [("nonsense", "Unauthorized: invalid token specified"), ("4242:other", "Unauthorized"), ("1:a", "Unauthorized")],
)
def test_a_wrong_token_is_unauthorised(world: World, wrong: str, text: str) -> None:
    answer = world.call(wrong, "getMe")
    assert (answer["error_code"], answer["description"]) == (401, text)


def test_a_revoked_token_is_unauthorised(world: World, call: Callable[..., Any], bot: Bot) -> None:
    world.act("revoke", bot="rekindle_bot")
    assert call("getMe")["description"] == "Unauthorized"


@pytest.mark.parametrize("method", ["sendMesage", "sendDice", ""])
def test_a_method_that_is_not_there_is_not_found(call: Callable[..., Any], method: str) -> None:
    answer = call(method)
    assert (answer["error_code"], answer["description"]) == (404, "Not Found: method not found")


def test_polling_while_a_webhook_is_set_is_a_conflict(call: Callable[..., Any]) -> None:
    assert call("setWebhook", url="http://127.0.0.1:9/x")["description"] == "Webhook was set"
    answer = call("getUpdates")
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert call("deleteWebhook")["description"] == "Webhook was deleted"
    assert call("getUpdates")["ok"]


def test_parse_mode_is_refused_and_kept_as_a_finding(
    world: World, call: Callable[..., Any], ana: User, caplog: pytest.LogCaptureFixture
) -> None:
    world.act("start", user=ana.id)
    answer = call("sendMessage", chat_id=ana.id, text="<b>x</b>", parse_mode="HTML")
    assert answer["error_code"] == 400
    assert "parse_mode" in caplog.text
    assert any("parse_mode" in finding["message"] for finding in world.recorder.findings()["findings"])
