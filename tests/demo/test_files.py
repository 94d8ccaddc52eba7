"""Files up and down."""

import struct
import zlib

import aiohttp
import pytest

from bot.demo.bot_api.files import image_size
from bot.demo.bot_api.phone import Phone
from tests.demo.conftest import TOKEN, Answer, Api


def png(width: int, height: int) -> bytes:
    """Return as much of a PNG as tells its size."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


async def upload(api: Api, method: str, kind: str, name: str, content: bytes, **params: str) -> Answer:
    form = aiohttp.FormData({"chat_id": "7001", **params})
    form.add_field(kind, content, filename=name, content_type="application/octet-stream")
    async with api.session.post(f"{api.url}/bot{TOKEN}/{method}", data=form) as response:
        return Answer(response.status, response.headers, await response.json())


async def test_a_document_comes_back_byte_for_byte(api: Api, phone: Phone) -> None:
    answer = await upload(
        api,
        "sendDocument",
        "document",
        "visit.ics",
        b"BEGIN:VCALENDAR",
        caption="<b>Visit</b>",
        parse_mode="HTML",
    )
    document = answer.body["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("visit.ics", 15)
    assert phone.messages[-1]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    file = await api("getFile", file_id=document["file_id"])
    async with api.session.get(f"{api.url}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == b"BEGIN:VCALENDAR"


async def test_a_file_can_be_attached_under_another_name(api: Api, phone: Phone) -> None:
    answer = await upload(api, "sendPhoto", "file0", "x.png", png(30, 20), photo="attach://file0")
    size = answer.body["result"]["photo"][0]
    assert (size["width"], size["height"]) == (30, 20)
    again = await api("sendPhoto", chat_id=phone.chat_id, photo=size["file_id"])
    assert again["photo"] == [size]


@pytest.mark.parametrize(
    ("method", "kind", "content", "description"),
    [
        ("sendDocument", "document", b"", "file must be non-empty"),
        ("sendPhoto", "photo", b"no picture", "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", "photo", png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", "photo", png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        ("sendPhoto", "photo", png(9, 9) + bytes(10 << 20), "file is too big"),
    ],
)
async def test_a_file_that_telegram_would_not_take_is_refused(  # noqa: PLR0917 - a table's columns
    api: Api,
    phone: Phone,
    method: str,
    kind: str,
    content: bytes,
    description: str,
) -> None:
    answer = await upload(api, method, kind, "x", content)
    assert answer.body["description"] == f"Bad Request: {description}"
    assert len(phone.messages) == 1


async def test_a_caption_has_at_most_1024_characters(api: Api, phone: Phone) -> None:
    answer = await upload(api, "sendDocument", "document", "x", b"x", caption="x" * 1025)
    assert answer.body["description"] == "Bad Request: message caption is too long"
    assert len(phone.messages) == 1


async def test_files_that_are_not_there_are_refused(api: Api, phone: Phone) -> None:
    call = {"chat_id": phone.chat_id}
    assert "wrong file identifier" in await api.refused("sendPhoto", **call, photo="AgAC")
    assert "not supported" in await api.refused("sendPhoto", **call, photo="https://example.org/x.png")
    assert await api.refused("sendPhoto", **call) == "Bad Request: there is no photo in the request"
    assert await api.refused("getFile", file_id="x") == "Bad Request: invalid file_id"
    async with api.session.get(f"{api.url}/file/bot{TOKEN}/photos/none.jpg") as response:
        assert response.status == 404


async def test_what_a_person_sends_can_be_downloaded_up_to_20_megabytes(api: Api, phone: Phone) -> None:
    phone.send_document("small.txt", b"hello")
    small = phone.messages[-1]["document"]["file_id"]
    assert (await api("getFile", file_id=small))["file_size"] == 5
    phone.send_document("large.bin", bytes((20 << 20) + 1))
    large = phone.messages[-1]["document"]["file_id"]
    assert await api.refused("getFile", file_id=large) == "Bad Request: file is too big"


def test_the_size_of_a_jpeg_is_read_from_its_frame() -> None:
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 480, 640) + bytes(10)
    assert image_size(b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"ab" + frame) == (640, 480)
    assert image_size(b"\xff\xd8\xff") is None
    assert image_size(b"GIF89a") is None
