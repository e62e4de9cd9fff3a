"""The environment of the peers, `.venv-peers`: made on the first run, apart from the bot's own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-peers"
WANTED = Path(__file__).parent / "peers" / "requirements.txt"


def python() -> Path | None:
    """Its interpreter; None where it cannot be made, which is said."""
    mark = FOLDER / "made-from"
    if not mark.exists() or mark.read_text() != WANTED.read_text():
        uv = str(ROOT / "scripts" / "uv")
        for command in ([uv, "venv", "-q", "--clear", str(FOLDER)], _install(uv)):
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"The peers cannot be installed, so there is nothing to compare with:\n{done.stderr[-2000:]}")
                return None
        mark.write_text(WANTED.read_text())
    return FOLDER / "bin" / "python"


def _install(uv: str) -> list[str]:
    return [uv, "pip", "install", "-q", "--python", str(FOLDER / "bin" / "python"), "-r", str(WANTED)]


def redis() -> str | None:
    """Debian's redis-server; None where it is not installed."""
    return shutil.which("redis-server")
