"""News in words, and how a chat message and a mail show them."""

import html
from dataclasses import dataclass

from bot.texts.formats import esc, with_clock

# The fact that is the address of a video visit's room.
ROOM = "Video visit"
# Stands in a closing where an email says that something is done in the chat; the chat itself does not say so.
IN_THE_CHAT = "{in the chat}"
# Mail programs that are dark by night, and heed it, show the mail dark, too; the colours are in line, so these
# must be the stronger ones. Others see the light one.
DARK = (
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
    "<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){"
    ".page{background:#10181e !important}.card{background:#1a262e !important}"
    ".ink{color:#e8f0f4 !important}.soft{color:#9db0bc !important}.brand,.ink a{color:#7fd6e6 !important}}</style>"
)


@dataclass(frozen=True, slots=True)
class News:
    """What a notice says: a headline, a line for each fact (label, value), and what to do next.

    Plain text; whoever shows it escapes it. The closing may have IN_THE_CHAT in it. `secret` names the fact that nobody else should glimpse.
    `typed` is what somebody has written to the reader, with its lines as they were typed; emails show it.
    `links` are labels with the start parameters that do a thing at one tap (see bot/callbacks/deep_links.py).
    """

    subject: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    closing: str
    links: tuple[tuple[str, str], ...] = ()
    secret: str = "Reason"  # noqa: S105 - the label of a fact
    typed: str = ""


def as_message(said: News) -> str:
    """Return the news in Telegram's HTML."""
    lines = [f"<b>{esc(said.headline)}</b>"]
    for label, value in said.facts:
        shown = f"<tg-spoiler>{esc(value)}</tg-spoiler>" if label == said.secret else with_clock(value)
        lines.append(f"{label}: {shown}")
    return "\n".join(lines) + f"\n\n{esc(said.closing.replace(IN_THE_CHAT, ''))}"


def as_plain_mail(said: News, clinic: str, bot_link: str) -> str:
    """Return the text part of a mail; `bot_link` is where the bot is found (https://t.me/…)."""
    rows = "\n".join(f"{label}: {value}" for label, value in said.facts)
    links = "\n".join(f"{label}:\n{bot_link}?start={start}" for label, start in said.links)
    return "\n\n".join(filter(None, (said.headline, said.typed, rows, _closing(said), links, clinic))) + "\n"


def as_html_mail(said: News, clinic: str, bot_link: str) -> str:
    """Return the HTML part of a mail: one column, plain colours, readable anywhere, by day and by night."""
    rows = "".join(
        f'<p class="ink" style="margin:0 0 12px;font-size:15px;color:#14212e">'
        f'<span class="soft" style="font-size:13px;color:#566573">{esc(label)}</span><br><strong>{_opened(label, value)}</strong></p>'
        for label, value in said.facts
    )
    if said.typed:
        rows = (
            '<p class="ink" style="margin:0 0 12px;font-size:15px;color:#14212e;white-space:pre-wrap">'
            f"{esc(said.typed)}</p>{rows}"
        )
    links = "".join(
        f'<p style="margin:12px 0 0"><a href="{bot_link}?start={start}" style="display:block;padding:12px 16px;'
        'border-radius:8px;background:#0b6e8a;color:#ffffff;font-size:15px;text-decoration:none">'
        f"{esc(label)}</a></p>"
        for label, start in said.links
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>'
        f"{esc(said.subject)}</title>{DARK}</head>"
        '<body class="page" style="margin:0;padding:16px;background:#eef3f7;font-family:Helvetica,Arial,sans-serif">'
        '<div class="card" style="max-width:520px;margin:0 auto;background:#ffffff;border-radius:12px;padding:22px">'
        f'<p class="brand" style="margin:0 0 16px;color:#0b6e8a;font-size:14px">{esc(clinic)}</p>'
        f'<h1 class="ink" style="margin:0 0 16px;font-size:20px;color:#14212e">{esc(said.headline)}</h1>'
        f"{rows}"
        f'<p class="ink" style="margin:20px 0 0;color:#14212e;font-size:15px">{esc(_closing(said))}</p>{links}'
        "</div></body></html>"
    )


def _closing(said: News) -> str:
    """Return what a mail says to do next, and that it is done in the chat."""
    return said.closing.replace(IN_THE_CHAT, " in the chat")


def _opened(label: str, value: str) -> str:
    """Return a fact for the HTML part; the room of a video visit opens at a tap."""
    return f'<a href="{html.escape(value)}">{esc(value)}</a>' if label == ROOM else esc(value)
