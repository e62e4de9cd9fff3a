"""Everything that was read from dialogs/, as one value. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel import localedata
from babel.dates import format_date, get_day_names

from bot.clock import local_day, local_time, zone_of
from bot.content.catalogue import Catalogue
from bot.content.gestures import Gesture
from bot.content.helplines import Helplines
from bot.content.paths import Paths
from bot.engine.script import Book
from bot.phrasing import Lexicon


@dataclass(frozen=True, slots=True)
class Library:
    """Dialogs, wordings, gestures, helplines and word data of one release."""

    book: Book
    catalogue: Catalogue
    gestures: Mapping[str, Gesture]
    helplines: Helplines
    lexicon: Lexicon
    zones: Mapping[str, str]  # id of the zones lists -> IANA name
    near: Mapping[str, str]  # IANA name -> ids of the countries list
    paths: Paths  # focus -> its exercises

    def label(self, list_name: str, option_id: str) -> str:
        """What an entry of a fixed list is called; empty for none."""
        found = (option.label for option in self.book.lists.get(list_name, ()) if option.id == option_id)
        return next(found, "")

    def day(self, moment: datetime, zone: str, lang: str) -> str:
        """A moment's date on this person's wall, as people of this language write it: 3 March."""
        formatted: str = format_date(local_day(moment, zone_of(zone)), "d MMMM", locale=self.locale(lang))
        return formatted

    def long_day(self, moment: datetime, zone: str, lang: str) -> str:
        """The same with the day of the week: Tuesday 3 March."""
        formatted: str = format_date(local_day(moment, zone_of(zone)), "EEEE d MMMM", locale=self.locale(lang))
        return formatted

    def time(self, moment: datetime, zone: str) -> str:
        """A moment's time on this person's wall: 18:00, as on the buttons of hours."""
        wall = local_time(moment, zone_of(zone))
        return f"{wall.hour}:{wall.minute:02d}"

    def date(self, on: date, lang: str) -> str:
        """A date with its year: 3 March 2026."""
        formatted: str = format_date(on, "d MMMM y", locale=self.locale(lang))
        return formatted

    def month(self, moment: datetime, zone: str, lang: str) -> str:
        """A moment's month on this person's wall: March 2026."""
        formatted: str = format_date(local_day(moment, zone_of(zone)), "LLLL y", locale=self.locale(lang))
        return formatted

    def weekday(self, day: int, lang: str) -> str:
        """The name of a day of the week as it stands alone; 0 is Monday."""
        name: str = get_day_names("wide", "stand-alone", self.locale(lang))[day]
        return name[:1].upper() + name[1:]

    def locale(self, lang: str) -> str:
        """The language as Babel knows it; English for one that it does not know."""
        return lang if localedata.exists(lang) else "en"
