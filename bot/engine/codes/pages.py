"""The pages of docs/diagnostics/ as Markdown, made from the codes and their examples. Pure."""

from __future__ import annotations

import textwrap

from bot.engine.codes import CODES, EXAMPLES, THEMES, theme_of
from bot.engine.codes.base import DIALOGS
from bot.engine.codes.page import Example

MADE = "<!-- made by scripts/dialog_pages.py: do not edit -->\n"
LONGEST = 700
INTRODUCTION = """\
Every finding has a number, a file, a line, a sentence, and a page here. Errors keep the dialogs from being used;
warnings are worth a look. How to write a dialog: [dialogs/README.md](../../dialogs/README.md).
"""


def pages() -> dict[str, str]:
    """Each page by the name of its file."""
    return {"README.md": _index(), **{f"{code}.md": _page(code, EXAMPLES[code]) for code in CODES}}


def _index() -> str:
    parts = [
        MADE,
        "# What check-dialogs finds\n",
        INTRODUCTION,
    ]
    for start, theme in THEMES.items():
        parts.append(f"## {theme}\n")
        rows = [
            f"| [{code}]({code}.md) | {_kind(code)} | {text} |"
            for code, text in CODES.items()
            if theme_of(code) == start
        ]
        parts.append("\n".join(["| Number | | Meaning |", "|---|---|---|", *rows]) + "\n")
    parts.append("## The dialogs of the examples\n")
    parts.append("The examples on the pages are pieces of these, before and after. They have no fault themselves.\n")
    parts += [f"`{name}`\n\n```yaml\n{text}```\n" for name, text in DIALOGS.items()]
    return "\n".join(parts)


def _kind(code: str) -> str:
    return "warning" if EXAMPLES[code].warning else "error"


def _page(code: str, one: Example) -> str:
    parts = [
        MADE,
        f"# {code} ({_kind(code)})\n",
        CODES[code] + "\n",
        "## Why\n",
        one.why + "\n",
        "## Wrong\n",
        _piece(one.wrong, one.file),
        "## Right\n",
        _piece(one.right, one.file),
        "## How to mend it\n",
        one.mend + "\n",
    ]
    if one.also:
        listed = ", ".join(f"[{other}]({other}.md)" for other in one.also)
        parts.append(f"Often seen together with {listed}: they go with the same correction.\n")
    parts.append("[All findings](README.md)\n")
    return "\n".join(parts)


def _piece(text: str, file: str) -> str:
    """A piece of a file; what cannot be seen or is very long is shown in another way."""
    if text.startswith("<") and text.endswith(">"):
        return f"{text[1:-1][0].upper()}{text[1:-1][1:]}.\n"
    if not text:
        return f"In `{file}` this piece is missing, or the file is empty.\n"
    shown = "".join(char if char == "\n" or char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    lines = textwrap.dedent(shown).rstrip("\n")
    if len(lines) > LONGEST:
        lines = f"{lines[:LONGEST]} ..."
    return f"In `{file}`:\n\n```{'po' if file.endswith('.po') else 'yaml'}\n{lines}\n```\n"
