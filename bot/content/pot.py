"""Writes locale/messages.pot and brings the PO files up to date, by Babel. msgctxt = message id, msgid = English."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.content.translations import english_forms
from bot.engine.script import Text

_HEADER = "# Texts of the dialogs. Made by the program; do not edit.\n"


def export_pot(texts: Mapping[str, Text], *, now: datetime) -> str:
    """The text of messages.pot; `now` (with zone) stands in its header."""
    return _written(_template(texts, now))


def update_locale(folder: Path, texts: Mapping[str, Text], *, now: datetime) -> tuple[Path, ...]:
    """Writes messages.pot and updates each PO file beside it; entries whose English changed become fuzzy."""
    template = _template(texts, now)
    written = [folder / "messages.pot"]
    written[0].write_text(_written(template), encoding="utf-8")
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as stream:
            catalog = read_po(stream, locale=path.stem)
        catalog.update(template, no_fuzzy_matching=True)
        _mark_changed(catalog, template)
        path.write_text(_written(catalog), encoding="utf-8")
        written.append(path)
    return tuple(written)


def _template(texts: Mapping[str, Text], now: datetime) -> Catalog:
    catalog = Catalog(project="rekindle", creation_date=now, header_comment=_HEADER, fuzzy=False, charset="utf-8")
    for text in texts.values():
        for key, forms in english_forms(text):
            catalog.add(
                forms if len(forms) > 1 else forms[0],
                context=key,
                locations=[(text.place.file, text.place.line)] if text.place.file else [],
            )
    return catalog


def _mark_changed(catalog: Catalog, template: Catalog) -> None:
    """Keeps the old translation, marked fuzzy, where the English of an id has changed."""
    obsolete = {message.context: message for message in catalog.obsolete.values() if message.context}
    for message in template:
        old = obsolete.get(message.context or "") if message.id else None
        here = catalog.get(message.id, message.context) if old else None
        if old is not None and here is not None and not here.string:
            here.string = old.string
            here.flags.add("fuzzy")


def _written(catalog: Catalog) -> str:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, sort_output=False, ignore_obsolete=True, include_lineno=False)
    return buffer.getvalue().decode("utf-8")
