"""Writes the table of settings in docs/running.md from bot/settings.py; with --check only says whether it is right."""

import argparse
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pydantic import SecretStr

from bot.settings import HELP, REQUIRED, Settings

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "running.md"
PLACE = re.compile(r"(<!-- settings:[^\n]*-->\n).*?(\n<!-- end of settings -->)", re.DOTALL)


def table() -> str:
    """Name, default and meaning of every setting, as Markdown."""
    rows = (f"| `{name}` | {default(name)} | {HELP[name]} |" for name in HELP)
    return "\n".join(["| Name | Default | Meaning |", "|---|---|---|", *rows])


def default(name: str) -> str:
    """A default as it would be written in the environment."""
    value = Settings.model_fields[name.lower()].default
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if name in REQUIRED:
        return "needed"
    if name == "LISTEN":
        return f"`{value.host}:{value.port}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value else ""


def main() -> int:
    """Exit codes: 0 the table is right now, 1 it is not (--check)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    old = DOCUMENT.read_text(encoding="utf-8")
    new = PLACE.sub(lambda found: found[1] + table() + found[2], old)
    if parser.parse_args().check:
        if new != old:
            print("docs/running.md is behind bot/settings.py. Run: python scripts/settings_table.py", file=sys.stderr)
        return int(new != old)
    DOCUMENT.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
