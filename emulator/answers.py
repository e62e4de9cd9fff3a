"""Answers as Telegram's server words them: prefix by status, first letter lowered, parameters beside."""

from typing import Any

Json = dict[str, Any]

_PREFIXES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
POLL_WHILE_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
SET_WEBHOOK = "terminated by setWebhook request"


class Refusal(Exception):
    """A call that Telegram refuses; `text` comes without prefix."""

    def __init__(self, status: int, text: str = "", **parameters: int) -> None:
        self.status = status
        self.description = worded(status, text)
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> Json:
        """The JSON object that goes over the wire."""
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer


def worded(status: int, text: str) -> str:
    """Prefix and casing of tdlib/telegram-bot-api, Client.cpp `fail_query_with_error`."""
    prefix = _PREFIXES.get(status, "Error")
    if not text:
        return prefix
    if text.startswith(prefix):
        return text
    second_is_loud = len(text) > 1 and (text[1].isupper() or text[1] == "_")
    return f"{prefix}: {text if second_is_loud else text[0].lower() + text[1:]}"


def flood(seconds: int) -> Refusal:
    """429; the HTTP layer copies `retry_after` into the Retry-After header."""
    return Refusal(429, f"retry after {seconds}", retry_after=seconds)
