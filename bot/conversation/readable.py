"""Everything of one's own as a page to read, beside the JSON file: dates and words of this person's language.

The rows hold ids of letters alone. Words come through access when a file is sent, so what was deleted in between is
not in it. Letters that are too many for one file go on in further ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from babel import Locale
from sqlalchemy import func, select

from bot import access
from bot.access import LetterRow
from bot.checkup import path_rules
from bot.checkup import service as checkup
from bot.checkup.service import Look
from bot.clock import local_day, zone_of
from bot.content.gestures import CATEGORIES, HOMES
from bot.conversation.facts import READERS
from bot.conversation.sheet import Sheet
from bot.db.models import LetterPart, NotForUs, Nudge
from bot.delivery.render import Call, Page, file, renders
from bot.delivery.turn import Turn
from bot.letters.queries import exchange_of
from bot.nudges import service as nudges

MOST_BYTES = 1024 * 1024  # of sealed words in one file: others wait for the unit that opens them; Telegram takes 50 MB
_parts = LetterPart
_nudges = Nudge
_never = NotForUs
BRANCHES = ("done", "not_now", "not_for_us")  # what may have been tapped under a gesture
HEADS = {"draft": "list_draft", "unsent": "list_unsent", "withdrawn": "list_withdrawn", "kept": "export_sentence"}


def send(turn: Turn, letters: Sequence[LetterRow]) -> None:
    """The page into the outbox, in as many files as these letters need."""
    volumes = _volumes(turn, letters)
    for number, volume in enumerate(volumes, 1):
        turn.send("readable", {"letters": volume, "number": number, "of": len(volumes), "at": turn.now.isoformat()})


def _volumes(turn: Turn, letters: Sequence[LetterRow]) -> list[list[int]]:
    size = func.sum(func.length(_parts.c.body))
    query = select(_parts.c.letter_id, size).group_by(_parts.c.letter_id)
    volumes: list[list[int]] = [[]]
    filled = 0
    for some in range(0, len(letters), 500):
        ids = [letter.id for letter in letters[some : some + 500]]
        sizes = {row[0]: int(row[1]) for row in turn.connection.execute(query.where(_parts.c.letter_id.in_(ids)))}
        for one in ids:
            if volumes[-1] and filled + sizes.get(one, 0) > MOST_BYTES:
                volumes.append([])
                filled = 0
            volumes[-1].append(one)
            filled += sizes.get(one, 0)
    return volumes


@renders("readable")
def readable(page: Page) -> Call:
    """One of these files; the first also holds all that is no letter."""
    payload = page.row.payload
    number, of = payload["number"], payload["of"]
    turn = Turn(page.connection, page.desk, page.person, datetime.fromisoformat(payload["at"]), key="")
    name = "rekindle.html" if of == 1 else f"rekindle-{number}.html"
    text = whole(turn, payload["letters"], number=number, of=of)
    return file(page, name, text, caption="interface.export_readable")


def whole(turn: Turn, letters: Sequence[int], *, number: int = 1, of: int = 1) -> str:
    """The text of one file, with these letters."""
    return _Writer(turn).whole(letters, number=number, of=of)


class _Writer:
    """Writes one file for one person."""

    def __init__(self, turn: Turn) -> None:
        self._turn, self._person, self._library = turn, turn.person, turn.desk.library
        self._sheet = Sheet(turn.person.lang, self._say("export_title"))

    def _say(self, name: str, /, **args: str) -> str:
        return self._library.catalogue.text(f"interface.{name}", self._person.lang, args).strip()

    def _date(self, moment: datetime) -> str:
        return self._library.date(local_day(moment, zone_of(self._person.zone)), self._person.lang)

    def _fact(self, name: str) -> str:
        return str(READERS[name](self._turn))

    def whole(self, letters: Sequence[int], *, number: int, of: int) -> str:
        """The file with these letters."""
        self._sheet.line(self._say("export_made", date=self._date(self._turn.now)))
        if of > 1:
            self._sheet.line(self._say("export_part", number=str(number), of=str(of)))
        if number == 1:
            self._about()
            self._daily()
            self._checkups()
            self._path()
        self._letters(letters)
        if number == 1:
            self._gestures()
        return self._sheet.text()

    # -- who this is

    def _about(self) -> None:
        person = self._person
        self._sheet.head(self._say("export_about"))
        if name := access.own_name(self._turn.desk.vault, person):
            self._sheet.line(self._say("export_name", name=name))
        self._sheet.line(self._say("export_since", date=self._date(person.created_at)))
        self._sheet.line(self._say("export_language", language=Locale.parse(self._locale).get_display_name() or ""))
        self._sheet.line(self._say("export_zone", zone=self._fact("zone_label")))
        if person.country:
            self._sheet.line(self._say("export_country", country=self._fact("country_label")))
        self._sheet.line(self._say("export_solo" if person.path == "solo" else "export_together"))
        if (focus := access.own_focus(self._turn.desk.vault, person)) != "none":
            self._sheet.line(self._say("export_focus", focus=self._say(f"cause_{focus}")))
        if person.letters_muted:
            self._sheet.line(self._say("export_muted"))
        if person.letters_guarded:
            self._sheet.line(self._say("export_guarded"))

    @property
    def _locale(self) -> str:
        return self._library.locale(self._person.lang)

    def _daily(self) -> None:
        person, turn = self._person, self._turn
        wanted = access.own_wanted(turn.desk.vault, person)
        self._sheet.head(self._say("export_daily"))
        if person.nudges_off or nudges.paused_for_good(person, turn.now):
            self._sheet.line(self._say("export_off"))
        elif person.paused_until is not None and person.paused_until > turn.now:
            self._sheet.line(self._say("export_paused", date=self._date(person.paused_until)))
        self._sheet.line(self._say("export_hour", hour=self._fact("nudge_time")))
        days = [self._library.weekday(day, person.lang) for day in range(7) if person.nudge_days >> day & 1]
        self._sheet.line(self._say("export_days", days=", ".join(days)))
        self._sheet.line(self._say("export_quiet", hours=self._fact("quiet_hours")))
        self._sheet.line(self._say(f"export_effort_{self._fact('effort')}"))
        for name, kinds in (("export_kinds_off", wanted.kinds_off), ("export_homes", wanted.homes)):
            if kinds:
                listed = [self._say(f"kind_{kind}") for kind in (*CATEGORIES, *HOMES) if kind in kinds]
                self._sheet.line(self._say(name, kinds=", ".join(listed)))
        query = select(_never.c.gesture).where(_never.c.person_id == person.id).order_by(_never.c.gesture)
        if never := [self._gesture(one) for one in turn.connection.execute(query).scalars()]:
            self._sheet.below(self._say("export_never"))
            self._sheet.lines(never)

    def _gesture(self, name: str) -> str:
        known = name in self._library.gestures
        return self._library.catalogue.text(f"gestures.{name}", self._person.lang) if known else name

    # -- what was said in exercises

    def _checkups(self) -> None:
        looks = checkup.looks(self._turn)
        if looks:
            self._sheet.head(self._say("export_checkups"))
        for look in reversed(looks):
            self._sheet.below(self._date(look.began_at))
            self._sheet.lines([self._answer(key, str(said)) for key, said in self._in_order(look)])

    def _in_order(self, look: Look) -> list[tuple[str, object]]:
        """What still works, the statements, and what was written, as they were asked."""
        order = {"strength": 0, "trouble": 2, "plan": 3}
        return sorted(look.answers.items(), key=lambda pair: order.get(pair[0], 1))

    def _answer(self, key: str, said: str) -> str:
        if key == "strength":
            tapped = f"interface.strength_{said}" in self._library.catalogue.ids()
            return self._say("then_strength", words=self._say(f"strength_{said}") if tapped else said)
        if "." not in key:
            return self._say("export_plan" if key == "plan" else "then_trouble", words=said)
        statement, answer = self._asked(key.partition(".")[2], said)
        return self._say("export_answer", statement=statement, answer=answer)

    def _asked(self, statement: str, answer: str) -> tuple[str, str]:
        """A statement and its button as the check-up words them today; by their ids where it has them no more."""
        node = self._library.book.dialogs["checkup"].nodes.get(statement)
        if node is None or node.say is None or node.ask is None:
            return statement, answer
        said = self._library.catalogue.text(node.say.variant_id(0), self._person.lang).strip()
        lines = said.splitlines()
        labels = {button.id: button.text.id for button in node.ask.buttons}
        label = self._library.catalogue.text(labels[answer], self._person.lang) if answer in labels else answer
        return lines[-2:][0], label  # the last line counts them

    def _path(self) -> None:
        kept = access.own_steps(self._turn.desk.vault, self._person)
        names = {step.id: step.text.id for path in self._library.paths.values() for step in path}
        done = dict.fromkeys(one for focus in kept for one in path_rules.read(kept, focus).done)
        if done:
            self._sheet.head(self._say("export_path"))
            words = self._library.catalogue.text
            self._sheet.lines([words(names[one], self._person.lang) if one in names else one for one in done])

    # -- letters and gestures

    def _letters(self, ids: Sequence[int]) -> None:
        me, turn = self._person.id, self._turn
        found = [letter for one in ids if (letter := access.letter(turn.connection, one)) is not None]
        mine = [letter for letter in found if letter.is_held_by(me) and access.can(me, "read", letter)]
        if mine:
            self._sheet.head(self._say("export_letters"))
        for letter in mine:
            self._letter(letter)

    def _letter(self, letter: LetterRow) -> None:
        words = access.read_letter(
            self._turn.connection, self._turn.desk.vault, actor_id=self._person.id, object_=letter
        )
        self._sheet.below(self._head(letter))
        if (asked := exchange_of(self._turn.connection, letter)) is not None and asked["kind"] == "letter":
            self._sheet.line(self._say(f"question_{asked['question']}"))
        self._sheet.words(words.text)
        named = [self._say(f"{one.kind}_button", number=str(at)) for at, one in enumerate(words.enclosures, 1)]
        if named:
            self._sheet.line(self._say("export_enclosed", listed=", ".join(named)))

    def _head(self, letter: LetterRow) -> str:
        date = self._date(letter.dated)
        if letter.writer_id != self._person.id:
            name = access.signature(self._turn.desk.vault, actor_id=self._person.id, object_=letter)
            return self._say("letter_head", partner=name, date=date)
        return self._say(HEADS.get(letter.seen_by_writer, "letter_from_me_head"), date=date)

    def _gestures(self) -> None:
        mine = (_nudges.c.person_id == self._person.id) & (_nudges.c.gesture != "")
        query = select(_nudges.c.on, _nudges.c.gesture, _nudges.c.state).where(mine).order_by(_nudges.c.on)
        rows = self._turn.connection.execute(query).all()
        if rows:
            self._sheet.head(self._say("export_gestures"))
        for row in rows:
            date = self._library.date(row.on, self._person.lang)
            tapped = self._say(f"nudge_{row.state}") if row.state in BRANCHES else ""
            line = "export_gesture_tapped" if tapped else "export_gesture"
            self._sheet.line(self._say(line, date=date, gesture=self._gesture(row.gesture), answer=tapped))
