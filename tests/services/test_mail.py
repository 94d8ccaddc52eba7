"""Mails: what is in them, and what is made of the mail server's answers."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import cast

import pytest
from aiosmtplib import SMTP, SMTPConnectResponseError, SMTPHeloError, SMTPResponse, SMTPSenderRefused
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.mailbox import Mailbox
from services.errors import RecipientGone, TryLater
from services.models.delivery_history import DeliveryCause
from services.notifications.calendar_invites import Invite, Method
from services.notifications.mail_message import Mail as Letter
from services.notifications.mail_message import compose
from services.notifications.smtp import MailSender, MailServer
from services.notifications.smtp_refusals import refusal
from tests.turning import MONDAY

SERVER = MailServer("127.0.0.1", 9, "none", None, "hush-hush", "clinic@example.org", "Clinic, the First")
LETTER = Letter(
    "a.booked.b.mail",
    "zoe@example.org",
    'Zoë "Z" مریم',
    "Booked ✅\nBcc: x@y.z",
    "tëxt",
    "<p>ë</p>",
    MONDAY,
)
# As it goes over the wire, with the boundary that differs each time named BOUNDARY.
GOLDEN = """\
Message-ID: <a.booked.b.mail@example.org>
Date: Mon, 03 May 2027 06:00:00 +0000
From: "Clinic, the First" <clinic@example.org>
To: =?utf-8?b?Wm/DqyAiWiIg2YXYsduM2YU=?= <zoe@example.org>
Subject: =?utf-8?b?Qm9va2VkIOKchSBCY2M6IHhAeS56?=
Content-Language: en
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="BOUNDARY"

--BOUNDARY
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

t=C3=ABxt

--BOUNDARY
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: quoted-printable
MIME-Version: 1.0

<p>=C3=AB</p>

--BOUNDARY--
"""
# The same with an invite: its part stands before the end, and is the richest.
GOLDEN_INVITE = """\
--BOUNDARY
Content-Transfer-Encoding: base64
Content-Type: text/calendar; method="CANCEL"; charset="utf-8";
 component="VEVENT"
MIME-Version: 1.0

QkVHSU46VkNBTEVOREFSDQpTVU1NQVJZOsOpDQogw6kNCkVORDpWQ0FMRU5EQVINCg==

