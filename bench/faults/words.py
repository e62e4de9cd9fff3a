"""Faults of texts, of what is private, of what was released, of translations and of the files beside the dialogs."""

from __future__ import annotations

import re
from random import Random

from bench.faults.source import Planted, Source, fault, indent, typo
from bot.content.loader import dialog_texts


def _said(src: Source, dice: Random, change: str) -> Planted | None:
    """A line of a message with words added."""
    at = src.say_line(dice)
    return None if at is None else src.swap(at, src.lines[at].rstrip() + " " + change)


@fault("an unknown name in a text")
def _name(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, dice.choice(["{nmae}", "{partner_name}", "{draft.lenght}"]))


@fault("a lonely brace")
def _brace(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, dice.choice(["{name", "name}", "{}", "{ name }", "{{name}}"]))


@fault("emphasis that stays open")
def _emphasis(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, dice.choice(["*very", "_very", "very*", "**very**"]))


@fault("markup of another kind")
def _markup(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, dice.choice(["<b>now</b>", "&nbsp;", "[here](https://example.org)", "`now`", "~~now~~"]))


@fault("an invisible character")
def _invisible(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, dice.choice(["a\u200bb", "\u202eab", "a\u00adb", "a\ufeffb", "a\x7fb", "\x1b[0m"]))


@fault("letters of another script")
def _script(src: Source, dice: Random) -> Planted | None:
    return _said(src, dice, "pl\u0435ase")


