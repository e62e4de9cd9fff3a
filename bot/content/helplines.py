"""The helplines of dialogs/helplines.json: checked on loading, looked up by country. Builds and guesses no number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.content.yaml_file import read_yaml

Kind = Literal["crisis", "domestic_abuse", "own_violence", "general"]
Status = Literal["verified", "reported", "single"]

SHOWN: frozenset[Status] = frozenset({"verified", "reported"})
STALE_DAYS = 180

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Number = Annotated[str, StringConstraints(pattern=r"[0-9]", min_length=2, max_length=60)]
Address = Annotated[str, StringConstraints(pattern=r"^https://", max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    checked_on: date
    source: str
    note: str | None = None
    """For maintainers; not shown."""


class Line(_Entry):
    """A line that people can call, write to or open. Fields that nobody confirmed are None or empty."""

    country: Code | None = None
    """ISO 3166-1 alpha-2; None for the international directory."""
    name: str
    kinds: Annotated[frozenset[Kind], Field(alias="for", min_length=1)]
    serves: Literal["everyone", "women", "men"] = "everyone"
    phone: Number | None = None
    text: Number | None = None
    url: Address | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    status: Status
    checked_by: str = ""
    source_date: str | None = None
    source_kind: Literal["operator", "government", "press", "open-data", "third-party page"]
    second_source: str | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.phone or self.text or self.url):
            raise ValueError("a line needs a phone, a text or a url")
        return self


class Emergency(_Entry):
    """The emergency number of one country."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,6}$")]


class _Directory(_Entry):
    name: str
    url: Address


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str
    about: str
    compiled: date
    method: str
    status_values: dict[Status, str]
    fallback: _Directory
    countries: dict[Code, str]
    emergency: dict[Code, Emergency]
    helplines: tuple[Line, ...]
    not_verified_left_out: tuple[dict[str, str], ...]

    @model_validator(mode="after")
    def _countries_have_names(self) -> Self:
        used = {line.country for line in self.helplines} | set(self.emergency)
        if used != set(self.countries):
            raise ValueError(f"countries and lines differ in {sorted(str(c) for c in used ^ set(self.countries))}")
        return self


@dataclass(frozen=True, slots=True)
class Stale:
    """What a maintainer should look at again."""

    country: str | None
    name: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Helplines:
    """All that may be shown, by country."""

    directory: Line
    lines: tuple[Line, ...]
    emergencies: dict[str, Emergency]
    countries: tuple[tuple[str, str], ...]
    """Code and English name, sorted by name, for a picker."""

    def lines_for(self, country: str | None, kind: str) -> tuple[Line, ...]:
        """This country's lines of this kind, in the file's order, each with its `checked_on`.

        Where there is none, also for an unknown country or kind, the international directory alone.
        """
        own = tuple(line for line in self.lines if line.country == country and kind in line.kinds)
        return own or (self.directory,)

    def emergency(self, country: str | None) -> str | None:
        """This country's emergency number as it is dialled there, or None: then say "your local emergency number"."""
        entry = self.emergencies.get(country or "")
        return entry.number if entry else None

    def stale(self, now_date: date, days: int = STALE_DAYS) -> tuple[Stale, ...]:
        """Everything shown whose last check is more than `days` days ago, oldest first; people still see it."""
        before = now_date - timedelta(days=days)
        return tuple(sorted((s for s in self._shown() if s.checked_on < before), key=lambda s: (s.checked_on, s.name)))

    def _shown(self) -> Iterable[Stale]:
        yield Stale(None, self.directory.name, self.directory.checked_on)
        for line in self.lines:
            yield Stale(line.country, line.name, line.checked_on)
        for country, entry in self.emergencies.items():
            yield Stale(country, entry.number, entry.checked_on)


def load_helplines(path: Path) -> Helplines:
    """The helplines that may be shown. Raises ContentError with file and line."""
    file = read_yaml(path)  # JSON is YAML, and this reader knows lines and refuses a key that stands twice
    try:
        held = _File.model_validate(file.data)
    except ValidationError as error:
        raise file.refusal(error) from None
    return Helplines(
        directory=_directory_line(held.fallback),
        lines=tuple(line for line in held.helplines if line.status in SHOWN),
        emergencies=held.emergency,
        countries=tuple(sorted(held.countries.items(), key=lambda item: item[1])),
    )


def _directory_line(directory: _Directory) -> Line:
    return Line.model_validate(
        {
            "name": directory.name,
            "for": ["crisis", "domestic_abuse", "own_violence", "general"],
            "url": directory.url,
            "status": "verified",
            "checked_on": directory.checked_on,
            "source": directory.source,
            "source_kind": "operator",
        }
    )
