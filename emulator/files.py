"""Files of one bot: stored uploads, stand-ins for what people send, and the Bot API's views of both."""

import io
import math
import random
import struct
import wave
import zlib

from emulator.answers import Json, Refusal
from emulator.model import Bot, StoredFile
from emulator.params import Params, Upload

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMITS = {"photo": 10 * 1024 * 1024}
UPLOAD_LIMIT = 50 * 1024 * 1024
_FOLDERS = {"photo": "photos", "voice": "voice", "document": "documents", "sticker": "stickers"}
_ENDINGS = {"photo": ".png", "voice": ".oga", "sticker": ".webp"}
_TYPE_NAMES = {"photo": "Photo", "voice": "VoiceNote", "document": "Document", "sticker": "Sticker"}


def store_file(
    bot: Bot, rng: random.Random, kind: str, data: bytes, *, mime: str, name: str | None = None, size: int | None = None
) -> StoredFile:
    """Keep bytes under a new file_id; `size` may claim more than there is, to reach the download limit."""
    serial = len(bot.files)
    ending = _ENDINGS.get(kind) or ("." + name.rpartition(".")[2] if name and "." in name else ".bin")
    stored = StoredFile(
        file_id=f"Ag{serial:x}-{rng.getrandbits(160):040x}",
        unique_id=f"Aq{rng.getrandbits(64):016x}",
        kind=kind,
        path=f"{_FOLDERS[kind]}/file_{serial}{ending}",
        size=len(data) if size is None else size,
        mime=mime,
        name=name,
        data=data,
    )
    bot.files[stored.file_id] = stored
    return stored


def sent_file(bot: Bot, rng: random.Random, params: Params, kind: str) -> StoredFile:
    """The file that a send method names: an upload, or the file_id of a file of the same kind."""
    upload = params.upload(kind)
    if upload is not None:
        return _take_upload(bot, rng, upload, kind)
    file_id = params.text(kind)
    if not file_id:
        raise Refusal(400, f"there is no {kind} in the request")
    known = bot.files.get(file_id)
    if known is None:
        raise Refusal(400, "wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise Refusal(400, f"can't use file of type {_TYPE_NAMES[known.kind]} as {_TYPE_NAMES[kind]}")
    return known


def _take_upload(bot: Bot, rng: random.Random, upload: Upload, kind: str) -> StoredFile:
    if not upload.data:
        raise Refusal(400, "file must be non-empty")
    if len(upload.data) > UPLOAD_LIMITS.get(kind, UPLOAD_LIMIT):
        raise Refusal(413)
    if kind == "photo" and not upload.data.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
        raise Refusal(400, "IMAGE_PROCESS_FAILED")
    return store_file(bot, rng, kind, upload.data, mime=upload.content_type, name=upload.filename or None)


def photo_sizes(stored: StoredFile) -> list[Json]:
    """A photo as the list of PhotoSize that a Message carries."""
    width, height = _png_size(stored.data)
    common = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}
    return [{**common, "width": width, "height": height}]


def voice_json(stored: StoredFile, duration: int) -> Json:
    """A Voice."""
    return {**_file_ids(stored), "duration": duration, "mime_type": "audio/ogg", "file_size": stored.size}


def document_json(stored: StoredFile) -> Json:
    """A Document."""
    name = {"file_name": stored.name} if stored.name else {}
    return {**_file_ids(stored), **name, "mime_type": stored.mime, "file_size": stored.size}


def sticker_json(stored: StoredFile, emoji: str) -> Json:
    """A regular still Sticker."""
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {**_file_ids(stored), **shape, "emoji": emoji, "file_size": stored.size}


def _file_ids(stored: StoredFile) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id}


def _png_size(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    return 800, 600


def sample_photo(seed: int, *, width: int = 160, height: int = 120) -> bytes:
    """A small picture of a sky over hills, coloured by the seed, as PNG."""
    shade = 40 + seed * 53 % 160
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            hill = height * 0.65 + 20 * math.sin((x + seed * 31) / 40)
            rows += bytes((90 + y // 4, 140, shade)) if y > hill else bytes((shade, 170 + y // 4, 240 - y // 3))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(name, body) for name, body in chunks)


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def sample_voice(seconds: int) -> bytes:
    """A soft tone in place of a spoken note, as WAV (a browser plays it, a bot passes it on unheard)."""
    rate = 4000
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(bytes(int(128 + 20 * math.sin(i / 4)) for i in range(rate * min(seconds, 10))))
    return out.getvalue()
