"""The control interface as a table of plain functions: a JSON body in, a JSON object out.

HTTP and in-process tests drive the same table.
"""

from collections.abc import Callable

from emulator import people
from emulator.answers import Json, Refusal
from emulator.clock import seconds_of
from emulator.model import Bot, User
from emulator.people import Impossible
from emulator.state import State, log
from emulator.view import bot_view, chat_view, user_view

Act = Callable[[State, Json], Json]


def chosen_bot(state: State, body: Json) -> Bot:
    """The bot that `bot` names by id, token or username; the first one when absent."""
    wanted = body.get("bot")
    for bot in state.bots.values():
        if wanted is None or str(wanted) in {str(bot.id), bot.token, bot.username}:
            return bot
    raise Impossible(f"there is no bot {wanted!r}")


def chosen_user(state: State, body: Json) -> User:
    """The user that `user` names by id, username or first name."""
    wanted = str(body.get("user", ""))
    for user in state.users.values():
        if wanted in {str(user.id), user.username, user.first_name}:
            return user
    raise Impossible(f"there is no user {wanted!r}")


def _both(state: State, body: Json) -> tuple[State, Bot, User]:
    return state, chosen_bot(state, body), chosen_user(state, body)


def _message_id(body: Json) -> int:
    return int(body["message_id"])


def _start(state: State, body: Json) -> Json:
    return {"message_id": people.start(*_both(state, body), str(body.get("payload") or "")).id}


def _say(state: State, body: Json) -> Json:
    reply_to = body.get("reply_to")
    message = people.say(
        *_both(state, body),
        str(body["text"]),
        entities=body.get("entities"),
        reply_to=int(reply_to) if reply_to is not None else None,
    )
    return {"message_id": message.id}


def _tap(state: State, body: Json) -> Json:
    """With `force` any data goes through (a tap that was under way while the keyboard changed)."""
    state, bot, user = _both(state, body)
    message_id = _message_id(body)
    if body.get("inaccessible"):
        return {"query_id": people.tap_inaccessible(state, bot, user, message_id, str(body["data"])).id}
    message = people.open_chat(bot, user).messages.get(message_id)
    if message is None:
        raise Impossible(f"there is no message {message_id} in this chat")
    if body.get("force"):
        return {"query_id": people.tap(state, bot, user, message_id, str(body["data"])).id}
    place = (int(body["row"]), int(body.get("col", 0))) if "row" in body else None
    data = people.button_data(message, data=body.get("data"), text=body.get("text"), place=place)
    return {"query_id": people.tap(state, bot, user, message_id, data).id}


def _query(state: State, body: Json) -> Json:
    query = chosen_bot(state, body).queries.get(str(body["query_id"]))
    if query is None:
        raise Impossible("there is no such query")
    return {"answered": query.answered, "text": query.text, "show_alert": query.show_alert}


def _edit(state: State, body: Json) -> Json:
    return {"message_id": people.edit(*_both(state, body), _message_id(body), str(body["text"])).id}


def _voice(state: State, body: Json) -> Json:
    duration = int(body.get("duration", 3))
    sent = people.send_voice(*_both(state, body), duration, str(body.get("caption") or ""), body.get("size"))
    return {"message_id": sent.id}


def _photo(state: State, body: Json) -> Json:
    return {"message_id": people.send_photo(*_both(state, body), str(body.get("caption") or ""), body.get("size")).id}


def _document(state: State, body: Json) -> Json:
    name, caption = str(body.get("name") or "notes.txt"), str(body.get("caption") or "")
    return {"message_id": people.send_document(*_both(state, body), name, caption, body.get("size")).id}


def _sticker(state: State, body: Json) -> Json:
    return {"message_id": people.send_sticker(*_both(state, body)).id}


def _contact(state: State, body: Json) -> Json:
    return {"message_id": people.send_contact(*_both(state, body)).id}


def _react(state: State, body: Json) -> Json:
    people.react(*_both(state, body), _message_id(body), str(body.get("emoji") or ""))
    return {}


def _delete(state: State, body: Json) -> Json:
    people.delete(*_both(state, body), [int(i) for i in body["message_ids"]])
    return {}


def _block(state: State, body: Json) -> Json:
    people.block(*_both(state, body))
    return {}


def _unblock(state: State, body: Json) -> Json:
    people.unblock(*_both(state, body))
    return {}


def _deactivate(state: State, body: Json) -> Json:
    """The account is gone; `undo` brings it back for the next test."""
    chosen_user(state, body).deactivated = not body.get("undo")
    return {}


def _privacy(state: State, body: Json) -> Json:
    """`voice`: whether the user takes voice notes."""
    chosen_user(state, body).refuses_voice = not body.get("voice", True)
    return {}


def _group(state: State, body: Json) -> Json:
    return {"chat_id": people.add_to_group(*_both(state, body), str(body.get("title") or "Group")).id}


def _read(state: State, body: Json) -> Json:
    """A bot never learns that something was read; the act exists so that a phone can say it."""
    _both(state, body)
    return {}


