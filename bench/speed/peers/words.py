"""What the peers say: as long as what Rekindle says, with the same buttons. And where they listen."""

import os
from dataclasses import dataclass

API = os.environ["BENCH_API"]
PORT = int(os.environ["BENCH_PORT"])
FOLDER = os.environ["BENCH_FOLDER"]
TOKEN = "700100:local-token-of-the-bench"
SECRET = "s" * 43
URL = f"http://127.0.0.1:{PORT}/hook"


@dataclass(frozen=True)
class Said:
    """A message and its buttons."""

    text: str
    buttons: tuple[str, ...]


EXITS = ("Stop", "Help")
TURNS = (
    Said(
        "A hard thing is easier to hear without blame: what happened, what you feel, what you wish.\n"
        "Your partner sees none of it unless you send it. How would you like to start?",
        ("Guide me", "I type it myself", "A made-up scene", "Show me an example", "More", "Later"),
    ),
    Said(
        "What happened? Only what a camera would have seen and heard.\nFinish this: When …\n"
        "For example: you looked at your phone at dinner",
        ("I type it all at once",),
    ),
    Said(
        "When {what}\n\nWhat did you feel? Tap a word, or type your own.",
        ("Sad", "Lonely", "Hurt", "Angry", "More words"),
    ),
    Said(
        "When {what}\nI feel {feeling}\n\nWhy does it matter to you? Finish this: It matters to me because …",
        ("Skip it",),
    ),
    Said(
        "When {what}\nI feel {feeling}\nIt matters to me because {why}\n\n"
        "What would help? Something they can do, soon and small. Finish this: I would like …",
        ("Show me an example",),
    ),
    Said(
        "When {what}\nI feel {feeling}\nIt matters to me because {why}\nI would like {wish}\n\n"
        "Now their side, if you can: what do you understand of it? Finish this: I can see that you …",
        ("Skip",),
    ),
    Said("That is your sentence. What would you like to do with it?", ("Keep it for me", "Change it", "Delete it")),
    Said("It is deleted. /practise begins anew.", ()),
)
NAMES = ("what", "feeling", "why", "wish")


def worded(turn: int, values: dict[str, str]) -> str:
    """The text of a turn with what the person has said."""
    return TURNS[turn].text.format(**{name: values.get(name, "…") for name in NAMES})
