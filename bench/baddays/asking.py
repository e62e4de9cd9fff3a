"""Asks a bot how it is, as whoever runs it does."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from tests.support.process import HOST


def checks(port: int) -> dict[str, Any]:
    """The conditions of being ready, by name; {} when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=10) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    except OSError:
        return {}
    found: dict[str, Any] = json.loads(body)["checks"]
    return found


def is_well(port: int) -> bool:
    """Whether every condition holds."""
    found = checks(port)
    return bool(found) and all(found.values())
