"""Rekindle: a coach on Telegram for two people who love each other and are growing apart."""

import os

# python-telegram-bot reads it when RetryAfter is made and warns without it; a switch of the library, not a setting.
os.environ.setdefault("PTB_TIMEDELTA", "1")  # noqa: TID251
