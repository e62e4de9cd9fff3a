"""What somebody does, as a value that can be printed, kept and done again; and the doing of it on a phone."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from typing import Literal

from bench.walks.service import Sent, Service
from emulator.model import Message
from emulator.people import Impossible

Kind = Literal[
    "start", "link", "say", "edit", "tap", "twice", "forge", "steal", "photo", "voice", "sticker", "block", "unblock",
    "clock", "leap",
]  # fmt: skip
VISIBLE = 12  # messages with buttons that a thumb still reaches


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `text`: words, label, callback data, code's owner; `nth`: which one, counted from the newest."""

    who: str
    kind: Kind
    text: str = ""
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.who} {self.kind} {self.text[:300]!r} {self.nth}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A button on somebody's phone."""

    label: str
    data: str
    message_id: int


class Phone:
    """One person's phone: what stands on it, and what they may do with it."""

    def __init__(self, service: Service, name: str) -> None:
        self._service = service
        self.name = name
        self.user = service.world.add_user(name, language_code="en")
        self.taps: list[Shown] = []

    @property
    def id(self) -> int:
        """Telegram's id."""
        return self.user.id

    @property
    def started(self) -> bool:
        """Whether there is a chat."""
        chat = self._service.phone_side.chats.get(self.id)
        return chat is not None and chat.started

    @property
    def blocked(self) -> bool:
        """Whether the bot is shut out."""
        chat = self._service.phone_side.chats.get(self.id)
        return chat is not None and chat.blocked

    def messages(self) -> list[Message]:
        """Everything in the chat, oldest first."""
        chat = self._service.phone_side.chats.get(self.id)
        return [] if chat is None else list(chat.messages.values())

    def own_texts(self) -> list[Message]:
        """What this person wrote, newest first."""
        return [m for m in reversed(self.messages()) if not m.from_bot and m.kind in ("text", "photo", "voice")]

    def keyboards(self) -> list[tuple[Message, list[Shown]]]:
        """Messages with buttons to tap, newest first."""
        found = []
        for message in reversed(self.messages()):
            rows = (message.markup or {}).get("inline_keyboard", [])
            shown = [Shown(b["text"], b["callback_data"], message.id) for r in rows for b in r if "callback_data" in b]
            if shown:
                found.append((message, shown))
            if len(found) == VISIBLE:
                break
        return found

    def codes(self) -> list[str]:
        """Codes of the links on this phone, newest first."""
        found = []
        for message in reversed(self.messages()):
            for row in (message.markup or {}).get("inline_keyboard", []):
                for button in row:
                    link = urllib.parse.unquote(button.get("url", ""))
                    found += [link.partition("start=")[2].partition("&")[0]] if "start=" in link else []
        return found


class Hand:
    """Does acts. One that is not possible any more is passed over, so that a shortened list still runs."""

    def __init__(self, service: Service, phones: dict[str, Phone]) -> None:
        self._service = service
        self._phones = phones

    def do(self, act: Act) -> bool:
        """Whether it could be done."""
        try:
            return self._do(act, self._phones[act.who])
        except Impossible:
            return False

    def _do(self, act: Act, phone: Phone) -> bool:
        world, user = self._service.world, phone.id
        match act.kind:
            case "start":
                world.act("start", user=user, payload=act.text)
            case "link":
                codes = self._phones[act.text].codes()
                if len(codes) <= act.nth:
                    return False
                world.act("start", user=user, payload=codes[act.nth])
            case "say":
                for begin in range(0, len(act.text), 4096):
                    world.act("say", user=user, text=act.text[begin : begin + 4096])
            case "edit":
                mine = phone.own_texts()
                if len(mine) <= act.nth:
                    return False
                world.act("edit", user=user, message_id=mine[act.nth].id, text=act.text)
            case "photo" | "voice" | "sticker":
                world.act(act.kind, user=user, caption=act.text)
            case "block" | "unblock":
                world.act(act.kind, user=user)
            case "tap" | "twice" | "forge" | "steal":
                return self._tap(act, phone)
            case "clock" | "leap":
                return True
        return True

    def _tap(self, act: Act, phone: Phone) -> bool:
        boards = phone.keyboards()
        if act.kind in ("forge", "steal"):
            data, place = act.text, boards[0][0].id if boards else 1
            if act.kind == "steal":
                theirs = [one for _, row in self._phones[act.text].keyboards() for one in row]
                if len(theirs) <= act.nth:
                    return False
                data = theirs[act.nth].data
            return self._press(phone, Shown("", data, place))
        same = [one for _, row in boards for one in row if one.label == act.text]
        if len(same) <= act.nth:
            return False
        return all(self._press(phone, same[act.nth]) for _ in range(2 if act.kind == "twice" else 1))

    def _press(self, phone: Phone, button: Shown) -> bool:
        inside = button.message_id in {message.id for message in phone.messages()}
        how = {"force": True} if inside else {"inaccessible": True}
        self._service.world.act("tap", user=phone.id, message_id=button.message_id, data=button.data, **how)
        phone.taps.append(button)
        return True


def typed(phone: Phone, act: Act) -> list[Shown]:
    """The button whose whole label this person types: that is a yes, too."""
    said = act.text.strip().casefold() if act.kind == "say" else ""
    shown = [one for _, row in phone.keyboards() for one in row] if said else []
    return [one for one in shown if one.data.startswith("s.") and one.label.casefold() == said][:1]


def told(log: list[Sent], user: int) -> list[Sent]:
    """What of this reached one phone."""
    return [sent for sent in log if sent.to == user]
