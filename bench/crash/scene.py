"""Two couples who do much at once: what each of them types and taps in one burst, and what the bot must answer."""

from __future__ import annotations

import random
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
    expected: list[str] = field(default_factory=list)  # what the bot says this time, apart from letters and nudges
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


def meet(stage: Stage) -> list[Person]:
    """Ana and Ben, Cleo and Dan: all in Berlin with nine o'clock as their hour."""
    people = [Person(stage.phone(name)) for name in ("Ana", "Ben", "Cleo", "Dan")]
    for one, other in (people[:2], people[2:]):
        connect(one.phone, other.phone, zones=(BERLIN, BERLIN), hours=("9:00", "9:00"))
        one.partner, other.partner = other, one
    return people


def burst(people: list[Person], number: int, rng: random.Random) -> list[Input]:
    """All that happens this time, the people's inputs in turns and each person's own in order."""
    lists = []
    for place, person in enumerate(people):
        person.seen = len(person.phone.messages())
        typing = write if (number + place) % 2 else practise
        lists.append([*taps(person), *typing(person, f"{number}{'abcd'[place]}", rng)])
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def taps(person: Person) -> Iterator[Input]:
    """Opens each letter that lies closed, and is done with each daily message."""
    for message in person.phone.from_bot():
        for button in buttons(message):
            if button["text"] in ("Open", "Done"):
                yield Input(person, button["data"], message["id"])


def write(person: Person, token: str, rng: random.Random) -> list[Input]:
    """A letter in parts, typed from the command to the seal."""
    assert person.partner is not None
    parts = tuple(f"Part {n} of letter {token}: we walked along the river." for n in range(1, PARTS + 1))
    rests = rng.random() < 0.3
    person.letters.append(Letter(token, parts, rests))
    person.expected = [
        "Some things are easier to write than to say",
        "What kind of letter is it?",
        "A blank page. Write as you would talk",
        "Write as many messages as you like",
        "This is how it will be read:\n\n" + "\n\n".join(parts),
        f"This is exactly what {person.partner.phone.name} will read",
        "It is sealed, and rests for two hours first" if rests else "It is sealed and on its way",
        "gets a short notice without a word of it",
    ]
    typed = ["/write", "A blank page", *parts, "Preview"]
    return [Input(person, text) for text in [*typed, "Yes, in two hours" if rests else "Yes, now"]]


def practise(person: Person, token: str, _: random.Random) -> list[Input]:
    """A guided sentence, kept."""
    what = CAMERA.format(token=token)
    whole = f"When {what}, I feel lonely. It matters to me because {WHY}. I would like {WISH}."
    person.sentences.append(whole)
    person.expected = [
        "An I-statement tells your side without blame",
        "Only what a camera would have seen and heard",
        f"When {what}\nWhat did you feel?",
        "Why does it matter to you?",
        "What would help?",
        "Now their side",
        f"This is how it will be read:\n\n{whole}",
        "This is the whole of it",
        "Kept, for your eyes only",
        "What will I do with it?",
        "I will not check on it",
    ]
    typed = ["/practise", "Guide me", what, "Lonely", WHY, WISH, "Skip", "Keep it for me", "Say it in a calm hour"]
    return [Input(person, text) for text in typed]
