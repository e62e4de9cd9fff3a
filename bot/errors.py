# RekindleError
# ├── OperatorError            whoever runs the bot must act; shown as one plain sentence, then exit_code
# │   ├── SettingsError      2   a setting is missing or wrong
# │   ├── DatabaseUnusable   3   the database or the key store cannot be opened or written
# │   ├── KeyMissing         4   SECRET_KEYS does not open what is stored
# │   ├── TokenRefused       5   Telegram does not know the bot's token
# │   ├── PortInUse          6   LISTEN or METRICS_LISTEN is taken by another process
# │   ├── AlreadyRunning     7   another process of this bot holds the same database
# │   ├── PollingConflict    8   another process polls with the same token
# │   └── ContentError       9   dialogs/ does not compile
# ├── Busy                     another unit holds what this one needs: it is run again
# ├── NewerRelease             a dialog was saved by a newer release that is at work: its workers go on with it
# ├── Erased                   the words asked for were sealed with a key that has been destroyed
# └── BrokenAssumption         a rule of the program itself was broken: a defect, never a person's doing
#     └── SealBroken           sealed words do not belong to the row, column or owner they were read from
"""Every exception of the project. Imports nothing; expected refusals are return values, not exceptions."""

from typing import ClassVar


class RekindleError(Exception):
    """Root of all exceptions raised on purpose."""


class OperatorError(RekindleError):
    """A plain sentence for the person who runs the bot: what is wrong and the way out. Never holds a secret."""

    default_exit_code: ClassVar[int] = 1

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = self.default_exit_code if exit_code is None else exit_code


class SettingsError(OperatorError):
    """A setting is missing or wrong."""

    default_exit_code = 2


class DatabaseUnusable(OperatorError):
    """The database or the key store cannot be opened or written."""

    default_exit_code = 3


class KeyMissing(OperatorError):
    """SECRET_KEYS does not open what is stored."""

    default_exit_code = 4


class TokenRefused(OperatorError):
    """Telegram does not know the bot's token."""

    default_exit_code = 5


class PortInUse(OperatorError):
    """The address of LISTEN, METRICS_LISTEN or AUTHOR_LISTEN is taken."""

    default_exit_code = 6


class AlreadyRunning(OperatorError):
    """Another process of this bot holds the same database."""

    default_exit_code = 7


class PollingConflict(OperatorError):
    """Another process polls Telegram with the same token."""

    default_exit_code = 8


class ContentError(OperatorError):
    """The dialogs do not compile."""

    default_exit_code = 9


class Busy(RekindleError):
    """Another unit holds, or has just changed, what this one needs; the database runs it again."""


class NewerRelease(RekindleError):
    """What is needed was saved by a newer release, whose workers are there to go on with it."""

    def __init__(self, release: int) -> None:
        super().__init__(release)
        self.release = release


class Erased(RekindleError):
    """The words asked for were sealed with a key that has been destroyed; they cannot come back."""


class BrokenAssumption(RekindleError):
    """A rule of the program itself was broken."""


class SealBroken(BrokenAssumption):
    """Sealed words do not belong to the row, column or owner they were read from."""
