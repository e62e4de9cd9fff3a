"""The verb `health`: asks a running bot of this machine. Loads next to nothing, since Docker asks every half minute."""

from __future__ import annotations

import http.client
import sys

from bot.errors import SettingsError
from bot.settings import load_settings

ASK_SECONDS = 5.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what listens everywhere is asked here


def health(path: str) -> int:
    """0 when the running bot says that it is well, else 1; its answer goes to stdout. Raises SettingsError."""
    listen = load_settings(required=(), prepare=False).metrics_listen
    if listen is None:
        raise SettingsError("METRICS_LISTEN is not set, so there is nothing to ask. Set it for the bot and for this.")
    connection = http.client.HTTPConnection(ANYWHERE.get(listen.host, listen.host), listen.port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        sys.stdout.write(answer.read().decode() + "\n")
    except OSError:
        sys.stdout.write(f"Nobody answers at {listen.host}:{listen.port}.\n")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == 200 else 1
