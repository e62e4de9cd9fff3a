"""Requests that are not Telegram's: right in everything but one thing, broken, cut off, mutated. Seeded."""

from __future__ import annotations

import gzip
import json
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.hook import PLACE, SECRET, request, text_update

LIMIT = 1 << 20
WRONG = "w" + SECRET[1:]
METHODS = ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post", "PROPFIND", "PRI", "P0ST")
PATHS = (
    *("", "/", "/hook", "/.env", f"/{PLACE}/", f"/{PLACE[:-1]}", f"/{PLACE}0", f"/{PLACE.upper()}x", f"/{PLACE}/hook"),
    *(
        "*",
        "//",
        "/../../etc/passwd",
        "/%00",
        "/%ff%fe",
        "http://[",
        "http://bot.example",
        "/a" * 4000,
        f"/{PLACE[::-1]}",
    ),
)
TYPES = (
    None,
    "",
    "text/plain",
    "text/json",
    "application/jsonx",
    "multipart/form-data",
    "application",
    "\udcff",
    "a/b/c;",
)
BODIES = (
    *("", "null", "true", "1", '"x"', "[]", "{}", "[{}]", '{"update_id":1}', '{"update_id":"1","message":{}}'),
    *('{"update_id":true,"message":{}}', '{"update_id":1.5,"message":{}}', '{"update_id":-1,"message":{}}'),
    *('{"update_id":0,"message":{}}', '{"update_id":1e400,"message":{}}', '{"update_id":9223372036854775808,"a":{}}'),
    *('{"update_id":1,"message":[]}', '{"message":{}}', '{"update_id":null,"message":{}}', '{"update_id":NaN}'),
    *(
        '{"update_id":1,"message":{"text":"\\ud800"}}',
        "\ufeff{}",
        "{'update_id':1}",
        '{"update_id":1,"message":{}',
        "{" * 5000,
    ),
    *('{"a":' * 1500 + "1" + "}" * 1500, '{"update_id":1,"message":' + '{"a":' * 400 + "1" + "}" * 401),
)
HEADERS = (
    *(b"X: " + b"x" * 9000, b"\r\n".join(b"X-%d: 1" % number for number in range(300)), b" folded: 1", b"no colon"),
    *(b"Content-Length: -1", b"Content-Length: 1\r\nContent-Length: 2", b"Content-Length: 0x10", b"X\x00Y: 1", b": 1"),
    *(b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: x"),
    *(b"Upgrade: websocket\r\nConnection: Upgrade", b"Expect: 100-continue", b"Expect: something", b"Host: \xff\xfe"),
    *(b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", b"X: \xf0\x9f\x98\x80", b"Range: bytes=0-", b"X: a\rb"),
)
LINES = (
    *(
        b"GET",
        b"GET /",
        b"GET / HTTP/9.9",
        b"GET / HTTP/1.1 x",
        b"GET  /  HTTP/1.1",
        b"get / http/1.1",
        b"\x00 / HTTP/1.1",
    ),
    *(b"PRI * HTTP/2.0\r\n\r\nSM", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"POST \xff HTTP/1.1", b"A" * 9000),
)
CHUNKS = (
    b"zz\r\n",
    b"-1\r\nx\r\n",
    b"5\r\nabc\r\n0\r\n\r\n",
    b"ffffffffffffffffff\r\nx",
    b"1;" + b"e" * 9000 + b"\r\nx\r\n",
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """One connection. `leaves`: closes as soon as it has written."""

    kind: str
    data: bytes
    leaves: bool = False


def letters(rng: random.Random, most: int) -> str:
    """Some letters and signs."""
    return "".join(rng.choices(string.ascii_letters + string.digits + "/._-~%!", k=rng.randint(0, most)))


def another_method(rng: random.Random) -> bytes:
    return request(line=f"{rng.choice(METHODS)} /{PLACE} HTTP/1.1".encode())


def another_path(rng: random.Random) -> bytes:
    path = rng.choice((*PATHS, f"/{letters(rng, 80)}"))
    return request(line=f"POST {path} HTTP/1.1".encode())


def another_secret(rng: random.Random) -> bytes:
    wrong = (None, "", WRONG, SECRET[:-1], SECRET + "x", SECRET.upper(), "\udcff\udcfe", letters(rng, 60) + "!")
    data = request(X_Telegram_Bot_Api_Secret_Token=rng.choice(wrong))
    if rng.random() < 0.2:  # twice: which of them counts must not matter
        data = request().replace(b"Host:", f"X-Telegram-Bot-Api-Secret-Token: {WRONG}\r\nHost:".encode(), 1)
    return data


def another_type(rng: random.Random) -> bytes:
    return request(Content_Type=rng.choice((*TYPES, letters(rng, 20) + "/x")))


def packed(rng: random.Random) -> bytes:
    body = json.dumps(text_update()).encode()
    name = rng.choice(("gzip", "deflate", "br", "zstd", "identity", letters(rng, 8)))
    return request(gzip.compress(body) if rng.random() < 0.5 else body, Content_Encoding=name)


def too_long(rng: random.Random) -> bytes:
    if rng.random() < 0.99:
        return request(Content_Length=str(LIMIT + rng.randint(1, 10 ** rng.randint(1, 17))))
    many = b"".join(b"10000\r\n" + b"x" * 65_536 + b"\r\n" for _ in range(17)) + b"0\r\n\r\n"
    return request(many, Content_Length=None, Transfer_Encoding="chunked")


def no_update(rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return request(rng.randbytes(rng.randint(0, 300)))
    return request(rng.choice(BODIES).encode("utf-8", "surrogateescape"))


def broken_head(rng: random.Random) -> bytes:
    data = request(X_Telegram_Bot_Api_Secret_Token=WRONG)
    line, rest = data.split(b"\r\n", 1)
    if rng.random() < 0.4:
        return rng.choice((*LINES, rng.randbytes(rng.randint(1, 200)))) + b"\r\n" + rest
    return line + b"\r\n" + rng.choice(HEADERS) + b"\r\n" + rest


def broken_chunks(rng: random.Random) -> bytes:
    """With the right secret: such a body never ends as an update."""
    return request(rng.choice(CHUNKS), Content_Length=None, Transfer_Encoding="chunked")


def mutated(rng: random.Random) -> bytes:
    """Bytes changed, left out, put in and doubled, without the secret."""
    data = bytearray(request(X_Telegram_Bot_Api_Secret_Token=WRONG))
    for _ in range(rng.randint(1, 8)):
        place = rng.randrange(len(data))
        match rng.randrange(4):
            case 0:
                data[place] = rng.randrange(256)
            case 1:
                del data[place : place + rng.randint(1, 20)]
            case 2:
                data[place:place] = rng.randbytes(rng.randint(1, 20))
            case _:
                data[place:place] = data[place : place + rng.randint(1, 60)]
    return bytes(data)


ONE: tuple[Callable[[random.Random], bytes], ...] = (
    *(another_method, another_path, another_secret, another_type, packed, too_long, no_update, no_update),
    *(broken_head, broken_chunks, mutated),
)


def strangers(seed: int, count: int) -> Iterator[Stranger]:
    """So many connections. Most are one request; some are several at once, or end in the middle of a right one."""
    rng = random.Random(seed)
    for _ in range(count):
        chance = rng.random()
        if chance < 0.06:
            right = request()
            yield Stranger("cut off", right[: rng.randrange(len(right))], leaves=True)
        elif chance < 0.12:
            several = b"".join(rng.choice(ONE)(rng) for _ in range(rng.randint(2, 6)))
            several = several.replace(b"Connection: close\r\n", b"")
            yield Stranger("pipelined", several, leaves=rng.random() < 0.3)
        else:
            make = rng.choice(ONE)
            yield Stranger(make.__name__.replace("_", " "), make(rng), leaves=rng.random() < 0.05)
