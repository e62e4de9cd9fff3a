"""Chance's one home: tokens, row ids and jitter, from the system or from a seed; and a stable hash for pure choices."""

import random
import secrets
from abc import ABC, abstractmethod
from datetime import datetime
from hashlib import blake2b
from threading import Lock

ID_BITS = 63
_WORD = (1 << 64) - 1
_RANDOM_BITS = 21
_MILLISECOND_BITS = ID_BITS - _RANDOM_BITS


class Chance(ABC):
    """Where random values come from. One object serves a whole process and all its threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._millisecond = -1
        self._id = 0

    @abstractmethod
    def token(self, nbytes: int) -> bytes:
        """Random bytes; unguessable only from SystemChance."""

    @abstractmethod
    def uniform(self, a: float, b: float) -> float:
        """A number between a and b."""

    def new_id(self, now: datetime | None = None) -> int:
        """A positive id of at most 63 bits.

        With `now` the upper 42 bits are its milliseconds since 1970, so that ids sort by age and fill an index from
        one side; within a millisecond one object never repeats an id. Without `now` all bits are random.
        """
        if now is None:
            return max(1, self._bits(ID_BITS))
        millisecond = int(now.timestamp() * 1000) % (1 << _MILLISECOND_BITS)
        with self._lock:
            if millisecond == self._millisecond:
                self._id += 1
            else:
                self._millisecond = millisecond
                # The upper half stays free for ids of the same millisecond.
                self._id = millisecond << _RANDOM_BITS | self._bits(_RANDOM_BITS - 1)
            return max(1, self._id)

    def _bits(self, count: int) -> int:
        return int.from_bytes(self.token(8), "big") >> (64 - count)


class SystemChance(Chance):
    """The randomness of the operating system, fit for secrets."""

    def token(self, nbytes: int) -> bytes:
        """Unguessable bytes."""
        return secrets.token_bytes(nbytes)

    def uniform(self, a: float, b: float) -> float:
        """A number between a and b."""
        return secrets.SystemRandom().uniform(a, b)


class SeededChance(Chance):
    """The same values for the same seed, for tests and simulation; never for secrets."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)  # noqa: S311 - repeatable by intent

    def token(self, nbytes: int) -> bytes:
        """Repeatable bytes."""
        return self._random.randbytes(nbytes)

    def uniform(self, a: float, b: float) -> float:
        """A repeatable number between a and b."""
        return self._random.uniform(a, b)


def pick_hash(*parts: str | int) -> int:
    """A number of 64 bits that depends on nothing but `parts`: the same on every machine and in every release.

    Parts are length-prefixed and typed, so ("ab", "c"), ("a", "bc") and (1, "1") all differ.
    """
    digest = blake2b(digest_size=8)
    for part in parts:
        kind = "i" if isinstance(part, int) else "s"
        encoded = str(part).encode(errors="surrogatepass")
        digest.update(f"{kind}{len(encoded)}:".encode() + encoded)
    return int.from_bytes(digest.digest(), "big")


def mix_hash(one: int, other: int) -> int:
    """Two hashes of 64 bits made into a third (the finaliser of SplitMix64): for loops, five times quicker."""
    word = (one ^ other) & _WORD
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & _WORD
    word = (word ^ word >> 27) * 0x94D049BB133111EB & _WORD
    return word ^ word >> 31
