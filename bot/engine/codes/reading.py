"""D1xx and D2xx: the file itself, and the form of a dialog."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine.codes.page import Example

READING: Mapping[str, Example] = {
    "D101": Example(
        why="The file is read as YAML, where the blanks before a line say what belongs to what. A tab, an open "
        "quote or a stray colon makes it unreadable, and nothing else of the file can be checked.",
        mend="Look at the line, and at the one above it: a quote that is not closed, a colon inside a text without"
        " quotes, a tab. Indent with two blanks.",
        right="about: Two minutes about today.\n",
        wrong="about: Two minutes: about today.\n",
    ),
    "D102": Example(
        why="A file of dialogs is made of keys and values. One that is empty or a mere list was most likely saved"
        " by mistake.",
        mend="Write the dialog, or delete the file.",
        right="dialog: calm\nabout: One slow breath.\nstart: breathe\n",
        wrong="",
        file="calm.yaml",
    ),
    "D103": Example(
        why="Every name that ends in .yaml must be a file that can be opened. A folder, a link into nothing or a "
        "file without rights to read it is none.",
        mend="Check the name and the rights; move folders elsewhere.",
        right="dialog: evening\n",
        wrong="<folder>",
    ),
    "D104": Example(
        why="A dialog is small: 200,000 bytes and 12 levels at most. More is a mistake or an attack, and reading "
        "it would take long.",
        mend="Split the dialog, or remove the nesting.",
        right="source: a friend\n",
        wrong="source: [[[[[[[[[[[[[[a friend]]]]]]]]]]]]]]\n",
    ),
    "D105": Example(
        why="Files are UTF-8, so that every letter of every language can stand in them. Another encoding turns "
        "letters into signs.",
        mend="Save the file as UTF-8; every editor can.",
        right="      How was today?\n",
        wrong="      How was the caf\udce9 today?\n",
    ),
    "D106": Example(
        why="Of two equal keys most readers keep the last in silence, and half of your work would be lost without"
        " a word.",
        mend="Remove one of the two, or give one another id.",
        right="about: Two minutes about today.\n",
        wrong="about: Two minutes about today.\nabout: Today.\n",
    ),
    "D107": Example(
        why="Anchors, aliases and tags make a file that only specialists can read, and some of them are attacks.",
        mend="Write the piece out where it is needed.",
        right="start: today\n",
        wrong="start: &first today\n",
    ),
    "D201": Example(
        why="A key that is not known has no effect, so what you meant by it would be missing.",
        mend="Correct the spelling; the finding names the nearest known key.",
        right="          also: [not good]\n",
        wrong="          alos: [not good]\n",
    ),
    "D202": Example(
        why="Without this key nobody knows what is meant: a button needs a label and a target, a dialog an id, a "
        "line about itself and a start.",
        mend="Add the key.",
        right="          text: Good\n          go: onward\n",
        wrong="          text: Good\n",
    ),
    "D203": Example(
        why="Ids become parts of keys in the database and of buttons, so they are short and plain. A duration has"
        " a number and one of s, m, h, d.",
        mend="Ids: small letters, digits and _, a letter first, 32 at most. Durations: 20m, 2h, 7d.",
        right="expire: {after: 7d, go: gone}\n",
        wrong="expire: {after: 7 days, go: gone}\n",
    ),
    "D204": Example(
        why="An unquoted `true` or a bare number is not a text, and might come out as something else than you wrote.",
        mend="Put it in quotes.",
        right="          text: Good\n",
        wrong="          text: 10\n",
    ),
    "D205": Example(
        why="Only the words listed in the finding have a meaning here.",
        mend="Use one of them.",
        right="  place: {type: text}\n",
        wrong="  place: {type: string}\n",
    ),
    "D206": Example(
        why="A list stands where one value is wanted, a word where true or false is, and the like.",
        mend="Write a value of the shape that the finding names; true and false without quotes.",
        right="  wish: {type: text, private: true}\n",
        wrong="  wish: {type: text, private: yes}\n",
    ),
    "D207": Example(
        why="Conditions are read, never run: names, fields, constants, comparisons, and, or, not. Everything else"
        " is refused.",
        mend="Compare with ==, put words in quotes, join with `and` and `or`.",
        right='      - {if: day == "hard" and local_hour > 20, to: rest}\n',
        wrong='      - {if: day = "hard" && local_hour > 20, to: rest}\n',
    ),
    "D208": Example(
        why="The id of a dialog is its address. With two of the same nobody can say which one opens.",
        mend="Give one of them another id and file, or delete one.",
        right="dialog: night\n",
        wrong="dialog: calm\n",
        file="night.yaml",
    ),
    "D209": Example(
        why="The ids of texts begin with the id of their dialog, and these beginnings belong to the fixed messages.",
        mend="Choose another id.",
        right="dialog: evening\n",
        wrong="dialog: interface\n",
    ),
    "D210": Example(
        why="Whoever reads an id in a log or a transcript finds its file by it.",
        mend="Rename the file, or the dialog.",
        right="dialog: evening\n",
        wrong="dialog: evenings\n",
    ),
    "D211": Example(
        why="Only names that end in .yaml are read. A dialog in evening.yml would never open, and nobody would "
        "know why.",
        mend="Rename it to .yaml, or move it out of the folder.",
        right="dialog: evening\n",
        wrong="<copied to evening.yml>",
    ),
    "D220": Example(
        why="The files beside the dialogs (gestures, lists, zones, numbers to call) have a format of their own, "
        "and this entry breaks it.",
        mend="The finding says what is wanted; the entries around it show how.",
        right="        zone: Europe/London\n",
        wrong="        zone: Europe/Londinium\n",
        file="zones.yaml",
    ),
    "D221": Example(
        why="The word data in `phrasing/` are rules by which sentences are judged. With one that cannot be read "
        "the bot does not start.",
        mend="Correct the rule: the head of the file says how one is written.",
        right="  vague_time: |\n",
        wrong="  vague_time: |\n    @no_such_class,\n",
        file="phrasing/en/world.yaml",
    ),
}