@fault("a message that is too long")
def _long(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say", where=lambda path: isinstance(src.value(path), str))
    return (
        src.insert(src.at(*path) + 1, "      " + "And so on, for a while. " * dice.choice([40, 200])) if path else None
    )


@fault("a message without words")
def _empty(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say", where=lambda path: isinstance(src.value(path), str))
    if path is None:
        return None
    at = src.at(*path)
    return src.planted(
        [*src.lines[:at], dice.choice(["    say: |", '    say: ""', "    say: |\n      "]), *src.lines[src.end(at) :]],
        at,
    )


@fault("a label without words")
def _no_label(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text")
    at = src.at(*path) if path else 0
    return (
        src.swap(at, f"{' ' * indent(src.lines[at])}text: {dice.choice(['', chr(34) * 2, chr(34) + '  ' + chr(34)])}")
        if path
        else None
    )


@fault("a name in a label")
def _in_label(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text")
    at = src.at(*path) if path else 0
    return src.swap(at, f'{" " * indent(src.lines[at])}text: "Go, {{name}}"') if path else None


@fault("a plural without a count")
def _plural(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say", where=lambda path: isinstance(src.value(path), str))
    if path is None:
        return None
    at = src.at(*path)
    new = ["    say:", "      one: |", "        One letter.", "      other: |", "        More letters."]
    if dice.random() < 0.5:
        new.insert(1, f"      count: {dice.choice(['letters', 'name', 'path'])}")
    return src.planted([*src.lines[:at], *new, *src.lines[src.end(at) :]], at)


# -- what is private, and what cannot be undone


@fault("a consent that is missing")
def _consent(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "consent")
    return src.cut(src.at(*path)) if path else None


@fault("a consent to another variable")
def _other_consent(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "consent")
    return src.set(path, dice.choice(["name", typo(src.value(path), dice)])) if path else None


@fault("a consent to what is not shown")
def _unseen(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "show", where=lambda path: "consent" in str(src.value(path[:2])))
    if path is None:
        return None
    return src.cut(src.at(*path))


@fault("something private declared public")
def _public(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "private", where=lambda path: "consent: " + str(path[1]) in src.text)
    if path is None:
        return None
    at = src.at(*path)
    return src.swap(at, re.sub(r", private: true|private: true, ", "", src.lines[at]))


@fault("a message between the consent and the sending")
def _resaved(src: Source, dice: Random) -> Planted | None:
    """The tap with the consent leads to a question where the letter may change."""
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "consent")
    if path is None:
        return None
    button = path[:5]
    go = src.value((*button, "go"))
    new = [
        "  once_more:", "    say: |", "      Anything else?", "    ask:",
        f"      collect: {{into: {src.value(path)}, kinds: [text]}}",
        "      buttons:", "        ready:", "          text: Ready", f"          go: {go}",
    ]  # fmt: skip
    changed = src.set((*button, "go"), "once_more")
    if changed is None:
        return None
    lines = str(changed.files[src.file]).split("\n")
    at = next(iter(src.node_lines()))[1]
    lines[at:at] = new
    return src.planted(lines, at + len(new) - 1)


@fault("something that cannot be undone by a timer")
def _by_timer(src: Source, dice: Random) -> Planted | None:
    gone = ("seal_letter", "leave_partner", "delete_me", "say_bye", "discard_letter")
    acting = [
        name
        for name, _ in src.node_lines()
        if any(act in str(src.value(("nodes", name)).get("do", "")) for act in gone)
    ]
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: "timeout" not in src.value(path))
    if not acting or path is None:
        return None
    return src.insert(src.at(*path) + 1, f"      timeout: {{after: 1h, go: {dice.choice(acting)}}}")


@fault("a question without a way out")
def _no_exit(src: Source, dice: Random) -> Planted | None:
    if src.paths("exits"):
        return None
    path = src.one(dice, "nodes", "*", "ask", where=lambda path: "buttons" not in src.value(path))
    return Planted(src.insert(src.at("start"), "exits: false").files, src.file, src.at(*path) + 2) if path else None


@fault("a button called Stop")
def _stop(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text")
    at = src.at(*path) if path else 0
    return (
        src.swap(at, f"{' ' * indent(src.lines[at])}text: {dice.choice(['Stop', 'Back', 'stop', 'Help'])}")
        if path
        else None
    )


@fault("a synonym of Stop")
def _stop_word(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: "also" not in src.value(path))
    return (
        src.insert(src.at(*path) + 1, f"          also: [{dice.choice(['stop', 'quit', 'back', 'help'])}]")
        if path
        else None
    )


# -- what was released


@fault("a released question with another name")
def _renamed(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(
        [(name, at) for name, at in src.node_lines() if "ask" in src.value(("nodes", name))] or [("", 0)]
    )
    if not name:
        return None
    new = f"{name[:24]}_now"
    text = re.sub(rf"(?<=[ {{])(go|to|start|give_up): {name}(?=[\s,}}])", rf"\1: {new}", src.text)
    text = text.replace(f"\n  {name}:\n", f"\n  {new}:\n", 1).replace(f"start: {name}\n", f"start: {new}\n")
    return Planted({src.file: text}, src.file, at + 1)


@fault("a button with another id")
def _button_id(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*")
    return src.rename(path, f"{path[-1]}_now") if path else None


@fault("a released button that is gone")
def _button_gone(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", where=lambda path: len(src.value(path[:4])) > 1)
    return src.cut(src.at(*path), src.end(src.at(*path))) if path else None


@fault("another checker of a released question")
def _checker(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "text", "check")
    others = [name for name in src.book.checkers if name != src.value(path)] if path else []
    return src.set(path, dice.choice(others)) if path else None


@fault("`moved` to what is no question")
def _moved(src: Source, dice: Random) -> Planted | None:
    return None if src.paths("moved") else src.insert(src.at("start"), "moved: {gone: nowhere}")


@fault("a released variable with another type")
def _retyped(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "type", where=lambda path: src.value(path) in ("text", "choice", "flag"))
    at = src.at(*path) if path else 0
    return src.swap(at, re.sub(r"type: \w+(, of: \[.*?\])?", "type: number", src.lines[at])) if path else None


# -- translations


def _po(src: Source, dice: Random, translate: str, flag: str = "", key: str = "") -> Planted | None:
    texts = [text for text in dialog_texts(src.dialog) if text.placeholders and not text.count] if src.dialog else []
    if not texts:
        return None
    text = dice.choice(texts)
    english = text.variants[0].replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    entry = f'{flag}msgctxt "{key or text.variant_id(0)}"\nmsgid "{english}"\nmsgstr "{translate}"\n'
    return Planted({"locale/de.po": head + entry}, "locale/de.po", 6)


@fault("other names in a translation")
def _po_names(src: Source, dice: Random) -> Planted | None:
    return _po(src, dice, "Hallo {nmae}")


@fault("a translation with a lonely brace")
def _po_brace(src: Source, dice: Random) -> Planted | None:
    return _po(src, dice, "Hallo {name")


@fault("a translation that is only a guess")
def _po_fuzzy(src: Source, dice: Random) -> Planted | None:
    return _po(src, dice, "Hallo", flag="#, fuzzy\n")


@fault("a translation of nothing")
def _po_unknown(src: Source, dice: Random) -> Planted | None:
    return _po(src, dice, "Hallo", key="nobody.knows.say")


@fault("a translation file that is broken")
def _po_broken(src: Source, dice: Random) -> Planted | None:
    return Planted({"locale/de.po": 'msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr[zwei] "b"\n<<<<\n'}, "locale/de.po", 5)
