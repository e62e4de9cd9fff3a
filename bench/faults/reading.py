"""Faults of the file itself and of its form: what an editor, a merge or a hurried hand leaves behind."""

from __future__ import annotations

import re
from random import Random

from bench.faults.source import Planted, Source, fault, indent, typo


def _key_line(src: Source, dice: Random, deeper: int = 0) -> int:
    """The index of a line with a key of its own, not inside a text."""
    found = [
        path
        for path in src.document.lines
        if len(path) > deeper and isinstance(path[-1], str) and re.match(rf"\s*{path[-1]}:", src.lines[src.at(*path)])
    ]
    return src.at(*dice.choice(found))


@fault("a tab for blanks")
def _tab(src: Source, dice: Random) -> Planted | None:
    at = _key_line(src, dice, 1)
    return src.swap(at, "\t" + src.lines[at].lstrip())


@fault("a wrong indent")
def _indent(src: Source, dice: Random) -> Planted | None:
    at = _key_line(src, dice, 2)
    return src.swap(at, src.lines[at][1:])


@fault("an indent too deep")
def _too_deep(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask") or src.one(
        dice, "nodes", "*", "end", where=lambda path: len(src.value(path[:2])) > 1
    )
    return src.swap(src.at(*path), "  " + src.lines[src.at(*path)]) if path else None


@fault("a key twice at the top")
def _twice(src: Source, dice: Random) -> Planted | None:
    at = src.at(dice.choice(["about", "start", "expire"]))
    return src.insert(at + 1, src.lines[at])


