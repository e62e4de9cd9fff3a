"""The verb `doctor`: looks at everything that can be wrong, beside a running bot or before the first start."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import TextIO

from pydantic import SecretStr

from bot.conversation.shelf import DIALOGS, open_library
from bot.errors import ContentError, OperatorError
from bot.operations import doctor_data, doctor_machine, doctor_telegram
from bot.operations.findings import Finding, Grade, broken, well
from bot.settings import HELP, REQUIRED, Settings, load_settings

SIGNS = {Grade.WELL: "ok  ", Grade.ATTENTION: "LOOK", Grade.WILL_NOT_RUN: "STOP"}
SECRET = frozenset({"WEBHOOK_URL", "OPERATOR_CONTACT"})  # beside those whose type says so


def run(*, out: TextIO, as_json: bool) -> int:
    """Writes one line a finding. 0 all is well, 1 something needs a look, 2 the bot will not run so."""
    grade = Grade.WELL
    found = []
    for finding in examine():
        grade = max(grade, finding.grade)
        found.append(finding)
        if not as_json:
            out.write(_line(finding))
    if as_json:
        rows = [{"name": one.name, "grade": one.grade.name.lower(), "says": one.says, "do": one.do} for one in found]
        out.write(json.dumps({"grade": grade.name.lower(), "findings": rows}, indent=2) + "\n")
    return int(grade)


def _line(finding: Finding) -> str:
    return f"{SIGNS[finding.grade]}  {finding.name}: {finding.says}{' ' + finding.do if finding.do else ''}\n"


def examine() -> Iterator[Finding]:
    """Everything, the cheap and certain first."""
    yield _dialogs()
    yield from doctor_machine.time_zones()
    try:
        settings = load_settings(required=(), prepare=False)
    except OperatorError as error:
        yield from (broken("settings", line, "") for line in error.message.splitlines())
        return
    yield from _settings(settings)
    yield from doctor_machine.disks(settings)
    yield from doctor_data.examine(settings)
    if settings.telegram_bot_token.get_secret_value():
        yield from asyncio.run(doctor_telegram.examine(settings))


def _dialogs() -> Finding:
    try:
        library = open_library(DIALOGS)
    except ContentError as error:
        return broken("dialogs", error.message, "Run: python -m bot check-dialogs")
    return well("dialogs", f"{len(library.book.dialogs)} compile.")


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in HELP:
        value = getattr(settings, name.lower())
        if name in REQUIRED and not (value.get_secret_value() if isinstance(value, SecretStr) else value):
            yield broken(name, "is not set.", HELP[name])
        else:
            yield well(name, shown(settings, name))


def shown(settings: Settings, name: str) -> str:
    """A setting for the eyes of whoever stands behind the operator: secrets only as set or not."""
    value = getattr(settings, name.lower())
    if name.lower() not in settings.model_fields_set:
        return "not set; the default holds." if value else "not set."
    if name in SECRET or isinstance(value, SecretStr):
        return "set."
    if name == "SECRET_KEYS":
        return f"set, {len(value)} of them."
    return f"{':'.join(map(str, value)) if isinstance(value, tuple) else value}"