"""
INVITE = Invite(Method.CANCEL, "BEGIN:VCALENDAR\r\nSUMMARY:é\r\n é\r\nEND:VCALENDAR\r\n".encode())
HEADERS = {
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "Content-Language",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
}
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    server = Mailbox()
    await server.start()
    yield server
    await server.stop()


async def _sent(letter: Letter, port: int) -> None:
    sender = MailSender(replace(SERVER, port=port))
    await sender.send(letter)
    sender.close()


def test_a_mail_is_on_the_wire_as_in_the_golden_copy() -> None:
    assert _on_the_wire(LETTER) == GOLDEN


def test_an_invite_is_one_more_alternative_whose_bytes_nobody_changes() -> None:
    before, end, after = GOLDEN.rpartition("--BOUNDARY--")
    assert _on_the_wire(replace(LETTER, invite=INVITE)) == before + GOLDEN_INVITE + end + after
    message = message_from_bytes(_written(replace(LETTER, invite=INVITE)))
    assert list(message.walk())[-1].get_payload(decode=True) == INVITE.content


def _written(letter: Letter) -> bytes:
    return compose(letter, SERVER.sender, SERVER.sender_name)


def _on_the_wire(letter: Letter) -> str:
    wire = re.sub(rb"={5,}\d+==", b"BOUNDARY", _written(letter))
    return wire.decode("ascii").replace("\r\n", "\n")


@given(name=anything, subject=anything, text=anything)
def test_nothing_that_people_are_called_adds_a_header_or_a_reader(name: str, subject: str, text: str) -> None:
    letter = replace(LETTER, to_name=name, subject=subject, text=text, html=text)
    read = message_from_bytes(_written(letter), policy=policy.default)
    assert set(read.keys()) == HEADERS
    assert len(read.keys()) == len(HEADERS)
    assert [address.addr_spec for address in read["To"].addresses] == ["zoe@example.org"]
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


LONG = "Zoë says: " + "a word, " * 40
TEXTS = ["", "plain", "two\nlines\n", LONG, f"{LONG}\n.\n.. dots\nend", "a = b \n tab\t", "\ufeff مریم " * 30]


@given(name=anything, subject=anything, text=anything | st.sampled_from(TEXTS))
def test_a_mail_says_what_one_of_the_standard_library_would_say(name: str, subject: str, text: str) -> None:
    letter = replace(LETTER, to_name=name, subject=subject, text=text, html=f"<p>{text}</p>", invite=INVITE)
    ours = message_from_bytes(_written(letter), policy=policy.default)
    theirs = message_from_bytes(_by_the_library(letter).as_bytes(), policy=policy.default)
    assert _headers(ours) == _headers(theirs)
    assert str(ours["Subject"]) == " ".join(subject.split())
    # The library's newer reader puts spaces between the encoded words of a name (RFC 2047 section 6.2).
    shown, _ = parseaddr(message_from_bytes(_written(letter))["To"])
    assert str(make_header(decode_header(shown))) == " ".join(name.split())
    assert [part.get_content() for part in ours.iter_parts()] == [
        part.get_content() for part in theirs.iter_parts()
    ]
    assert max(map(len, _written(letter).split(b"\r\n"))) <= 998
    assert _written(letter).isascii()


# The boundary differs, and of words in other scripts the library loses some spaces.
OTHERWISE = {"Content-Type", "Subject", "To"}


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    """Return the headers but the one that names the boundary."""
    return sorted((name, str(value)) for name, value in message.items() if name not in OTHERWISE)


def _by_the_library(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["Message-ID"] = "<a.booked.b.mail@example.org>"
    message["Date"] = format_datetime(letter.at)
    message["From"] = Address(SERVER.sender_name, addr_spec=SERVER.sender)
    message["To"] = Address(" ".join(letter.to_name.split()), addr_spec=letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    kind = {"method": "CANCEL", "charset": "utf-8", "component": "VEVENT"}
    message.add_alternative(INVITE.content, maintype="text", subtype="calendar", params=kind)
    # Set before, it would go to the first part, as all that begins with Content.
    message["Content-Language"] = letter.language
    return message


async def test_a_repeat_bears_the_same_id_and_both_arrive_whole(mailbox: Mailbox) -> None:
    await _sent(LETTER, mailbox.port)
    await _sent(LETTER, mailbox.port)
    first, second = mailbox.mails
    assert first.message_id == second.message_id == "<a.booked.b.mail@example.org>"
    assert (first.text.strip(), first.html.strip()) == ("tëxt", "<p>ë</p>")
    assert first.subject == "Booked ✅ Bcc: x@y.z"
    assert first.to == ("zoe@example.org",)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(421, TryLater), (450, TryLater), (451, TryLater), (550, RecipientGone), (553, RecipientGone)],
)
async def test_what_the_mail_server_says_decides_whether_to_try_again(
    mailbox: Mailbox, code: int, expected: type[Exception]
) -> None:
    mailbox.refuse_with(code, "no")
    with pytest.raises(expected):
        await _sent(LETTER, mailbox.port)
    assert not mailbox.mails
    await _sent(LETTER, mailbox.port)
    assert len(mailbox.mails) == 1


GONE, REFUSED, LATER = "mail address refused", "mail refused", "later"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("550 no such user", GONE),
        ("551 user not local", GONE),
        ("553 mailbox name not allowed", GONE),
        ("550 5.1.1 no such user", GONE),
        ("550 5.1.10 null MX", GONE),
        ("552 5.1.1 no such user", GONE),
        ("552 mailbox full", LATER),
        ("552 5.2.2 mailbox full", LATER),
        ("550 5.2.2 mailbox full", LATER),
        ("550 5.2.1 mailbox disabled", LATER),
        ("550-5.2.2 over its\r\n550 5.2.2 quota", LATER),
        ("554 5.3.0 system trouble", LATER),
        ("554 5.4.14 hop count", LATER),
        ("550 4.2.2 odd", LATER),
        ("450 4.2.0 greylisted", LATER),
        ("451 4.3.0 try again", LATER),
        ("452 4.2.2 over quota", LATER),
        ("452 5.1.1 odd", LATER),
        ("550 5.7.1 spam", REFUSED),
        ("554 5.7.1 policy", REFUSED),
        ("554 no", REFUSED),
        ("550 5.1.8 bad sender", REFUSED),
        ("553 5.1.7 bad sender", REFUSED),
        ("550 5.10.1 of no known subject", REFUSED),
        ("550 #5.2.2 mailbox full", LATER),
        ("550 (5.7.1) policy", REFUSED),
        ("554 [#5.1.1] no such user", GONE),
    ],
)
async def test_only_that_there_is_no_such_mailbox_is_true_of_the_address(
    mailbox: Mailbox, said: str, expected: str
) -> None:
    mailbox.refuse_with(int(said[:3]), said[4:])
    with pytest.raises((RecipientGone, TryLater)) as caught:
        await _sent(LETTER, mailbox.port)
    error = caught.value
    why, altogether = (error.why, error.altogether) if isinstance(error, RecipientGone) else (LATER, False)
    assert (why, altogether) == (expected, expected == GONE)


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("550 5.1.1 no such user", DeliveryCause.NO_SUCH_ADDRESS),
        ("550 no such user", DeliveryCause.NO_SUCH_ADDRESS),
        ("552 5.2.2 over quota", DeliveryCause.MAILBOX_FULL),
        ("452 4.2.2 over quota", DeliveryCause.MAILBOX_FULL),
        ("552 no room", DeliveryCause.MAILBOX_FULL),
        ("550 5.2.1 disabled", DeliveryCause.MAILBOX_CLOSED),
        ("552 5.2.3 too long", DeliveryCause.MAIL_TOO_BIG),
        ("552 5.3.4 too big", DeliveryCause.MAIL_TOO_BIG),
        ("450 4.2.0 greylisted", DeliveryCause.MAILBOX_BUSY),
        ("450 busy", DeliveryCause.MAILBOX_BUSY),
        ("451 4.3.0 try again", DeliveryCause.MAIL_SYSTEM),
        ("451 4.4.1 no host", DeliveryCause.MAIL_ROUTE),
        ("451 4.7.1 greylisted", DeliveryCause.MAIL_SERVER),
        ("421 closing", DeliveryCause.MAIL_SERVER),
        ("554 5.7.1 policy", DeliveryCause.MAIL_REFUSED),
    ],
)
def test_the_enhanced_status_says_why(said: str, cause: DeliveryCause) -> None:
    assert refusal(int(said[:3]), said[4:], of_reader=True).cause is cause


@pytest.mark.parametrize("stage", ["connect", "hello", "sender"])
async def test_what_is_refused_before_it_is_known_for_whom_it_is_says_nothing_about_the_reader(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    error = {
        "connect": SMTPConnectResponseError(554, "5.7.1 no mail from there"),
        "hello": SMTPHeloError(550, "5.7.1 who are you"),
        "sender": SMTPSenderRefused(550, "5.1.1 no such sender", "clinic@example.org"),
    }[stage]

    async def refused(*_args: object) -> SMTPResponse:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(SMTP, "connect" if stage == "connect" else "sendmail", refused)
        with pytest.raises(TryLater):
            await _sent(LETTER, mailbox.port)


async def test_a_mail_server_that_is_not_there_or_knows_no_encryption_is_tried_again(
    mailbox: Mailbox,
) -> None:
    with pytest.raises(TryLater):
        await _sent(LETTER, 9)
    for security in ("starttls", "tls"):
        server = replace(SERVER, port=mailbox.port, security=security)
        with pytest.raises(TryLater):
            await MailSender(server).send(LETTER)
    # Rather no mail than one that everybody on the way can read.
    assert not mailbox.mails


async def test_mails_share_a_connection_for_as_long_as_that_holds(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[SMTP] = []
    connect = SMTP.connect

    async def noted(smtp: SMTP) -> SMTPResponse:
        made.append(smtp)
        return await connect(smtp)

    monkeypatch.setattr(SMTP, "connect", noted)
    sender = MailSender(replace(SERVER, port=mailbox.port))
    for _ in range(3):
        await sender.send(LETTER)
    assert len(made) == 1
    # The server has lost patience meanwhile, without a word that would have been read.
    cast(asyncio.WriteTransport, made[0].transport).abort()
    await sender.send(LETTER)
    assert len(made) == 2
    await asyncio.gather(*(sender.send(LETTER) for _ in range(3)))
    assert len(made) == 4
    assert len(mailbox.mails) == 7
    sender.close()
    assert not any(smtp.is_connected for smtp in made)


async def test_a_connection_on_which_something_was_refused_is_not_used_again(mailbox: Mailbox) -> None:
    sender = MailSender(replace(SERVER, port=mailbox.port))
    await sender.send(LETTER)
    mailbox.refuse_with(451, "no")
    with pytest.raises(TryLater):
        await sender.send(LETTER)
    assert not sender._kept
    await sender.send(LETTER)
    assert len(mailbox.mails) == 2
    sender.close()


def test_the_mail_servers_password_is_in_no_repr() -> None:
    assert "hush" not in repr(SERVER)
