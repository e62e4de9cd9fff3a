"""What is known of each letter from outside the bot: its words as Telegram had them, who may read it, and from when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bench.month.service import StormyService
from bench.walks.acts import Phone
from bench.walks.service import Broken, Sent
from bot.delivery.buttons import base36

DATA = re.compile(r"l\.([0-9a-z]+)\.([a-z]+)([0-9]*)")


@dataclass(slots=True)
class Posted:
    """A sealed letter. `pages` are what its reader has seen; `ended_at` is when it was taken back, or they parted."""

    id: int
    writer: int
    reader: int
    words: str
    not_before: datetime
    exchange: int | None
    ended_at: datetime | None = None
    ended: str = ""
    noticed: int = 0
    shown_at: datetime | None = None
    pages: dict[int, str] = field(default_factory=dict)
    whole: bool = False
    closed: bool = False  # its reader has taken back the letter that they gave for it


class Ledger:
    """Watches everything that reaches a phone. Raises Broken."""

    def __init__(self, service: StormyService, phones: Mapping[int, Phone]) -> None:
        self._service, self._phones = service, phones
        self.letters: dict[str, Posted] = {}
        self.figures: Counter[str] = Counter()
        catalogue = service.library.catalogue
        page = catalogue.text("interface.page", "en", {"page": 1234, "pages": 5678})
        self._place = re.compile("\n\n" + re.escape(page).replace("1234", r"(\d+)").replace("5678", r"(\d+)") + "$")

    def post(self, letter: Posted) -> None:
        """It was sealed."""
        self.letters[base36(letter.id)] = letter
        self.figures["sealed"] += 1
        self.figures["characters"] += len(letter.words)

    def end(self, letter: Posted, how: str) -> None:
        """From here on nothing of it may be shown, unless it was opened before."""
        if letter.ended_at is None and letter.shown_at is None:
            letter.ended_at, letter.ended = self._service.now(), how
            for mate in self.letters.values():
                mate.closed |= letter.exchange is not None and mate.exchange == letter.exchange

    def part(self, one: int, other: int) -> None:
        """The two have parted: what is unopened never arrives."""
        for letter in self.letters.values():
            if {letter.writer, letter.reader} == {one, other}:
                self.end(letter, "stopped")

    def arrived(self, sent: Sent) -> None:
        """A message or an edit, at the moment at which it reaches its phone."""
        for letter, name in {(found[1], found[2]) for _, data in sent.buttons if (found := DATA.fullmatch(data))}:
            posted = self.letters.get(letter)
            if posted is None or sent.to != posted.reader:
                continue
            if name == "open" and posted.shown_at is None:
                self._noticed(posted, sent)
            elif name == "fold":
                self._shown(posted, sent)

    def look(self, phone: Phone) -> None:
        """The pages that lie open on a phone, also what came with an answer that was lost on its way to the bot."""
        for message, row in phone.keyboards():
            buttons = tuple((button.label, button.data) for button in row if button.data.endswith(".fold"))
            text = str(message.content.get("text", ""))
            self.arrived(Sent(phone.id, "seen", text, buttons, message.id))

    def _noticed(self, posted: Posted, sent: Sent) -> None:
        self._in_time(posted, "a notice")
        posted.noticed += sent.how == "send_message"

    def _in_time(self, posted: Posted, what: str) -> None:
        now = self._service.now()
        if now < posted.not_before:
            raise Broken("early", f"{what} of letter {posted.id} at {now}, {posted.not_before} was its time")
        if posted.ended_at is not None:
            raise Broken(posted.ended, f"{what} of letter {posted.id} at {now}, which ended at {posted.ended_at}")

    def _shown(self, posted: Posted, sent: Sent) -> None:
        if posted.shown_at is None:
            self._in_time(posted, "a page")
            self._both_sealed(posted)
            posted.shown_at = self._service.now()
            self.figures["opened"] += 1
        place = self._place.search(sent.text)
        number, of = (int(place[1]), int(place[2])) if place else (1, 1)
        body = (sent.text[: place.start()] if place else sent.text).partition("\n\n")[2]
        posted.pages[number] = body
        if of == 1 and body != posted.words:
            raise Broken("changed", f"letter {posted.id}: {_apart(body, posted.words)}")
        if len(posted.pages) == of:
            self._whole(posted)

    def _both_sealed(self, posted: Posted) -> None:
        mates = [one for one in self.letters.values() if posted.exchange and one.exchange == posted.exchange]
        if posted.exchange is not None and len(mates) < 2:
            raise Broken("early", f"letter {posted.id} of an exchange was opened before the other one was sealed")

    def _whole(self, posted: Posted) -> None:
        """Page after page stands in the words, with nothing but white space between."""
        rest = posted.words
        for number in sorted(posted.pages):
            page = posted.pages[number]
            before, found, rest = rest.partition(page)
            if not found or before.strip():
                raise Broken("changed", f"page {number} of letter {posted.id}: {_apart(page, before or rest)}")
        if rest.strip():
            raise Broken("changed", f"letter {posted.id} ends before {rest[:60]!r}")
        self.figures["read whole"] += not posted.whole
        self.figures["pages"] += 0 if posted.whole else len(posted.pages)
        posted.whole = True

    def look_back(self) -> None:
        """At the end each is opened and read, or ended before; and none lies open in two bubbles."""
        for posted in self.letters.values():
            state = self._service.peek("SELECT state FROM letter WHERE id = ?", posted.id)
            if posted.closed and not posted.whole and state == "waiting":
                self.figures["closed by an exchange"] += 1
                continue
            if posted.ended_at is None and (not posted.whole or state not in ("opened", "withdrawn")):
                raise Broken("lost", f"letter {posted.id} is {state}, noticed {posted.noticed} times, and was not read")
            standing = [
                message.id
                for message in self._phones[posted.reader].messages()
                if f"l.{base36(posted.id)}.fold" in str(message.markup)
            ]
            if len(standing) > 1:
                raise Broken("opened_twice", f"letter {posted.id} lies open in {len(standing)} bubbles")
            self.figures[posted.ended or "arrived"] += 1
            self.figures["repeated notices"] += max(0, posted.noticed - 1)


def _apart(seen: str, expected: str) -> str:
    differs = (n for n, (a, b) in enumerate(zip(seen, expected, strict=False)) if a != b)
    place = next(differs, min(len(seen), len(expected)))
    return f"at {place} {seen[place : place + 40]!r} instead of {expected[place : place + 40]!r}"
