"""What the emulated Telegram remembers: users, bots, chats, messages, taps. Data only."""

from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.answers import Json
from emulator.updates import UpdateQueue


@dataclass(slots=True)
class User:
    """One person with a phone."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    deactivated: bool = False
    refuses_voice: bool = False

    def as_json(self) -> Json:
        """The Bot API's User."""
        named = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **{k: v for k, v in named.items() if v}}


@dataclass(slots=True)
class Message:
    """A stored message; `content` holds the fields of the Bot API's Message that its kind brings."""

    id: int
    chat_id: int
    sender: int
    from_bot: bool
    date: int
    kind: str
    content: Json
    edit_date: int | None = None
    markup: Json | None = None
    reply_to: int | None = None
    protected: bool = False
    silent: bool = False
    fetched: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Chat:
    """The conversation of one bot with one user, or a group that the bot was added to."""

    id: int
    type: str = "private"
    title: str | None = None
    started: bool = False
    blocked: bool = False
    member: bool = True
    typing_until: float = 0.0
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Query:
    """A tapped inline button that waits for answerCallbackQuery."""

    id: str
    user_id: int
    asked_at: float
    answered: bool = False
    text: str | None = None
    show_alert: bool = False


@dataclass(slots=True)
class StoredFile:
    """A file as one bot knows it."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    size: int
    mime: str
    name: str | None
    data: bytes


@dataclass(slots=True)
class Webhook:
    """What setWebhook asked for, and how deliveries went."""

    url: str
    secret: str | None = None
    max_connections: int = 40
    certificate: bool = False
    ip_address: str = ""
    gone_since: float | None = None
    failures: int = 0
    last_error_date: int | None = None
    last_error_message: str | None = None

    @property
    def address(self) -> str:
        """Where to deliver to; without a scheme it is https."""
        return self.url if "://" in self.url else f"https://{self.url}"

    def is_same(self, other: "Webhook | None") -> bool:
        """Whether nothing would change; a certificate is always new."""
        if other is None or self.certificate or other.certificate:
            return False
        asked = (self.url, self.secret, self.max_connections, self.ip_address)
        return asked == (other.url, other.secret, other.max_connections, other.ip_address)


@dataclass(slots=True)
class PollSeat:
    """The one place where a long poll may wait; whoever takes it over says why in `ended`."""

    wake: Callable[[], None]
    ended: str | None = None

    def end(self, reason: str) -> None:
        """Send the waiting poll home with a 409."""
        self.ended = reason
        self.wake()


@dataclass(slots=True)
class Bot:
    """One token and everything that its calls may reach."""

    id: int
    token: str
    username: str
    name: str
    next_message_id: int
    queue: UpdateQueue
    revoked: bool = False
    chats: dict[int, Chat] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)
    webhook: Webhook | None = None
    webhook_changed: Callable[[], None] | None = None
    next_webhook_at: float = float("-inf")
    seat: PollSeat | None = None
    last_poll: tuple[int, float] = (0, float("-inf"))
    last_conflict: float = float("-inf")

    def as_json(self) -> Json:
        """The Bot API's User, as it stands in messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}