@fault("a node twice")
def _node_twice(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    return src.insert(at, f"  {name}:", "    end: done", at=2)


@fault("a button twice")
def _button_twice(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*")
    if path is None:
        return None
    at = src.at(*path)
    end = src.end(at)
    return src.insert(end, *src.lines[at:end])


@fault("a quote that stays open")
def _quote(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text") or ("about",)
    at = src.at(*path)
    return src.swap(at, re.sub(r": *", ': "', src.lines[at], count=1))


@fault("a colon that is missing")
def _colon(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "end") or ("start",)
    return src.swap(src.at(*path), src.lines[src.at(*path)].replace(":", "", 1))


@fault("a colon inside a plain text")
def _inner_colon(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text") or ("about",)
    return src.swap(src.at(*path), src.lines[src.at(*path)] + ": really")


@fault("a brace that stays open")
def _brace(src: Source, dice: Random) -> Planted | None:
    found = [
        at for at, line in enumerate(src.lines) if (line.rstrip().endswith("}") and ": {" in line) or "- {" in line
    ]
    at = dice.choice(found)
    return src.swap(at, src.lines[at].rstrip()[:-1])


@fault("an anchor")
def _anchor(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    return src.swap(at, f"  {name}: &{name}")


@fault("an alias")
def _alias(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    return src.insert(at, f"  copy_of_{name[:20]}: *{name}")


@fault("a merge key")
def _merge(src: Source, dice: Random) -> Planted | None:
    _, at = dice.choice(list(src.node_lines()))
    return src.insert(at + 1, "    <<: *base")


@fault("a tag")
def _tag(src: Source, dice: Random) -> Planted | None:
    return src.swap(src.at("about"), src.lines[src.at("about")].replace("about: ", "about: !!python/object:os.system "))


@fault("a second document")
def _second(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    return src.insert(at, "---")


@fault("a mark of a merge")
def _conflict(src: Source, dice: Random) -> Planted | None:
    _, at = dice.choice(list(src.node_lines()))
    return src.insert(at, "<<<<<<< ours")


@fault("a null byte")
def _null(src: Source, dice: Random) -> Planted | None:
    at = src.say_line(dice)
    return None if at is None else src.swap(at, src.lines[at] + "\x00")


@fault("a byte that is not UTF-8")
def _latin(src: Source, dice: Random) -> Planted | None:
    at = src.say_line(dice)
    if at is None:
        return None
    raw = [line.encode() for line in src.lines]
    raw[at] += b" caf\xe9"
    return Planted({src.file: b"\n".join(raw)}, src.file, at + 1)


@fault("another encoding")
def _utf16(src: Source, dice: Random) -> Planted | None:
    return Planted({src.file: src.text.encode("utf-16")}, src.file, 1)


@fault("an empty file")
def _empty(src: Source, dice: Random) -> Planted | None:
    return Planted({src.file: dice.choice(["", "\n\n", "# nothing yet\n"])}, src.file, 1)


@fault("a file that is a list")
def _list(src: Source, dice: Random) -> Planted | None:
    return Planted({src.file: "- one\n- two\n"}, src.file, 1)


@fault("half a file")
def _half(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say")
    if path is None:
        return None
    at = src.at(*path)
    return Planted({src.file: "\n".join(src.lines[:at]) + "\n    sa"}, src.file, at + 1)


@fault("a misspelt key at the top")
def _top_key(src: Source, dice: Random) -> Planted | None:
    key = dice.choice(["about", "start", "expire", "nodes"])
    return src.rename((key,), typo(key, dice))


@fault("a misspelt key of a node")
def _node_key(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a misspelt key of a question")
def _ask_key(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a misspelt key of a button")
def _button_key(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a misspelt key of a variable")
def _var_key(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "vars", "*", "*")
    return src.rename(path, typo(str(path[-1]), dice)) if path else None


@fault("a key in capitals")
def _capital(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "*")
    return src.rename(path, str(path[-1]).title()) if path else None


@fault("an id in capitals")
def _capital_id(src: Source, dice: Random) -> Planted | None:
    name, at = dice.choice(list(src.node_lines()))
    return src.swap(at, f"  {name.title()}-1:")


@fault("the expiry is gone")
def _no_expire(src: Source, dice: Random) -> Planted | None:
    at = src.at("expire")
    return src.cut(at, src.end(at))


@fault("`about` is gone")
def _no_about(src: Source, dice: Random) -> Planted | None:
    return src.cut(src.at("about"))


@fault("`start` is gone")
def _no_start(src: Source, dice: Random) -> Planted | None:
    return src.cut(src.at("start"))


@fault("the label of a button is gone")
def _no_label(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text")
    return src.cut(src.at(*path)) if path else None


@fault("a button that leads nowhere")
def _no_go(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "go")
    return src.cut(src.at(*path)) if path else None


@fault("a number or `true` for a text")
def _bare(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "text") or ("about",)
    return src.swap(
        src.at(*path), f"{' ' * indent(src.lines[src.at(*path)])}{path[-1]}: {dice.choice(['true', '12', '1.5'])}"
    )


@fault("a word for true or false")
def _norway(src: Source, dice: Random) -> Planted | None:
    word = dice.choice(["no", "yes", "off", '"false"', "False"])
    path = src.one(dice, "vars", "*", "private") or src.one(dice, "exits")
    if path is not None and src.value(path) is True:
        return src.set(path, word) or src.swap(
            src.at(*path), src.lines[src.at(*path)].replace("private: true", f"private: {word}")
        )
    return src.insert(src.at("start"), f"exits: {word}") if not src.paths("exits") else None


@fault("a wrong unit of time")
def _unit(src: Source, dice: Random) -> Planted | None:
    return src.set(("expire", "after"), dice.choice(["7", "7w", "7 days", "1month", "P7D", "0d", "-1d"]))


@fault("minutes for days")
def _minutes(src: Source, dice: Random) -> Planted | None:
    return src.set(("expire", "after"), dice.choice(["7m", "24s", "3000d"]))


@fault("a list for a text")
def _listed(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*", "go") or ("start",)
    return src.set(path, "[one, two]")


@fault("a text in braces")
def _flow_text(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask", "buttons", "*")
    if path is None or set(src.value(path)) != {"text", "go"}:
        return None
    at, value = src.at(*path), src.value(path)
    lines = [
        *src.lines[:at],
        f"        {path[-1]}: {{text: {value['text']!r}, go: {value['go']}}}",
        *src.lines[src.end(at) :],
    ]
    return src.planted(lines, at)


@fault("a message that is no block")
def _no_block(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say", where=lambda path: isinstance(src.value(path), str))
    if path is None:
        return None
    at = src.at(*path)
    lines = [*src.lines[:at], "    say: Well then", *src.lines[src.end(at) :]]
    return src.planted(lines, at)


@fault("a text under the wrong key")
def _wrong_place(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "say")
    return src.rename(path, dice.choice(["text", "about", "message"])) if path else None


@fault("`say` inside `ask`")
def _say_in_ask(src: Source, dice: Random) -> Planted | None:
    path = src.one(dice, "nodes", "*", "ask")
    return src.insert(src.at(*path) + 1, "      say: |", "        Hello there.") if path else None


@fault("a file called otherwise")
def _misnamed(src: Source, dice: Random) -> Planted | None:
    other = f"{typo(src.file.removesuffix('.yaml'), dice)}.yaml"
    return Planted({src.file: None, other: src.text}, other, src.at("dialog") + 1)


@fault("an id of another dialog")
def _other_id(src: Source, dice: Random) -> Planted | None:
    other = dice.choice([name for name in src.book.dialogs if name != src.value(("dialog",))])
    return src.set(("dialog",), other)


@fault("a dialog in two files")
def _two_files(src: Source, dice: Random) -> Planted | None:
    return Planted({f"zz_{src.file}": src.text}, f"zz_{src.file}", src.at("dialog") + 1)


@fault("another ending of the file name")
def _yml(src: Source, dice: Random) -> Planted | None:
    other = src.file.replace(".yaml", dice.choice([".yml", ".YAML", ".yaml.txt"]))
    return Planted({src.file: None, other: src.text}, other, 0)
