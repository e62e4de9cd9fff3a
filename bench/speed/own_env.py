"""The environment for what a process loads, `.venv-run`: what whoever runs a bot installs, without our tools.

Libraries load more of themselves where they find a tool they know (httpx and structlog load rich): 6 MB here.
"""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv-run"


@cache
def python() -> str:
    """Its interpreter; where it cannot be made that is said, and it is this one."""
    uv = ["env", f"UV_PROJECT_ENVIRONMENT={FOLDER}", str(ROOT / "scripts" / "uv")]
    command = [*uv, "sync", "--quiet", "--frozen", "--no-dev", "--compile-bytecode"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Rekindle is measured beside the tools of development:\n{done.stderr[-2000:]}")
        return sys.executable
    return str(FOLDER / "bin" / "python")
