"""An email as it goes over the wire: headers, text, HTML, and perhaps a calendar's part (RFC 5322, RFC 2046).

The standard library makes the headers that need encoding or folding. The rest is written here: its
EmailMessage takes 2 ms for a mail, twenty times as long, and nobody else is answered meanwhile.
"""

import binascii
import random
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from services.notifications.calendar_invites import Invite

# Seven bits only, as some servers may not support 8BITMIME (RFC 6152).
POLICY = SMTP.clone(cte_type="7bit")
# A line should have no more characters than this (RFC 5322 section 2.1.1).
LONGEST_LINE = 78
# And an encoded word no more than this (RFC 2047 section 2).
LONGEST_WORD = 75
# So many bytes become one line of base64.
BASE64_BYTES = 57
NEWLINE = b"\r\n"


@dataclass(frozen=True, slots=True)
class Mail:
    """An email to one person, as text and as HTML, with a calendar part if there is an `invite`.

    `id` is stable: a repeat has the same Message-ID. `language` is that of its text (ISO 639).
    """

    id: str
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    at: datetime
    invite: Invite | None = None
    language: str = "en"


def compose(mail: Mail, sender: str, sender_name: str) -> bytes:
    """Return the message with its parts (RFC 2046 multipart/alternative); the richest comes last."""
    parts = [
        _header("Content-Type", 'text/plain; charset="utf-8"') + _text(mail.text),
        _header("Content-Type", 'text/html; charset="utf-8"') + _text(mail.html, MIME_VERSION),
    ]
    if mail.invite is not None:
        parts.append(_calendar(mail.invite))
    boundary = _boundary(parts)
    headers = [
        _header("Message-ID", f"<{mail.id}@{sender.rpartition('@')[2]}>"),
        _header("Date", format_datetime(mail.at)),
        _mailbox("From", sender_name, sender),
        _mailbox("To", " ".join(mail.to_name.split()), mail.to),
        _header("Subject", " ".join(mail.subject.split())),
        # RFC 3282; programs that read aloud, or offer to translate, go by it.
        _header("Content-Language", mail.language),
        # RFC 3834: no automatic reply should answer this.
        b"Auto-Submitted: auto-generated\r\n",
        MIME_VERSION,
        b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n' % boundary,
    ]
    between = b"\r\n--%b" % boundary
    return b"".join([*headers, *(between + NEWLINE + part for part in parts), between, b"--\r\n"])


MIME_VERSION = b"MIME-Version: 1.0\r\n"


def _header(name: str, value: str) -> bytes:
    """Return a header, encoded (RFC 2047) and folded where it has to be."""
    line = f"{name}: {value}"
    # What looks as if it were encoded is to be read as it is.
    if line.isascii() and line.isprintable() and len(line) <= LONGEST_LINE and "=?" not in line:
        return line.encode("ascii") + NEWLINE
    if value.isascii():
        return POLICY.fold_binary(*POLICY.header_store_parse(name, value))
    return f"{name}: {_encoded_words(name, value)}".encode("ascii") + NEWLINE


def _encoded_words(name: str, value: str) -> str:
    """Return a text as encoded words (RFC 2047), folded; the first line has room for the header's name.

    The spaces between two words are within them. The library's newer way of folding loses some, as what
    stands between two encoded words is not shown.
    """
    return Header(value, "utf-8", maxlinelen=LONGEST_WORD, header_name=name).encode(linesep="\r\n")


@lru_cache(maxsize=1000)
def _mailbox(name: str, who: str, address: str) -> bytes:
    """Return a header with one mailbox. Readers recur, and reading an address takes long."""
    mailbox = Address(who, addr_spec=address)
    if who.isascii():
        return _header(name, str(mailbox))
    words, where = f"{name}: {_encoded_words(name, who)}", f"<{mailbox.addr_spec}>"
    has_room = len(words) - words.rfind("\n") + len(where) <= LONGEST_LINE
    between = " " if has_room else "\r\n "
    return f"{words}{between}{where}".encode("ascii") + NEWLINE


def _text(content: str, *more: bytes) -> bytes:
    """Return a text's encoding, `more` headers, and the text in that encoding (RFC 2045 section 6)."""
    lines = content.encode().splitlines()
    plain = NEWLINE.join(lines) + NEWLINE
    if plain.isascii() and max(map(len, lines), default=0) <= LONGEST_LINE:
        encoding, body = b"7bit", plain
    else:
        encoding, body = b"quoted-printable", _quoted_printable(lines)
        if len(body) > (len(plain) + 2) // 3 * 4:  # base64 is shorter
            encoding, body = b"base64", _base64(plain)
    return b"".join([b"Content-Transfer-Encoding: ", encoding, NEWLINE, *more, NEWLINE, body])


def _quoted_printable(lines: list[bytes]) -> bytes:
    return binascii.b2a_qp(b"\n".join(lines) + b"\n").replace(b"\n", NEWLINE)


def _base64(data: bytes) -> bytes:
    pieces = (data[begin : begin + BASE64_BYTES] for begin in range(0, len(data), BASE64_BYTES))
    return b"".join(binascii.b2a_base64(piece, newline=False) + NEWLINE for piece in pieces)


def _calendar(invite: Invite) -> bytes:
    """Return the calendar's part: its type names the method, too (RFC 6047 section 2.4).

    Line breaks and folds matter in it, so it is sent in base64.
    """
    kind = f'text/calendar; method="{invite.method.value}"; charset="utf-8";\r\n component="VEVENT"'
    head = f"Content-Transfer-Encoding: base64\r\nContent-Type: {kind}\r\n".encode()
    return head + MIME_VERSION + NEWLINE + _base64(invite.content)


def _boundary(parts: list[bytes]) -> bytes:
    """Return what stands in no part (RFC 2046 section 5.1.1)."""
    while True:
        boundary = b"===============%019d==" % random.randrange(10**19)
        if not any(boundary in part for part in parts):
            return boundary
