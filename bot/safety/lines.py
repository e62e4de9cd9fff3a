"""Helplines of a person's country as text. Numbers are shown as printed by whoever runs them, never built."""

from __future__ import annotations

from bot.content.helplines import Line
from bot.content.library import Library


def lines_text(library: Library, country: str | None, kind: str, lang: str) -> str:
    """The lines of this kind, one a paragraph: name, numbers, hours, address, whom it serves, and its last check."""
    return "\n\n".join(_line(library, line, lang) for line in library.helplines.lines_for(country, kind))


def _line(library: Library, line: Line, lang: str) -> str:
    catalogue = library.catalogue
    said = [line.name]
    if line.phone:
        said.append(catalogue.text("interface.line_phone", lang, {"number": line.phone}))
    if line.text:
        said.append(catalogue.text("interface.line_text", lang, {"number": line.text}))
    if line.hours:
        said.append(line.hours)
    if line.url:
        said.append(line.url)
    if line.serves != "everyone":
        said.append(catalogue.text(f"interface.line_serves_{line.serves}", lang))
    said.append(catalogue.text("interface.line_checked", lang, {"date": library.date(line.checked_on, lang)}))
    return "\n".join(said)


def emergency_text(library: Library, country: str | None, lang: str) -> str:
    """The emergency number of this country, or how to find it."""
    number = library.helplines.emergency(country)
    return number or library.catalogue.text("interface.emergency_unknown", lang)
