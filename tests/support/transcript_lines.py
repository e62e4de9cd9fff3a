"""How a turn reads in a transcript, and how a file of transcripts is laid out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.engine.effects import Domain, Effect, End, RetireKeyboard, Say, Show, StartTimer, Status, Step

if TYPE_CHECKING:
    from tests.support.transcripts import Chat, Parts, Stage

WIDTH = 112
USUAL = ("waiting", "ended")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ .'/=<>()\u2019-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


def told(stage: Stage, done: Step, letters: Mapping[str, Parts]) -> tuple[dict[str, Any], ...]:
    """All that one turn does, in order."""
    from tests.support.transcripts import NOON  # noqa: PLC0415 - the two modules are one subject

    items: list[dict[str, Any]] = []
    for effect in done.effects:
        match effect:
            case Say():
                words = stage.catalogue.text(effect.message, "en", effect.args, effect.count)
                items.append({"bot": _with_buttons(stage, words, effect.choices)})
            case Show(letter):
                items.append({"shows": "\n".join(text for _, text in letters.get(letter, ())) or "(nothing)"})
            case Status(letter, choices):
                items.append({"status": _with_buttons(stage, f"parts: {len(letters.get(letter, ()))}", choices)})
            case _:
                _add(items, _line(effect, NOON))
    if done.toast is not None:
        _add(items, f"toast {stage.catalogue.text(done.toast)}")
    if done.outcome not in USUAL:
        _add(items, f"({done.outcome})")
    return tuple(items)


def _add(items: list[dict[str, Any]], line: str) -> None:
    if items and "effects" in items[-1]:
        items[-1]["effects"].append(line)
    else:
        items.append({"effects": [line]})


def _line(effect: Effect, now: Any) -> str:
    match effect:
        case Domain(name, args):
            return " ".join([name, *(f"{key}={_argument(value)}" for key, value in args.items())])
        case StartTimer(kind, at, _):
            return f"{kind} in {_span(at - now)}"
        case End(result):
            return f"end {result}"
        case RetireKeyboard():
            return "buttons go"
    raise AssertionError(f"{effect} is no line")


def _argument(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[a-z0-9_:]+", value) else json.dumps(value)


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes % 1440 == 0 and minutes > 1440:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _with_buttons(stage: Stage, words: str, choices: Iterable[Any]) -> str:
    rows: list[str] = []
    for choice in choices:
        label = f"[{stage.label(choice)}]"
        if rows and len(rows[-1]) + len(label) < WIDTH:
            rows[-1] += f" {label}"
        else:
            rows.append(label)
    return "\n".join([words.rstrip("\n"), *rows])


# -- the layout of a file


def page(chats: Sequence[Chat]) -> str:
    """The whole file."""
    dialog = chats[0].dialog
    head = [f"dialog: {dialog}"] if dialog else []
    return "\n".join([*head, "chats:", *(_chat(chat) for chat in chats)]) + "\n"


def laid_out(items: Iterable[Mapping[str, Any]]) -> list[str]:
    """Lines of a file."""
    return [line for item in items for line in _item(item)]


def _chat(chat: Chat) -> str:
    lines = [f"- name: {_scalar(chat.name)}"]
    if chat.facts:
        lines.append(f"  facts: {_flow(dict(chat.facts))}")
    if chat.start != {"dialog": chat.dialog}:
        lines.append(f"  start: {_flow(dict(chat.start))}")
    lines.append("  chat:")
    return "\n".join([*lines, *laid_out(chat.items)])


def _item(item: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for key, value in item.items():
        lead = "  - " if not lines else "    "
        lines += [f"{lead}{line}" if place == 0 else line for place, line in enumerate(_value(key, value))]
    return lines


def _value(key: str, value: Any) -> list[str]:
    if key in ("bot", "shows", "status"):
        return [f"{key}: |", *(f"      {line}".rstrip() for line in value.split("\n"))]
    if key == "effects" and len(_flow(value)) > WIDTH:
        return [f"{key}:", *(f"    - {_scalar(line)}" for line in value)]
    return [f"{key}: {_flow(value)}"]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)
