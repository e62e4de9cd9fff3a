"""Seals and opens private words: AES-256-GCM under a key per person, wrapped by SECRET_KEYS in a store of its own.

Synchronous and thread-safe, for the database thread. It writes no row but person keys and logs nothing.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.db.keystore import KeyStore
from bot.db.types import SealedBytes
from bot.errors import Erased, KeyMissing, SealBroken

KEY_BYTES = 32
REWRAP_BATCH = 500
FORGET_AFTER = 20.0  # seconds until a key destroyed by another process is forgotten here

_FORMAT = b"\x01"
_MARK_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = len(_FORMAT) + _MARK_BYTES + _NONCE_BYTES
_CANARY = "canary"


class Chance(Protocol):
    """Where randomness comes from."""

    def token(self, nbytes: int) -> bytes:
        """That many unpredictable bytes."""
        ...


class _Key:
    """A key with the mark that tells it from others; the mark says nothing about the key.

    The cipher is made for each use: that takes a microsecond, and one that is kept takes 3 kB for each person.
    """

    __slots__ = ("mark", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.mark = hashlib.blake2s(raw, digest_size=_MARK_BYTES, person=b"rekindle").digest()

    def seal(self, data: bytes, bound_to: bytes, nonce: bytes) -> bytes:
        return _FORMAT + self.mark + nonce + AESGCM(self.raw).encrypt(nonce, data, bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        nonce = sealed[_HEAD_BYTES - _NONCE_BYTES : _HEAD_BYTES]
        try:
            return AESGCM(self.raw).decrypt(nonce, sealed[_HEAD_BYTES:], bound_to)
        except InvalidTag:
            raise SealBroken("Sealed words do not belong where they were found.") from None


def _mark_of(sealed: bytes) -> bytes:
    if len(sealed) <= _HEAD_BYTES or sealed[:1] != _FORMAT:
        raise SealBroken("This is not a sealed value.")
    return sealed[1 : 1 + _MARK_BYTES]


def _bind(*parts: str | int) -> bytes:
    """Associated data: a JSON list, so that no two places read the same."""
    return orjson.dumps(parts)


def _derive(secret: bytes, purpose: str) -> _Key:
    return _Key(HKDF(SHA256(), KEY_BYTES, salt=None, info=f"rekindle {purpose}".encode()).derive(secret))


class Vault:
    """`service_keys`: SECRET_KEYS, 32 bytes each; the first wraps and seals, all open.

    Every open raises Erased if the key was destroyed, SealBroken if the value was moved from another place.
    """

    def __init__(
        self, service_keys: Sequence[bytes], keys: KeyStore, chance: Chance, *, cached_keys: int = 20_000
    ) -> None:
        self._keys = keys
        self._chance = chance
        self._wrapping = [_derive(secret, "person keys") for secret in service_keys]
        self._service = [_derive(secret, "payloads") for secret in service_keys]
        self._door = threading.Lock()
        self._cache: OrderedDict[int, _Key] = OrderedDict()
        self._cached_keys = cached_keys
        self._destroyed = keys.destroyed()
        self._look_again = time.monotonic() + FORGET_AFTER

    def check(self) -> None:
        """At the start: raises KeyMissing unless SECRET_KEYS opens everything in the key store."""
        bound_to = _bind(_CANARY)
        canary = self._keys.keep_fact(_CANARY, self._seal(self._wrapping[0], _CANARY.encode(), bound_to))
        self._open_with_any(self._wrapping, canary, bound_to)
        if not set(self._keys.marks()) <= {key.mark for key in self._wrapping}:
            raise _key_missing()

    def create_key(self, person_id: int, *, now: datetime | None = None) -> None:
        """Make the person's key, committed at once; a second call changes nothing."""
        wrapping = self._wrapping[0]
        wrapped = self._seal(wrapping, self._chance.token(KEY_BYTES), _bind("person", person_id))
        self._keys.add(person_id, wrapped, mark=wrapping.mark, now=now)

    def destroy_key(self, person_id: int) -> None:
        """Make all words of this owner unreadable for ever, at once: no rollback of a unit brings the key back."""
        self._keys.destroy(person_id)
        with self._door:
            self._cache.pop(person_id, None)

    def seal(self, text: str, *, owner: int, table: str, column: str, row_id: int) -> SealedBytes:
        """Words of `owner` for one column of one row. Raises Erased if the owner has no key."""
        bound_to = _bind("words", owner, table, column, row_id)
        return SealedBytes(self._seal(self._person_key(owner), text.encode(), bound_to))

    def open(self, sealed: SealedBytes, *, owner: int, table: str, column: str, row_id: int) -> str:
        """The words again, only with the same owner, table, column and row."""
        return self._open_owned(sealed, owner, _bind("words", owner, table, column, row_id)).decode()

    def new_letter_key(self) -> bytes:
        """A key for one letter; keep it only wrapped."""
        return self._chance.token(KEY_BYTES)

    def wrap_for(self, key: bytes, owner: int, letter_id: int) -> SealedBytes:
        """The letter's key for its writer, or from its opening on for its reader."""
        return SealedBytes(self._seal(self._person_key(owner), key, _bind("letter key", owner, letter_id)))

    def unwrap(self, sealed: SealedBytes, owner: int, letter_id: int) -> bytes:
        """The letter's key, by one of those it was wrapped for."""
        return self._open_owned(sealed, owner, _bind("letter key", owner, letter_id))

    def seal_with(self, key: bytes, text: str, *, table: str, column: str, row_id: int) -> SealedBytes:
        """Words under a letter's own key."""
        return SealedBytes(self._seal(_Key(key), text.encode(), _bind("letter", table, column, row_id)))

    def open_with(self, key: bytes, sealed: SealedBytes, *, table: str, column: str, row_id: int) -> str:
        """The letter's words again; SealBroken with another letter's key."""
        _mark_of(sealed.data)
        return _Key(key).open(sealed.data, _bind("letter", table, column, row_id)).decode()

    def seal_service(self, data: bytes, context: str) -> bytes:
        """Bytes that belong to no person yet (an inbox payload); `context` must be the same at opening."""
        return self._seal(self._service[0], data, _bind("service", context))

    def open_service(self, sealed: bytes, context: str) -> bytes:
        """What `seal_service` sealed. Raises KeyMissing if that key was taken out of SECRET_KEYS."""
        return self._open_with_any(self._service, sealed, _bind("service", context))

    @property
    def sealing_mark(self) -> bytes:
        """The mark of the first of SECRET_KEYS, which wraps person keys. It says nothing about the key."""
        return self._wrapping[0].mark

    def resealed(self, sealed: bytes, context: str) -> bytes | None:
        """The same bytes under the first of SECRET_KEYS; None when they are already. Raises KeyMissing."""
        if _mark_of(sealed) == self._service[0].mark:
            return None
        return self.seal_service(self.open_service(sealed, context), context)

    def opens_service(self, sealed: bytes) -> bool:
        """Whether one of SECRET_KEYS is that of these bytes."""
        return _mark_of(sealed) in {key.mark for key in self._service}

    def rewrap_all(self) -> int:
        """Wrap every person key with the first of SECRET_KEYS, online; how many changed.

        May be killed at any moment and run again. Payloads of rows are sealed by `resealed`, one by one.
        """
        first, changed = self._wrapping[0], 0
        while rows := self._keys.wrapped_otherwise(first.mark, limit=REWRAP_BATCH):
            changes = [(person_id, wrapped, self._rewrapped(person_id, wrapped)) for person_id, wrapped in rows]
            self._keys.rewrap(changes, mark=first.mark)
            changed += len(changes)
        canary = self._seal(first, _CANARY.encode(), _bind(_CANARY))
        self._keys.keep_fact(_CANARY, canary)
        self._keys.change_fact(_CANARY, canary)
        return changed

    def _rewrapped(self, person_id: int, wrapped: bytes) -> bytes:
        bound_to = _bind("person", person_id)
        return self._seal(self._wrapping[0], self._open_with_any(self._wrapping, wrapped, bound_to), bound_to)

    def _seal(self, key: _Key, data: bytes, bound_to: bytes) -> bytes:
        return key.seal(data, bound_to, self._chance.token(_NONCE_BYTES))

    def _open_owned(self, sealed: SealedBytes, owner: int, bound_to: bytes) -> bytes:
        mark, key = _mark_of(sealed.data), self._person_key(owner)
        if mark != key.mark:  # a key of another person, or the destroyed one of a person who came back
            raise Erased("These words were sealed with a key that is no more.")
        return key.open(sealed.data, bound_to)

    def _open_with_any(self, keys: Sequence[_Key], sealed: bytes, bound_to: bytes) -> bytes:
        mark = _mark_of(sealed)
        for key in keys:
            if key.mark == mark:
                return key.open(sealed, bound_to)
        raise _key_missing()

    def _person_key(self, person_id: int) -> _Key:
        self._forget_destroyed()
        with self._door:
            key = self._cache.get(person_id)
            if key is not None:
                self._cache.move_to_end(person_id)
                return key
        wrapped = self._keys.get(person_id)
        if wrapped is None:
            raise Erased("This person's key is no more.")
        key = _Key(self._open_with_any(self._wrapping, wrapped, _bind("person", person_id)))
        self._remember(person_id, key)
        return key

    def _remember(self, person_id: int, key: _Key) -> None:
        with self._door:
            self._cache[person_id] = key
            while len(self._cache) > self._cached_keys:
                self._cache.popitem(last=False)

    def _forget_destroyed(self) -> None:
        """Another process may have destroyed a key: look now and then, and forget all keys if one was."""
        if time.monotonic() < self._look_again:
            return
        destroyed = self._keys.destroyed()
        with self._door:
            if destroyed != self._destroyed:
                self._cache.clear()
            self._destroyed = destroyed
            self._look_again = time.monotonic() + FORGET_AFTER


def _key_missing() -> KeyMissing:
    return KeyMissing(
        "SECRET_KEYS does not open what is kept under KEYS_URL. Add the key that was used before, separated by a comma."
    )
