"""How a mail shows news: as text, and as HTML."""

import html

from bot.localization.isolates import ISOLATES
from bot.localization.reader import language
from bot.localization.reading_direction import in_reading_direction
from bot.texts.formats import esc
from bot.texts.notification_layouts import Fact, News, RoomAddress, line, mail_closing

# Mail programs that are dark by night, and heed it, show the mail dark, too; the colours are in line,
# so these must be the stronger ones. Others see the light one.
DARK = (
    '<meta name="color-scheme" content="light dark">'
    '<meta name="supported-color-schemes" content="light dark">'
    "<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){"
    ".page{background:#10181e !important}.card{background:#1a262e !important}"
    ".ink{color:#e8f0f4 !important}.soft{color:#9db0bc !important}"
    ".brand,.ink a{color:#7fd6e6 !important}}</style>"
)


def as_plain_mail(said: News, clinic: str, bot_link: str) -> str:
    """Return the text part of a mail; `bot_link` is where the bot is found (https://t.me/…)."""
    rows = "\n".join(line(each, each.value) for each in said.facts)
    headline, rows, closing = map(in_reading_direction, (said.headline, rows, mail_closing(said)))
    # The address stands on a line of its own, where nothing turns it around.
    links = "\n".join(f"{label}:\n{bot_link}?start={start}" for label, start in said.links)
    return "\n\n".join(filter(None, (headline, said.typed, rows, closing, links, clinic))) + "\n"


def as_html_mail(said: News, clinic: str, bot_link: str) -> str:
    """Return the HTML part of a mail: one column, plain colours, readable anywhere, by day and by night.

    It names its language and the direction that it is read in (HTML Living Standard: `lang`, `dir`). What
    people have typed may have the other one.
    """
    reads = language()
    direction = "rtl" if reads.is_rtl else "ltr"
    rows = "".join(_row(each) for each in said.facts)
    if said.typed:
        rows = (
            '<p class="ink" dir="auto" style="margin:0 0 12px;font-size:15px;color:#14212e;'
            'white-space:pre-wrap">'
            f"{esc(said.typed)}</p>{rows}"
        )
    links = "".join(
        f'<p style="margin:12px 0 0"><a href="{bot_link}?start={start}" style="display:block;'
        "padding:12px 16px;border-radius:8px;background:#0b6e8a;color:#ffffff;font-size:15px;"
        'text-decoration:none">'
        f"{esc(label)}</a></p>"
        for label, start in said.links
    )
    return (
        f'<!doctype html><html lang="{reads.code}" dir="{direction}"><head><meta charset="utf-8"><title>'
        f"{esc(said.subject)}</title>{DARK}</head>"
        # Some programs show the body alone, within a page of theirs.
        f'<body class="page" dir="{direction}" style="margin:0;padding:16px;background:#eef3f7;'
        'font-family:Helvetica,Arial,sans-serif">'
        f'<div class="card" lang="{reads.code}" dir="{direction}" style="max-width:520px;margin:0 auto;'
        'background:#ffffff;border-radius:12px;padding:22px">'
        f'<p class="brand" style="margin:0 0 16px;color:#0b6e8a;font-size:14px">{esc(clinic)}</p>'
        f'<h1 class="ink" style="margin:0 0 16px;font-size:20px;color:#14212e">{esc(said.headline)}</h1>'
        f"{rows}"
        f'<p class="ink" style="margin:20px 0 0;color:#14212e;font-size:15px">{esc(mail_closing(said))}</p>'
        f"{links}"
        "</div></body></html>"
    )


def _row(fact: Fact) -> str:
    """Return a fact for the HTML part; its value has the direction of its own words.

    What was put together of several values, each between isolates, has that of the mail.
    """
    direction = "rtl" if language().is_rtl and ISOLATES.search(fact.value) else "auto"
    return (
        '<p class="ink" style="margin:0 0 12px;font-size:15px;color:#14212e">'
        f'<span class="soft" style="font-size:13px;color:#566573">{esc(fact.label)}</span><br>'
        f'<strong><bdi dir="{direction}">{_opened(fact)}</bdi></strong></p>'
    )


def _opened(fact: Fact) -> str:
    """Return a value for the HTML part; the room of a video visit opens at a tap."""
    value = esc(fact.value)
    return f'<a href="{html.escape(fact.value)}">{value}</a>' if isinstance(fact, RoomAddress) else value
