"""Files that people and the bot send. Source: Bot API, "Sending files", File, PhotoSize, Document."""

import struct
from dataclasses import dataclass
from typing import Final

from bot.demo.bot_api.chats import Json
from bot.demo.bot_api.errors import ApiBadRequest

MAX_UPLOAD_BYTES = 50 << 20
MAX_PHOTO_BYTES = 10 << 20
MAX_DOWNLOAD_BYTES = 20 << 20
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
# The size of a photo whose header cannot be read: that of Telegram's smallest preview.
UNKNOWN_SIZE = (90, 90)
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that the local Telegram keeps; `path` is its file_path in getFile."""

    file_id: str
    content: bytes
    path: str
    name: str
    mime_type: str

    @property
    def card(self) -> Json:
        """The fields that every Bot API object of a file has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_size": len(self.content),
        }


class FileStore:
    """All files, by file_id and by path. Content is kept in memory."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, file: StoredFile) -> StoredFile:
        """Keep a file."""
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        return file

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file with that id, if there is one."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """Return the file with that file_path, if there is one."""
        return self._by_path.get(path)

    def all(self) -> list[StoredFile]:
        """Return every file, oldest first."""
        return list(self._by_id.values())


def check_upload(content: bytes, *, photo: bool) -> None:
    """Raise BadRequest for a file that Telegram would not accept."""
    if not content:
        raise ApiBadRequest("file must be non-empty")
    if len(content) > (MAX_PHOTO_BYTES if photo else MAX_UPLOAD_BYTES):
        raise ApiBadRequest("file is too big")
    if not photo:
        return
    size = image_size(content)
    if size is None:
        raise ApiBadRequest("IMAGE_PROCESS_FAILED")
    if sum(size) > MAX_PHOTO_SIDES or max(size) > MAX_PHOTO_RATIO * min(size):
        raise ApiBadRequest("PHOTO_INVALID_DIMENSIONS")


def image_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG or JPEG, None of anything else."""
    if content.startswith(PNG) and len(content) >= 24:  # noqa: PLR2004 - signature and the first chunk's head
        width, height = struct.unpack(">II", content[16:24])
        return (width, height) if width and height else None
    if content.startswith(JPEG):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - each JPEG segment begins so
        marker = content[at + 1]
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        # Start-of-frame segments hold the size; C4, C8 and CC in their range are something else.
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004 - likewise
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return (width, height) if width and height else None
        at += 2 + length
    return None


def photo_sizes(file: StoredFile) -> list[Json]:
    """Return the photo as a list of PhotoSize objects; here the original is the only one."""
    width, height = image_size(file.content) or UNKNOWN_SIZE
    return [{**file.card, "width": width, "height": height}]


def document(file: StoredFile) -> Json:
    """Return the Document object of a file."""
    return {**file.card, "file_name": file.name, "mime_type": file.mime_type}
