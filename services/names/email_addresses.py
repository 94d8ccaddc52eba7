"""Mail addresses as people type and paste them."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from services.errors import BadEmail

# Beside what Unicode calls format characters: what is a letter or a mark and shows nothing.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# What stands around an address in a sentence, a mail's head or a program, and ends none.
OPENING = {"Ps", "Pi"}
CLOSING = {"Pe", "Pf", "Po"}
AROUND = "<>\"'`*|"
# RFC 6068; what may follow behind a question mark is no part of the address.
MAILTO = re.compile(r"mailto:\s*([^?]*)(?:\?.*)?", re.IGNORECASE)
# A name, and the address in angle brackets (RFC 5322 section 3.4), of which the last may be gone.
NAMED = re.compile(r"[^<>@]*<([^<>]+)>?")


def read_email(text: str) -> str:
    """Return the address, case-folded (whether it receives mail is not asked). Raises BadEmail.

    It is one that any SMTP server takes (RFC 5321): in ASCII, an international domain as in RFC 5890. What
    was pasted along with it is left out: invisible characters, `mailto:`, brackets, a name, a full stop.
    """
    for candidate in (text.strip(), _bare(text)):
        try:
            checked = validate_email(candidate, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            continue
        return f"{checked.local_part}@{checked.ascii_domain}".casefold()
    raise BadEmail


def as_searched(text: str) -> str:
    """Return what to look for among names and addresses: an address as stored, or what is visible of it."""
    if "@" not in unicodedata.normalize("NFKC", text):
        return " ".join(_visible(text).split())
    try:
        return read_email(text)
    except BadEmail:
        return _bare(text)


def masked(email: str) -> str:
    """Return as much of an address as tells its owner which it is: a…@example.org."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _bare(text: str) -> str:
    """Return the text without what stands around an address."""
    # Full-width letters and signs are what they look like; the ideographic full stop is one, too (RFC 3490).
    bare, before = unicodedata.normalize("NFKC", _visible(text)).replace("\u3002", "."), ""
    while bare != before:
        before = bare
        bare = _trimmed(bare)
        if found := MAILTO.fullmatch(bare) or NAMED.fullmatch(bare):
            bare = found[1]
    return bare


def _trimmed(text: str) -> str:
    """Return the text without spaces and marks around it; a point before it stays, and is wrong."""
    first, last = 0, len(text)
    while first < last and _is_around(text[first], OPENING):
        first += 1
    while first < last and _is_around(text[last - 1], CLOSING):
        last -= 1
    return text[first:last]


def _is_around(character: str, categories: set[str]) -> bool:
    if character == "@":
        return False
    return character.isspace() or character in AROUND or unicodedata.category(character) in categories


def _visible(text: str) -> str:
    return "".join(
        c
        for c in VARIATION_SELECTORS.sub("", text)
        if c not in INVISIBLE
        and (unicodedata.category(c) not in {"Cf", "Cc", "Cs", "Co", "Cn"} or c.isspace())
    )
