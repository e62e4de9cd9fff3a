"""Writes docs/diagnostics/ and docs/dialogs/ from code and dialogs; with --check only says whether they are right."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.content.check import load
from bot.content.graph import pages as graphs
from bot.conversation.shelf import DIALOGS, open_registry
from bot.engine.codes.pages import pages as diagnostics

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python scripts/dialog_pages.py"


def wanted() -> dict[Path, str]:
    """Every page by its path."""
    book = load(DIALOGS, open_registry(DIALOGS)).book
    if book is None:
        sys.exit("The dialogs cannot be read; run: python -m bot check-dialogs")
    made = {ROOT / "docs" / "diagnostics" / name: text for name, text in diagnostics().items()}
    return made | {ROOT / "docs" / "dialogs" / name: text for name, text in graphs(book).items()}


def behind(pages: dict[Path, str]) -> list[Path]:
    """The pages that are not as they should be, and those that should not be there."""
    folders = {path.parent for path in pages}
    there = {path for folder in folders for path in folder.glob("*.md")}
    return sorted(
        [path for path, text in pages.items() if path not in there or path.read_text(encoding="utf-8") != text]
        + [path for path in there if path not in pages]
    )


def main() -> int:
    """Exit codes: 0 the pages are right now, 1 they are not (--check)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    pages = wanted()
    old = behind(pages)
    if parser.parse_args().check:
        named = ", ".join(path.relative_to(ROOT).as_posix() for path in old[:5])
        if old:
            print(f"{len(old)} pages are behind ({named}). Run: {COMMAND}", file=sys.stderr)
        return int(bool(old))
    for path in old:
        path.parent.mkdir(exist_ok=True)
        if path in pages:
            path.write_text(pages[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
