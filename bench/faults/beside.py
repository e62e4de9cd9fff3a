"""Faults of the files beside the dialogs: fixed messages, lists, zones, numbers, gestures, word data, the lock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from bench.faults.source import Planted, typo

Read = Callable[[str], str]


def _replaced(file: str, text: str, old: str, new: str) -> Planted:
    at = text.index(old)
    line = text.count("\n", 0, at + len(old) - len(old.lstrip("\n"))) + 1
    return Planted({file: text.replace(old, new, 1)}, file, line)


# what is wrong: (the file, the words taken away, what stands there instead)
SWAPS: Mapping[str, tuple[str, str, str]] = {
    "interrupts: a dialog for help that is not there": ("_interrupts.yaml", "help_dialog: help", "help_dialog: hepl"),
    "interrupts: a dialog for a danger that is not there": ("_interrupts.yaml", ": danger_fear", ": danger_faer"),
    "interrupts: a danger that nothing finds": ("_interrupts.yaml", "  self_harm:", "  selfharm:"),
    "interrupts: a missing message": ("_interrupts.yaml", "  moved_on:", "  moved_onn:"),
    "interrupts: a word with two meanings": ("_interrupts.yaml", "back: [back,", "back: [stop,"),
    "interrupts: no word for Stop": (
        "_interrupts.yaml",
        "[stop, stop it, stop this, stop now, quit, exit, enough, cancel, leave it]",
        "[]",
    ),
    "interrupts: a name that nothing fills": ("_interrupts.yaml", "nothing before this", "nothing before {this}"),
    "interrupts: a misspelt key": ("_interrupts.yaml", "messages:", "mesages:"),
    "interface: a lonely brace": ("interface.yaml", "{partner}, {date}\n", "{partner}, {date\n"),
    "interface: an unknown name": ("interface.yaml", "A letter from {partner}.", "A letter from {partnr}."),
    "interface: a missing message": ("interface.yaml", "  fold: Fold it away\n", ""),
    "interface: a message twice": (
        "interface.yaml", "  fold: Fold it away\n", "  fold: Fold it\n  fold: Fold it away\n"),
    "interface: a bare `No`": ("interface.yaml", 'confirm_no: "No"', "confirm_no: false"),
    "lists: a misspelt key": ("lists.yaml", "hours:", "houres:"),
    "lists: an entry without quotes": ("lists.yaml", '"6:00"', "6"),
    "lists: a step that is none": ("lists.yaml", "  wish:", "  whish:"),
    "zones: a zone that is none": ("zones.yaml", "Europe/London", "Europe/Londno"),
    "zones: a misspelt key": ("zones.yaml", "        label: Reykjavik", "        lable: Reykjavik"),
    "helplines: a comma too much": ("helplines.json", '"AR": "Argentina",', '"AR": "Argentina",,'),
    "helplines: a number that is none": ("helplines.json", '"number": "1', '"number": "l'),
    "helplines: a misspelt key": ("helplines.json", '"compiled"', '"compield"'),
    "gestures: a category that is none": ("gestures.yaml", "category: gratitude", "category: gratitud"),
    "gestures: an effort that is none": ("gestures.yaml", "effort: 1", "effort: 4"),
    "gestures: a missing key": ("gestures.yaml", "  place: any\n", ""),
    "gestures: a misspelt key": ("gestures.yaml", "  together: any", "  togther: any"),
    "gestures: an id twice": ("gestures.yaml", "thank_and_effect:", "thank_small_job:"),
    "gestures: a lonely brace": ("gestures.yaml", "that nobody mentioned", "that nobody {mentioned"),
    "gestures: a name that nothing fills": ("gestures.yaml", "your partner did this week", "{partner} did this week"),
    "gestures: a text that is too long": ("gestures.yaml", "that nobody mentioned", "that nobody " + "at all " * 30),
    "words: an unknown class": ("phrasing/en/safety.yaml", "@", "@no_such_"),
    "words: a key twice": ("phrasing/en/world.yaml", "  vague_time: |", "  time_spot: |"),
    "words: a class that is asked for, misspelt": ("phrasing/en/grammar.yaml", "  copula: |", "  copla: |"),
    "words: a tab": ("phrasing/en/people.yaml", "classes:\n  ", "classes:\n\t"),
}  # fmt: skip


def plant(name: str, read: Read) -> Planted:
    """One of the table."""
    file, old, new = SWAPS[name]
    return _replaced(file, read(file), old, new)


def damaged_lock(read: Read, dice: Random) -> Planted:
    """A line of the lock that is none."""
    lines = read("dialogs.lock").split("\n")
    at = dice.randrange(2, len(lines) - 2)
    lines[at] = dice.choice(["<<<<<<< ours", lines[at][:-4] + " ?", lines[at - 1]])
    return Planted({"dialogs.lock": "\n".join(lines)}, "dialogs.lock", at + 1)


def stray_gesture(read: Read, dice: Random) -> Planted:
    """A key of a gesture, misspelt, somewhere."""
    lines = read("gestures.yaml").split("\n")
    found = [at for at, line in enumerate(lines) if line.startswith("  ") and ": " in line and line.rstrip()[-1] != "|"]
    at = dice.choice([at for at in found if lines[at].strip().split(":")[0] in ("category", "effort", "place", "time")])
    key = lines[at].strip().split(":")[0]
    lines[at] = lines[at].replace(key, typo(key, dice), 1)
    return Planted({"gestures.yaml": "\n".join(lines)}, "gestures.yaml", at + 1)
