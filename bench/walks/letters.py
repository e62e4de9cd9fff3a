"""What may be read: every page on a reader's phone is held against what its writer saw and said yes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bench.walks.acts import Phone, Shown
from bench.walks.service import Broken, Sent, Service
from bench.walks.words import canaries
from bot.content.catalogue import Catalogue

BELOW = ("letter_stays", "letter_goes", "letter_goes_anyway", "enclosed")
SWITCH = "guard"  # in the data of the one button that stands below a page of a preview
LAST = 2**62  # no message has this id
LETTER = re.compile(r"l\.([0-9a-z]+)\.([a-z0-9]+)")


@dataclass(frozen=True, slots=True, eq=False)
class Consent:
    """What a writer saw when they said yes, whose it is and who may read it. Each yes stands for one letter."""

    writer: int
    reader: int | None
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it, without white space, since pages are cut at it."""
        return squeezed("".join(self.pages))


@dataclass(slots=True)
class Reading:
    """A letter on its reader's phone: the yes behind it, and the pages that came."""

    consent: Consent
    reader: int
    pages: dict[int, str] = field(default_factory=dict)


def squeezed(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def _worded(catalogue: Catalogue, name: str) -> str:
    """A message of the interface as a pattern, whatever is put into it."""
    text = catalogue.text(f"interface.{name}", "en", {"date": "\0", "listed": "\0"}).strip()
    return re.escape(text).replace(re.escape("\0"), "[^\\n]*")


class Letters:
    """Yeses, openings and withdrawals, followed from what is tapped and shown."""

    def __init__(self, service: Service, phones: dict[str, Phone]) -> None:
        self._service = service
        self._phones = {phone.id: phone for phone in phones.values()}
        self._names = {phone.name: phone.id for phone in phones.values()}
        catalogue, book = service.library.catalogue, service.library.book
        nodes = [node for dialog in book.dialogs.values() for node in dialog.nodes.values() if node.ask is not None]
        buttons = [button for node in nodes for button in (node.ask.buttons if node.ask else ())]
        self._yes = {catalogue.text(button.text.id) for button in buttons if button.consent is not None}
        asking = [node for node in nodes if node.ask and any(one.consent for one in node.ask.buttons)]
        self._worded = tuple({node.say.variants[0].partition("{")[0] for node in asking if node.say})
        self._head = catalogue.text("interface.preview_head")
        page = catalogue.text("interface.page", "en", {"page": 1234, "pages": 5678})
        self._place = re.compile("\n\n" + re.escape(page).replace("1234", r"(\d+)").replace("5678", r"(\d+)") + "$")
        self._below = tuple(re.compile(r"\n\n" + _worded(catalogue, name) + "$") for name in BELOW)
        self.consents: list[Consent] = []
        self.readings: dict[str, Reading] = {}
        self.asked: set[tuple[int, str]] = set()
        self.taken_back: set[str] = set()
        self.noticed: set[str] = set()
        self._asked_about: dict[int, tuple[str, ...]] = {}  # the pages above the question that came last
        self.readable: set[tuple[int, str]] = set()

    # -- what people tap, before the bot hears of it

    def tapped(self, phone: Phone, button: Shown) -> None:
        """Notes a yes, an opening or a withdrawal."""
        found = LETTER.fullmatch(button.data)
        if found is not None and found[2] in ("open", "read"):
            self.asked.add((phone.id, found[1]))
        elif found is not None and found[2] == "withdraw" and found[1] not in self.readings:
            writer = self._service.peek(_WRITER, int(found[1], 36) % 2**63)
            if writer is not None and writer == self._service.person_id(phone.id):
                self.taken_back.add(found[1])
        elif button.data.startswith("s.") and button.label in self._yes:
            self.consents.append(Consent(phone.id, self.partner(phone.id), self._preview(phone, button.message_id)))

    def said(self, phone: Phone, text: str) -> None:
        """Notes a yes that is typed to a question which bad weather still holds up."""
        if text.strip().casefold() in {label.casefold() for label in self._yes}:
            self.consents.append(Consent(phone.id, self.partner(phone.id), self._preview(phone, LAST)))

    def _preview(self, phone: Phone, until: int) -> tuple[str, ...]:
        """What was seen before that message. Who has it tidied away and is asked again has seen it all the same."""
        return self._standing(phone, until) or self._asked_about.get(phone.id, ())

    def _standing(self, phone: Phone, until: int) -> tuple[str, ...]:
        """The pages shown last before that message: from the head of a letter on; of a note the one without a head."""
        pages: list[str] = []
        before, fresh, closed = "", False, True
        for message in phone.messages():
            text = self._words(str(message.content.get("text", "")))
            if message.id >= until:
                return tuple(self._asked(pages, text, before, fresh=fresh))
            if (phone.id, message.id) in self._service.doubled:
                continue
            if message.from_bot and text.startswith(self._head):
                pages, fresh, closed = [text.removeprefix(self._head).strip("\n")], True, False
            elif message.from_bot and text.startswith(self._worded):
                pages, fresh, closed = self._asked(pages, text, before, fresh=fresh), False, True
            elif not closed:
                closed = not message.from_bot or (message.markup is not None and SWITCH not in str(message.markup))
                pages += [] if closed else [text]
            before = text if message.from_bot else ""
        return tuple(pages)

    def _words(self, text: str) -> str:
        """Without what stands below a letter: what lies in it, and how long it stays."""
        for below in self._below:
            text = below.sub("", text)
        return text

    def _asked(self, pages: list[str], text: str, before: str, *, fresh: bool) -> list[str]:
        """What a question that asks for the yes stands below."""
        return [before] if text.startswith(self._worded) and not fresh and before else pages

    # -- what comes

    def arrived(self, sent: Sent) -> None:
        """Holds a page against the yes behind it."""
        if sent.how == "send_message" and sent.text.startswith(self._worded):
            self._asked_about[sent.to] = self._preview(self._phones[sent.to], sent.message_id)
        found = [LETTER.fullmatch(data) for _, data in sent.buttons]
        ids = {match[1]: match[2] for match in found if match is not None and match[2] in ("open", "fold")}
        for letter, name in ids.items():
            if letter in self.taken_back:
                raise Broken("withdrawn", f"letter {letter} shows {name!r} after it was taken back")
            self.noticed.add(letter)
            if name == "fold":
                self._page(sent, letter)
        if sent.files and sent.how in ("send_photo", "send_voice"):
            self._enclosure(sent)

    def _page(self, sent: Sent, letter: str) -> None:
        if (sent.to, letter) not in self.asked:
            raise Broken("unasked", f"letter {letter} lies open though nobody opened it")
        if self._service.peek(_GIVEN, int(letter, 36)) == 1:
            raise Broken("early", f"letter {letter} of an exchange lies open before the other one is sealed")
        text = self._words(sent.text)
        place = self._place.search(text)
        number, pages = (int(place[1]), int(place[2])) if place else (1, 1)
        body = text[: place.start()] if place else text
        body = body.partition("\n\n")[2]
        reading = self.readings.get(letter)
        if reading is None:
            reading = self.readings[letter] = Reading(self._behind(sent.to, body, pages), sent.to)
            self.readable |= {(sent.to, word) for page in reading.consent.pages for word, _ in canaries(page)}
        if squeezed(body) not in reading.consent.text:
            raise Broken("changed", f"page {number} of letter {letter} is not what was said yes to: {body[:200]!r}")
        reading.pages[number] = body
        whole = squeezed("".join(reading.pages[key] for key in sorted(reading.pages)))
        if len(reading.pages) == pages and whole != reading.consent.text:
            raise Broken("incomplete", f"letter {letter} is not what was said yes to: {whole[:200]!r}")

    def _behind(self, reader: int, body: str, pages: int) -> Consent:
        if self.partner(reader) is None:
            raise Broken("parted", f"a letter was opened for the first time without a partner: {body[:100]!r}")
        used = [reading.consent for reading in self.readings.values()]
        for consent in self.consents:
            same = consent.text == squeezed(body) if pages == 1 else consent.text.startswith(squeezed(body))
            if same and consent.reader == reader and consent not in used:
                return consent
        raise Broken("unshared", f"what was opened was never said yes to as it is: {body[:300]!r}")

    def _enclosure(self, sent: Sent) -> None:
        files = self._service.phone_side.files
        for phone in self._phones.values():
            theirs = {file for message in phone.messages() if not message.from_bot for file in _files(message.content)}
            shared = any(r.reader == sent.to and r.consent.writer == phone.id for r in self.readings.values())
            if phone.id != sent.to and theirs & set(sent.files) and not shared:
                raise Broken("enclosure", f"{files[sent.files[0]].kind} of {phone.name} without an opened letter")

    def exchanged(self) -> bool:
        """Whether both letters of an exchange were opened."""
        found = [self._service.peek(_EXCHANGE, int(letter, 36)) for letter in self.readings]
        real = [one for one in found if one is not None]
        return len(real) > len(set(real))

    # -- who is whose

    def partner(self, user: int) -> int | None:
        """Telegram's id of the person whom this one is joined with."""
        person = self._service.person_id(user)
        found: int | None = self._service.peek(_PARTNER, person, person)
        return found


_PARTNER = (
    "SELECT other.telegram_id FROM person AS mine JOIN couple ON couple.id = mine.couple_id AND ended_at IS NULL"
    " JOIN person AS other ON other.id IN (inviter_id, invitee_id) AND other.id != ? WHERE mine.id = ?"
)
_WRITER = "SELECT writer_id FROM letter WHERE id = ? AND sealed_at IS NOT NULL AND dropped_at IS NULL"
_EXCHANGE = "SELECT exchange_id FROM letter WHERE id = ?"
_GIVEN = (
    "SELECT count(*) FROM letter WHERE sealed_at IS NOT NULL"
    " AND exchange_id = (SELECT exchange_id FROM letter WHERE id = ?)"
)


def _files(content: dict[str, object]) -> list[str]:
    found = []
    for kind in ("photo", "voice"):
        value = content.get(kind)
        sizes = value if isinstance(value, list) else [value]
        found += [str(one["file_id"]) for one in sizes if isinstance(one, dict)]
    return found
