"""The rules that no walk may break, looked at after every message and every step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection, select

from bench.walks.acts import Act, Phone, told
from bench.walks.letters import LETTER, Letters
from bench.walks.service import Broken, Sent, Service
from bench.walks.words import canaries
from bot import access
from bot.clock import is_quiet, local_day, minute_of_day, zone_of
from bot.db import people
from bot.db.models import Invitation
from bot.db.people import PersonRow
from bot.delivery.buttons import base36
from bot.delivery.pages import utf16

HEARD = frozenset({"start", "link", "say", "tap", "twice", "forge", "steal", "photo", "voice", "sticker"})
CHOSEN = re.compile(r"c\.[0-9a-z]+\.(on|off)[0-9a-z]+")  # a letter among those to be printed together
_invitations = Invitation


class Oracle:
    """Watches one walk."""

    def __init__(self, service: Service, phones: dict[str, Phone]) -> None:
        self._service = service
        self._phones = phones
        self._users = {phone.id: phone for phone in phones.values()}
        self.letters = Letters(service, phones)
        self.figures: Counter[str] = Counter()
        self._names: dict[str, set[str]] = {name: set() for name in phones}
        self._met: set[tuple[str, str]] = set()  # (viewer, owner): owner's name may be known to viewer
        self._nudged: set[tuple[int, object]] = set()
        self._nudges: set[str] = set()
        self._out_of_sight: set[int] = set()  # of these their own act has taken the buttons away

    # -- messages

    def arrived(self, sent: Sent) -> None:
        """Every message, edit, toast and file, at the moment it reaches a phone."""
        self._fits(sent)
        self._nudge(sent)
        self.letters.arrived(sent)
        self._private(sent)

    def _fits(self, sent: Sent) -> None:
        if len(sent.text) > 4096 or utf16(sent.text) > 4096:
            raise Broken("too_long", f"{utf16(sent.text)} units: {sent.text[:80]!r}")
        for label, data in sent.buttons:
            if not label.strip() or (not data.startswith("https://") and len(data.encode()) > 64):
                raise Broken("button", f"{label!r} {data!r}")

    def _private(self, sent: Sent) -> None:
        """No word of anybody else's, but for what they gave."""
        parts = (
            sent.text,
            *(label for label, _ in sent.buttons),
            sent.content.decode(errors="replace").replace("\\n", "\n"),
        )
        for word, owner in {found for part in parts for found in canaries(part)}:
            viewer = self._users[sent.to]
            if owner == viewer.name or (viewer.id, word) in self.letters.readable:
                continue
            if not self._name_given(sent, viewer, owner, word):
                raise Broken("told", f"{viewer.name} reads {word!r} in {sent.how}: {sent.text[:300]!r}")

    def _name_given(self, sent: Sent, viewer: Phone, owner: str, word: str) -> bool:
        """A name is given with an invitation, with a yes to one, by being joined, and with a letter that was opened."""
        if word not in self._names[owner]:
            self._read_name(self._phones[owner])
        if word not in self._names[owner]:
            return False
        other = self._phones[owner].id
        if self.letters.partner(viewer.id) == other or self._service.run(_invited, viewer.id, other):
            return True
        mine = [r for r in self.letters.readings.values() if r.reader == viewer.id and r.consent.writer == other]
        exported = sent.how == "send_document"  # holds letters as they were received, with who signed them
        listed = any(LETTER.fullmatch(data) or CHOSEN.fullmatch(data) for _, data in sent.buttons)
        return bool(mine) and (exported or listed)

    def _read_name(self, phone: Phone) -> None:
        person = self.person(phone)
        given = "" if person is None else access.own_name(self._service.desk.vault, person)
        self._names[phone.name] |= {word for word, owner in canaries(given) if owner == phone.name}

    def _nudge(self, sent: Sent) -> None:
        """One a local day, never in quiet hours, never to who wants none."""
        ids = {
            data
            for _, data in sent.buttons
            if data.startswith(("n.", "q.", "r.")) and data.endswith((".done", ".yes", ".look"))
        }
        asked = any(button.data.endswith(".another") for button in self._users[sent.to].taps)
        person = self.person(self._users[sent.to]) if ids and not asked else None
        if person is None or sent.how != "send_message" or ids <= self._nudges:
            return
        now, zone = self._service.now(), zone_of(person.zone)
        self.figures["nudges"] += 1
        self._nudges |= {one for one in ids if one.startswith("n.")}
        today = (person.id, local_day(now, zone))
        if today in self._nudged:
            raise Broken("nudged_twice", f"{self._users[sent.to].name} on {today[1]}")
        self._nudged.add(today)
        if is_quiet(minute_of_day(now, zone), person.quiet_from, person.quiet_to):
            raise Broken("nudged_at_night", f"at {now} in {person.zone}")
        waits = (person.paused_until, person.resting_until)
        if person.nudges_off or person.known_at is None or any(at is not None and at > now for at in waits):
            raise Broken("nudged_in_pause", f"{self._users[sent.to].name} at {now}")

    # -- steps

    def stepped(self, act: Act, done: bool) -> None:  # noqa: FBT001 - what the hand said
        """After everything that follows from an act has been done."""
        phone = self._phones[act.who]
        self._read_name(phone)
        if phone.blocked:
            self._out_of_sight.add(phone.id)
        if (kind := self._service.peek("SELECT kind FROM outbox WHERE state = 'parked'")) is not None:
            raise Broken("parked", f"an outbox row of kind {kind}")
        if done and act.kind in HEARD and not phone.blocked:
            self._answered(phone, act)
            self._way_on(phone, act)

    def _answered(self, phone: Phone, act: Act) -> None:
        mine = told(self._service.sent, phone.id)
        wordless = bool(mine) and all(sent.how == "edit_message_reply_markup" for sent in mine)
        self.figures[f"wordless_{'typed' if act.kind == 'say' else 'tapped'}"] += wordless
        if not mine:
            raise Broken("silence", f"nothing follows from {act}")
        if not any(sent.changed for sent in mine):
            self.figures["unchanged"] += 1

    def _way_on(self, phone: Phone, act: Act) -> None:
        """The question that is open stands in the chat with its buttons."""
        key = self._service.peek(_OPEN, self._service.person_id(phone.id))
        if key is None:
            return
        session, turn = (int(number) for number in key.split())
        prefix = f"s.{base36(session)}.{base36(turn)}."
        if any(one.data.startswith(prefix) for _, row in phone.keyboards() for one in row):
            self._out_of_sight.discard(phone.id)
        elif phone.id not in self._out_of_sight:
            deleted = any(sent.how == "delete_messages" for sent in told(self._service.sent, phone.id))
            if not deleted and act.kind not in ("forge", "steal"):
                raise Broken("out_of_sight", f"the question that is open has no buttons after {act}")
            self._out_of_sight.add(phone.id)

    def ended(self, settle: Callable[[Act], None]) -> None:
        """At the end everybody who ever came in still has a way on."""
        for phone in self._phones.values():
            if not phone.started:
                continue
            if phone.blocked:
                settle(Act(phone.name, "unblock"))
            settle(Act(phone.name, "say", "/menu"))
            answers = [sent for sent in told(self._service.sent, phone.id) if sent.buttons]
            if not answers:
                raise Broken("dead_end", f"/menu brings {phone.name} nothing to tap")
        findings = self._service.world.recorder.findings()
        if findings["errors"]:
            raise Broken("emulator", str(findings["findings"][:3]))

    def person(self, phone: Phone) -> PersonRow | None:
        """The row of whoever holds this phone."""
        return self._service.run(people.by_telegram, phone.id)


_OPEN = "SELECT id || ' ' || turn FROM dialog_session WHERE person_id = ? AND status = 'active'"


def _invited(connection: Connection, viewer: int, owner: int) -> bool:
    """Whether a link lies between the two, taken or answered with yes. Once joined, being joined decides."""
    ids = [people.by_telegram(connection, user) for user in (viewer, owner)]
    one, other = (person.id if person is not None else 0 for person in ids)
    state = _invitations.c.state
    took = (_invitations.c.inviter_id == other) & (_invitations.c.invitee_id == one) & (state != "confirmed")
    agreed = (_invitations.c.inviter_id == one) & (_invitations.c.invitee_id == other) & (state == "accepted")
    query = select(_invitations.c.id).where(took | agreed)
    return connection.execute(query).first() is not None
