"""What an update of the Bot API means, for every kind, and that none of them can be an accident."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.incoming import (
    Blocked,
    Changed,
    Commanded,
    Incoming,
    InGroup,
    Nothing,
    Returned,
    Sender,
    Sent,
    Tapped,
    Wrote,
)
from bot.intake.translate import ALLOWED_UPDATES, KINDS, asked, kind_of, sender_of, translate

ANA = {"id": 101, "is_bot": False, "first_name": "Ana", "language_code": "pt-br"}
PRIVATE = {"id": 101, "type": "private"}
GROUP = {"id": -5, "type": "supergroup"}
ME = Sender(101, "pt-br", "Ana")


def message(**fields: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 9, "from": ANA, "chat": PRIVATE, **fields}}


def member(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    changed = {"chat": chat, "from": ANA, "new_chat_member": {"status": status}}
    return {"update_id": 1, "my_chat_member": changed}


CASES: list[tuple[dict[str, Any], Incoming]] = [
    (message(text="hello"), Wrote(ME, 9, "hello")),
    (message(text=""), Wrote(ME, 9, "")),
    (message(text="a\x00b \ud83d"), Wrote(ME, 9, "ab ?")),
    (message(text="/start"), Commanded(ME, 9, "start")),
    (message(text="/START@rekindle_bot  a b "), Commanded(ME, 9, "start", "a b")),
    (message(text=" /help "), Commanded(ME, 9, "help")),
    (message(text="/ help"), Wrote(ME, 9, "/ help")),
    (message(text="see /help"), Wrote(ME, 9, "see /help")),
    (message(text="/write\nmy letter"), Commanded(ME, 9, "write", "my letter")),
    (message(photo=[{"file_id": "s"}, {"file_id": "l"}], caption="c"), Sent(ME, 9, "photo", "l", "c")),
    (message(photo=[]), Sent(ME, 9, "photo")),
    (message(voice={"file_id": "v"}), Sent(ME, 9, "voice", "v")),
    (message(dice={"value": 6}), Sent(ME, 9, "other")),
    (message(text=5), Sent(ME, 9, "other")),
    *((message(**{kind: {"file_id": "f"}}), Sent(ME, 9, kind, "f")) for kind in KINDS if kind != "photo"),
    (message(**{"from": {"id": 101}}, text="x"), Wrote(Sender(101, "en"), 9, "x")),
    (message(**{"from": {**ANA, "is_bot": True}}, text="x"), Nothing()),
    (message(**{"from": None}, text="x"), Nothing()),
    (message(message_id="9", text="x"), Nothing()),
    (message(chat=GROUP, text="x"), InGroup(-5, joined=False)),
    (message(chat=GROUP, new_chat_members=[{"username": "rekindle_bot"}]), InGroup(-5, joined=True)),
    (message(chat=GROUP, new_chat_members=[{"username": "other"}]), InGroup(-5, joined=False)),
    (message(chat=GROUP, new_chat_members=[{}]), InGroup(-5, joined=False)),
    ({"edited_message": message(text="new")["message"]}, Changed(ME, 9, "new")),
    ({"edited_message": message(caption="new")["message"]}, Changed(ME, 9, "new")),
    ({"edited_message": message(photo=[])["message"]}, Nothing()),
    ({"edited_message": {**message(text="new")["message"], "chat": GROUP}}, InGroup(-5, joined=False)),
    (
        {"callback_query": {"id": "7", "from": ANA, "data": "m.0.menu", "message": {"message_id": 4, "chat": PRIVATE}}},
        Tapped(ME, 4, "m.0.menu", "7"),
    ),
    ({"callback_query": {"id": "7", "from": ANA, "data": "x"}}, Tapped(ME, 0, "x", "7")),
    ({"callback_query": {"id": "7", "from": ANA, "game_short_name": "x"}}, Tapped(ME, 0, "", "7")),
    ({"callback_query": {"id": "7", "from": ANA, "data": "x", "message": {"message_id": 4, "chat": GROUP}}}, Nothing()),
    (member("kicked"), Blocked(ME)),
    (member("left"), Blocked(ME)),
    (member("member"), Returned(ME)),
    (member("member", GROUP), InGroup(-5, joined=True)),
    (member("administrator", GROUP), InGroup(-5, joined=True)),
    (member("left", GROUP), InGroup(-5, joined=False)),
    ({"update_id": 1}, Nothing()),
    ({"update_id": 1, "poll": {}}, Nothing()),
    ({"channel_post": message(text="x")["message"]}, Nothing()),
]


@pytest.mark.parametrize(("update", "meant"), CASES)
def test_each_kind_of_update_means_one_thing(update: dict[str, Any], meant: Incoming) -> None:
    assert translate(update, bot_username="rekindle_bot") == meant


def test_a_group_without_our_own_name_known_is_not_joined_by_the_nameless() -> None:
    update = message(chat=GROUP, new_chat_members=[{}, {"username": ""}])
    assert translate(update) == InGroup(-5, joined=False)


FIELDS = ("from", "chat", "id", "type", "message_id", "text", "caption", "data", "is_bot", "new_chat_member")
MORE = ("new_chat_members", "status", "username", "file_id", "language_code", "update_id")
NAMES = st.sampled_from([*ALLOWED_UPDATES, *KINDS, *FIELDS, *MORE])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["private", "group", "member", "kicked", "/start x", "\ud800", "\u00b2"]),
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=20
)


@settings(max_examples=800)
@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_nothing_of_json_raises(update: dict[str, Any]) -> None:
    incoming = translate(update, bot_username="rekindle_bot")
    assert kind_of(update) in {*ALLOWED_UPDATES, "other"}
    assert abs(sender_of(update)) < 2**63
    if isinstance(incoming, Wrote | Changed):
        incoming.text.encode()
    assert len(asked([update])) <= 1


def test_what_was_asked_is_known_without_the_database() -> None:
    updates = [message(text="help"), message(text="/help"), message(voice={})]
    assert asked(updates) == [(101, 9, "pt-br", "help"), (101, 9, "pt-br", "/help")]
