"""The state of the emulated Telegram and the few primitives that everything else is made of. No sockets."""

import logging
import random
import re
from collections.abc import Callable, Iterable

from emulator.answers import Json, Refusal
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.model import Bot, Chat, Message, Query, User
from emulator.recorder import Recorder
from emulator.render import message_json
from emulator.updates import Pending, UpdateQueue
from emulator.view import message_view

log = logging.getLogger("emulator")

Listener = Callable[[int, int | None, str, Json], None]
LANES = {"callback_query": "tap", "my_chat_member": "member", "message_reaction": "reaction"}
ANSWER_WINDOW = 15.0
TYPING_SECONDS = 5


class State:
    """Bots, users, clock, faults, record. `answer_window`: virtual seconds in which a tap can be answered."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        seed: int | None = None,
        strict: bool = False,
        recorder: Recorder | None = None,
        answer_window: float = ANSWER_WINDOW,
        pacing: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.rng = random.Random(seed)  # noqa: S311 - ids of a toy world, not secrets
        self.strict = strict
        self.pacing = pacing
        self.recorder = recorder or Recorder()
        self.faults = Faults(self.clock.now)
        self.answer_window = answer_window
        self.bots: dict[int, Bot] = {}
        self.users: dict[int, User] = {}
        self.listeners: list[Listener] = []
        self.bot_listeners: list[Callable[[Bot], None]] = []
        self.clock.listeners.append(self._tell_time)

    def now(self) -> int:
        """The virtual moment in whole seconds, as Telegram dates messages."""
        return int(self.clock.now())

    def add_bot(self, token: str, username: str, name: str) -> Bot:
        """A bot with that token; its id is the number before the colon."""
        if not re.fullmatch(r"\d{1,15}:[A-Za-z0-9_-]{1,80}", token):
            raise ValueError("a token looks like 123456:letters-and-digits")
        bot_id = int(token.partition(":")[0])
        if bot_id in self.bots:
            raise ValueError(f"there is a bot {bot_id} already")
        first = self.rng.randrange(1_000, 90_000)
        bot = Bot(bot_id, token, username, name, first, UpdateQueue(self.rng))
        self.bots[bot_id] = bot
        for listener in list(self.bot_listeners):
            listener(bot)
        return bot

    def add_user(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        user_id: int | None = None,
    ) -> User:
        """A person whom no bot has met yet; ids need 52 bits so that a 32-bit column breaks."""
        chosen = user_id or self.rng.randrange(2**51, 2**52)
        if chosen in self.users or chosen <= 0:
            raise ValueError(f"user id {chosen} is taken or not positive")
        user = User(chosen, first_name, last_name, username, language_code)
        self.users[chosen] = user
        return user

    def bot_by_token(self, token: str) -> Bot:
        """The bot, or 401 as the server words it."""
        if not re.fullmatch(r"\d{1,15}:\S{1,80}", token):
            raise Refusal(401, "invalid token specified")
        bot = self.bots.get(int(token.partition(":")[0]))
        if bot is None or bot.token != token or bot.revoked:
            raise Refusal(401)
        return bot

    def store(self, bot: Bot, chat: Chat, *, sender: int, kind: str, content: Json) -> Message:
        """Put a message into a chat under the bot's next id; small gaps, as on an account with other traffic."""
        message = Message(
            id=bot.next_message_id,
            chat_id=chat.id,
            sender=sender,
            from_bot=sender == bot.id,
            date=self.now(),
            kind=kind,
            content=content,
        )
        bot.next_message_id += self.rng.choice((1, 1, 2, 3))
        chat.messages[message.id] = message
        return message

    def push(self, bot: Bot, kind: str, payload: Json, *, lane_of: int) -> Pending | None:
        """Queue an update for the bot, and check it against the specification."""
        now = self.clock.now()
        bot.queue.expire(now)
        lane = (LANES.get(kind, "message"), lane_of)
        pending = bot.queue.push(kind, payload, lane=lane, now=now)
        if pending is not None:
            self.recorder.update(pending.body, at=now, bot=bot.username)
        return pending

    def handed_out(self, bot: Bot, taken: Iterable[Pending]) -> None:
        """The bot has these updates now: the phones show a second tick."""
        fresh: dict[int, list[int]] = {}
        for pending in taken:
            payload = pending.body.get("message") or pending.body.get("edited_message")
            chat = bot.chats.get(payload["chat"]["id"]) if payload else None
            message = chat.messages.get(payload["message_id"]) if chat and payload else None
            if message is not None and not message.fetched:
                message.fetched = True
                fresh.setdefault(message.chat_id, []).append(message.id)
        for chat_id, ids in fresh.items():
            self.publish(bot, chat_id, "fetched", {"ids": ids})

    def message_json(self, bot: Bot, chat: Chat, message: Message) -> Json:
        """The Bot API's Message."""
        return message_json(bot, chat, message, self.users)

    def show(self, bot: Bot, event: str, message: Message) -> None:
        """Tell the phone that a message is new ("message") or changed ("edit")."""
        if self.listeners:
            self.publish(bot, message.chat_id, event, message_view(message))

    def publish(self, bot: Bot | None, user_id: int | None, event: str, data: Json) -> None:
        """Tell the pages; None means every bot, every user."""
        for listener in list(self.listeners):
            listener(bot.id if bot else 0, user_id, event, data)

    def open_query(self, bot: Bot, user: User) -> Query:
        """A tap that waits for its answer."""
        query = Query(str(self.rng.getrandbits(62)), user.id, self.clock.now())
        bot.queries[query.id] = query
        return query

    def _tell_time(self) -> None:
        self.publish(None, None, "clock", {"now": self.clock.now(), "offset": self.clock.offset})