def _users(state: State, body: Json) -> Json:
    fields = {name: str(body[name]) for name in ("last_name", "username", "language_code") if body.get(name)}
    wanted = int(body["id"]) if body.get("id") else None
    return user_view(state.add_user(str(body["first_name"]), user_id=wanted, **fields))


def _bots(state: State, body: Json) -> Json:
    bot = state.add_bot(str(body["token"]), str(body["username"]), str(body.get("name") or body["username"]))
    return bot_view(bot)


def _revoke(state: State, body: Json) -> Json:
    """The token stops to work (401), as after /revoke at BotFather; `undo` gives it back."""
    chosen_bot(state, body).revoked = not body.get("undo")
    return {}


def _clock(state: State, body: Json) -> Json:
    if "advance" in body:
        state.clock.advance(seconds_of(body["advance"]))
    elif "to" in body:
        state.clock.advance(state.clock.until_local(str(body["to"]), str(body.get("zone") or "UTC")))
    elif "at" in body:
        state.clock.advance(float(body["at"]) - state.clock.now())
    else:
        raise Impossible(
            'say {"advance": "1d"}, {"to": "09:00", "zone": "Europe/Berlin"} or {"at": seconds since 1970}'
        )
    return clock_view(state)


def clock_view(state: State) -> Json:
    """The virtual moment and its distance to real time, in seconds."""
    return {"now": state.clock.now(), "offset": state.clock.offset}


def _faults(state: State, body: Json) -> Json:
    order = {k: v for k, v in body.items() if k != "bot"}
    kind = str(order.pop("kind", ""))
    return state.faults.add(kind, **order).as_json()


def _reset(state: State, body: Json) -> Json:
    """Forget chats, queues, faults and the record; bots, users, what the bot set stay.

    `clock`: back to real time. `strangers`: the same people come back as users whom no bot has ever met.
    """
    for bot in state.bots.values():
        bot.chats.clear()
        bot.queries.clear()
        bot.queue.clear()
    for user in state.users.values():
        user.deactivated = user.refuses_voice = False
    state.faults.clear()
    state.recorder.clear()
    if body.get("strangers"):
        known = list(state.users.values())
        state.users.clear()
        for user in known:
            state.add_user(user.first_name, language_code=user.language_code)
    if body.get("clock"):
        state.clock.move_to_offset(0.0)
    state.publish(None, None, "reset", {})
    log.info("reset")
    return {}


def _transcript(state: State, body: Json) -> Json:
    return chat_view(chosen_bot(state, body), chosen_user(state, body), state.clock.now())


def snapshot(state: State, body: Json) -> Json:
    """All that a phone needs to draw itself anew."""
    bot, user = chosen_bot(state, body), chosen_user(state, body)
    return {
        **chat_view(bot, user, state.clock.now()),
        "user": user_view(user),
        "users": [user_view(other) for other in state.users.values()],
        "bot": bot_view(bot, user),
        "clock": clock_view(state),
    }


def _state(state: State, body: Json) -> Json:  # noqa: ARG001
    bots = []
    for bot in state.bots.values():
        bot.queue.expire(state.clock.now())
        counts = {"pending_updates": len(bot.queue), "chats": len(bot.chats)}
        messages = sum(len(chat.messages) for chat in bot.chats.values())
        webhook = bot.webhook.url if bot.webhook else ""
        commands = [{"scope": s, "language_code": c, "commands": v} for (s, c), v in bot.commands.items()]
        everything = {"descriptions": bot.descriptions, "short_descriptions": bot.short_descriptions}
        more = {**counts, "messages": messages, "webhook": webhook, "all_commands": commands, **everything}
        bots.append({**bot_view(bot), **more})
    found = state.recorder.findings()
    return {
        "clock": clock_view(state),
        "bots": bots,
        "users": [user_view(user) for user in state.users.values()],
        "calls": len(state.recorder.lines),
        "errors": found["errors"],
        "warnings": found["warnings"],
        "strict": state.strict,
    }


ACTS: dict[str, Act] = {
    "start": _start,
    "say": _say,
    "tap": _tap,
    "query": _query,
    "edit": _edit,
    "voice": _voice,
    "photo": _photo,
    "document": _document,
    "sticker": _sticker,
    "contact": _contact,
    "react": _react,
    "delete": _delete,
    "block": _block,
    "unblock": _unblock,
    "deactivate": _deactivate,
    "privacy": _privacy,
    "group": _group,
    "read": _read,
    "users": _users,
    "bots": _bots,
    "revoke": _revoke,
    "clock": _clock,
    "faults": _faults,
    "reset": _reset,
    "transcript": _transcript,
    "state": _state,
}


def perform(state: State, name: str, body: Json) -> Json:
    """Do an act; Impossible with a plain sentence when the body is nonsense."""
    try:
        return ACTS[name](state, body)
    except KeyError as missing:
        raise Impossible(f"{name}: {missing} is missing") from None
    except Refusal as refusal:
        raise Impossible(refusal.description) from None
    except (TypeError, ValueError) as wrong:
        raise Impossible(str(wrong)) from None
