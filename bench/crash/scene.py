"""Two couples who do much at once: what each of them types and taps in one burst."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from tests.support.phones import Phone, buttons
from tests.support.process import Stage
from tests.support.stories import BERLIN, connect

PARTS = 4
CAMERA = "the phone lay on the table at dinner on Monday, note {token}"
WHY = "dinner is our only hour together"
WISH = "us to eat without phones on Sunday"
RESTING = ["At another time", "In two hours", "Yes, seal it"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as its writer typed it."""

    token: str
    parts: tuple[str, ...]
    rests: bool


@dataclass
class Person:
    """One of the four, with all that they have done so far."""

    phone: Phone
    partner: Person | None = None
    letters: list[Letter] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    perhaps: int = 0  # letters and sentences typed while the chat was closed, which may have come to nothing
    doing: str = ""  # this time: practise, or write with or without a rest
    token: str = ""
    body: str = ""  # what the preview must show, word for word
    seen: int = 0  # messages in the chat before this burst


@dataclass(frozen=True, slots=True)
class Input:
    """A text typed, or with `message_id` a button tapped."""

    person: Person
    text: str
    message_id: int = 0

    def happen(self) -> None:
        """Does it, and waits for nothing."""
        phone = self.person.phone
        if self.message_id:
            body = {"user": phone.user, "message_id": self.message_id, "data": self.text, "force": True}
            phone.control.post("/control/tap", **body)
        else:
            phone.says(self.text)


def meet(stage: Stage, names: tuple[str, ...] = ("Ana", "Ben", "Cleo", "Dan")) -> list[Person]:
    """Each with the next one, all in Berlin with nine o'clock as their hour."""
    people = [Person(stage.phone(name)) for name in names]
    for one, other in zip(people[::2], people[1::2], strict=True):
        connect(one.phone, other.phone, zones=(BERLIN, BERLIN), hours=("9:00", "9:00"))
        one.partner, other.partner = other, one
    return people


def burst(
    people: list[Person], number: int, rests: list[bool], taken_back: dict[int, str] | None = None
) -> list[Input]:
    """All that happens this time, the people's inputs in turns and each person's own in order.

    Those who write and those who practise change places each time; `rests` says whose letter rests. `taken_back`
    holds a letter's id for the users who take one back.
    """
    lists = []
    for place, person in enumerate(people):
        person.seen = len(person.phone.messages())
        person.token = f"{number}{'abcd'[place]}"
        typed = write(person, rests=rests[place]) if (number + place) % 2 else practise(person)
        back = list(_takes_back(person, (taken_back or {}).get(person.phone.user)))
        lists.append([*taps(person), *back, *(Input(person, text) for text in typed)])
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def taps(person: Person) -> Iterator[Input]:
    """Opens each letter that lies closed, and is done with each daily message."""
    for message in person.phone.from_bot():
        for button in buttons(message):
            if button["text"] in ("Open", "Done"):
                yield Input(person, button["data"], message["id"])


def _takes_back(person: Person, letter: str | None) -> Iterator[Input]:
    """As from the list of letters, under an old message: the button's data say which letter."""
    if letter is not None:
        yield Input(person, f"l.{letter}.withdraw", person.phone.from_bot()[0]["id"])


def write(person: Person, *, rests: bool) -> list[str]:
    """A letter in parts, typed from the command to the seal."""
    parts = tuple(f"Part {n} of letter {person.token}: we walked along the river." for n in range(1, PARTS + 1))
    person.letters.append(Letter(person.token, parts, rests))
    person.doing = "write, let it rest" if rests else "write"
    person.body = "\n\n".join(parts)
    return ["/write", "A blank page", *parts, "Preview", *(RESTING if rests else ["Yes, now"])]


def practise(person: Person) -> list[str]:
    """A guided sentence, kept."""
    what = CAMERA.format(token=person.token)
    person.doing = "practise"
    person.body = f"When {what}, I felt lonely. It matters to me because {WHY}. I would like {WISH}."
    person.sentences.append(person.body)
    return ["/practise", "Guide me", what, "Lonely", WHY, WISH, "Skip", "Keep it for me", "Say it in a calm hour"]
