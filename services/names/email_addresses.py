"""Email addresses as people type and paste them."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from services.errors import BadEmail

# Letters and marks that show nothing, beside the characters in Unicode's category "format".
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# What stands around an address in a sentence, an email header or a program, and is never part of it.
OPENING = {"Ps", "Pi"}
CLOSING = {"Pe", "Pf", "Po"}
AROUND = "<>\"'`*|"
# RFC 6068; what follows a question mark is not part of the address.
MAILTO = re.compile(r"mailto:\s*([^?]*)(?:\?.*)?", re.IGNORECASE)
# A name and the address in angle brackets (RFC 5322 section 3.4); the closing one may be missing.
NAMED = re.compile(r"[^<>@]*<([^<>]+)>?")


def read_email(text: str) -> str:
    """Return the address, case-folded; whether it receives email is not checked. Raises BadEmail.

    Any SMTP server accepts it (RFC 5321): it is ASCII, with international domains as in RFC 5890. What was
    pasted with it is removed: invisible characters, `mailto:`, brackets, a name, a full stop.
    """
    for candidate in (text.strip(), _bare(text)):
        try:
            checked = validate_email(candidate, check_deliverability=False, allow_smtputf8=False)
        except EmailNotValidError:
            continue
        return f"{checked.local_part}@{checked.ascii_domain}".casefold()
    raise BadEmail


def as_searched(text: str) -> str:
    """Return the text to search for: an address as it would be stored, else the visible characters."""
    if "@" not in unicodedata.normalize("NFKC", text):
        return " ".join(_visible(text).split())
    try:
        return read_email(text)
    except BadEmail:
        return _bare(text)


def masked(email: str) -> str:
    """Return the address masked, so that only its owner recognizes it: a…@example.org."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _bare(text: str) -> str:
    """Return the text without what stands around an address."""
    # Full-width letters become normal ones, and the ideographic full stop becomes a full stop (RFC 3490).
    bare, before = unicodedata.normalize("NFKC", _visible(text)).replace("\u3002", "."), ""
    while bare != before:
        before = bare
        bare = _trimmed(bare)
        if found := MAILTO.fullmatch(bare) or NAMED.fullmatch(bare):
            bare = found[1]
    return bare


def _trimmed(text: str) -> str:
    """Return the text without spaces and signs around it; a full stop before it stays, and is an error."""
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
