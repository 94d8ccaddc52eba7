"""What follows from the answer of an SMTP server that does not take an email.

Servers say why in an enhanced status code, class.subject.detail (RFC 3463, for example 5.1.1: no such
address), at the beginning of the text behind the code of three digits (RFC 5321 section 4.2). Its text is not
kept, as it may name the reader.
"""

import re

from services.errors import RecipientGone, TryLater
from services.models.delivery_history import DeliveryCause

PERMANENT = range(550, 560)
# RFC 5321 section 4.2.3: no such mailbox, moved elsewhere, or not a valid mailbox name.
NO_SUCH_MAILBOX = frozenset({550, 551, 553})
# RFC 5321 section 4.2.3: no room for it, for good or for now.
FULL = frozenset({552, 452})
# RFC 5321 section 4.2.3: the mailbox is in use, or blocked for now.
BUSY = 450
# RFC 3463 section 2: class, subject and detail.
ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
PERMANENT_CLASS = 5
ADDRESS, MAILBOX, MAIL_SYSTEM, NETWORK = 1, 2, 3, 4
# RFC 3463 section 3.2: these two details are about the sender's address, not the reader's.
SENDERS = frozenset({7, 8})
# RFC 3463 sections 3.3 and 3.4, by subject and detail.
CAUSES = {
    (MAILBOX, 1): DeliveryCause.MAILBOX_CLOSED,
    (MAILBOX, 2): DeliveryCause.MAILBOX_FULL,
    (MAILBOX, 3): DeliveryCause.MAIL_TOO_BIG,
    (MAIL_SYSTEM, 4): DeliveryCause.MAIL_TOO_BIG,
}
# Whatever else the subject is about.
OF_SUBJECT = {
    MAILBOX: DeliveryCause.MAILBOX_BUSY,
    MAIL_SYSTEM: DeliveryCause.MAIL_SYSTEM,
    NETWORK: DeliveryCause.MAIL_ROUTE,
}


def refusal(code: int, message: str, *, of_reader: bool) -> RecipientGone | TryLater:
    """Return what follows from a server's refusal of the reader's address, or else of the email.

    If there is no such mailbox (enhanced code 5.1.x of RFC 3463, or a plain 550, 551 or 553), the address is
    refused `altogether`. A mailbox that is full or closed, a system or a route may work again tomorrow
    (5.2.x, 5.3.x, 5.4.x, and a plain 552), so that is tried again. Any other permanent refusal (5yz, RFC 5321
    section 4.2.1), such as by a policy, is about this email only.
    """
    enhanced = _enhanced(message)
    if code not in PERMANENT:
        return _later(code, message)
    if enhanced is None:
        if code in FULL:
            return _later(code, message)
        is_gone = of_reader and code in NO_SUCH_MAILBOX
    else:
        kind, subject, detail = enhanced
        if kind != PERMANENT_CLASS or subject in OF_SUBJECT:
            return _later(code, message)
        is_gone = subject == ADDRESS and detail not in SENDERS
    if is_gone:
        return RecipientGone("mail address refused", altogether=True, cause=DeliveryCause.NO_SUCH_ADDRESS)
    return RecipientGone("mail refused", cause=DeliveryCause.MAIL_REFUSED)


def _later(code: int, message: str) -> TryLater:
    """Return what follows from an answer after which it is tried again."""
    return TryLater(why=said(code), cause=_cause(code, message))


def said(code: int) -> str:
    """Return the code that the server sent, without its text, which may name the reader."""
    return f"mail server said {code}"


def _cause(code: int, message: str) -> DeliveryCause:
    enhanced = _enhanced(message)
    if enhanced is None:
        if code in FULL:
            return DeliveryCause.MAILBOX_FULL
        return DeliveryCause.MAILBOX_BUSY if code == BUSY else DeliveryCause.MAIL_SERVER
    _, subject, detail = enhanced
    return CAUSES.get((subject, detail)) or OF_SUBJECT.get(subject, DeliveryCause.MAIL_SERVER)


def _enhanced(message: str) -> tuple[int, int, int] | None:
    """Return class, subject and detail, or None if the server has sent none."""
    # Some servers write it as "#5.1.1" or "(5.1.1)".
    found = ENHANCED.match(message.lstrip("# (["))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None
