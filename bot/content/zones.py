"""The time zones of dialogs/zones.yaml: a region, then a choice in it, so that two taps find a zone."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from bot.clock import known_zone
from bot.content.yaml_file import read_yaml

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]

CHOICES_A_REGION = 9


class ZoneChoice(BaseModel):
    """One button: the zone's IANA name and the cities that tell a person it is theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str
    label: Label
    countries: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")], ...] = ()

    @field_validator("zone")
    @classmethod
    def _exists(cls, name: str) -> str:
        known_zone(name)
        return name


class Region(BaseModel):
    """One part of the world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Label
    zones: Annotated[dict[Id, ZoneChoice], Field(min_length=1, max_length=CHOICES_A_REGION)]


class Zones(BaseModel):
    """All regions, in the order in which they are shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regions: Annotated[dict[Id, Region], Field(min_length=1)]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = Counter(id_ for region in self.regions.values() for id_ in region.zones)
        twice = sorted(id_ for id_, count in ids.items() if count > 1)
        if twice:
            raise ValueError(f"used in two regions: {', '.join(twice)}")
        return self

    def choice(self, region: str, choice: str) -> ZoneChoice | None:
        """What the two taps meant; None when the file has moved on since the buttons were shown."""
        found = self.regions.get(region)
        return found.zones.get(choice) if found else None

    def names(self) -> dict[str, str]:
        """The IANA name of every choice by its id, which is unique in the file."""
        return {id_: choice.zone for region in self.regions.values() for id_, choice in region.zones.items()}

    def near(self) -> dict[str, str]:
        """For every zone by its IANA name the ids of its countries, with spaces between them."""
        choices = (choice for region in self.regions.values() for choice in region.zones.values())
        return {choice.zone: " ".join(choice.countries).lower() for choice in choices}

    def label_of(self, zone: str) -> str | None:
        """The cities of the choice with this zone name, if one has it."""
        labels = (c.label for region in self.regions.values() for c in region.zones.values() if c.zone == zone)
        return next(labels, None)


def load_zones(path: Path) -> Zones:
    """All regions. Raises ContentError with file and line, also for a zone that the tz database does not know."""
    file = read_yaml(path)
    try:
        return Zones.model_validate(file.data)
    except ValidationError as error:
        raise file.refusal(error) from None
