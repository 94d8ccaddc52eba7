"""The audit in words: its pages, and whose history it is."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from bot.localization.messages import phrase, say, say_count
from bot.texts.audit_entries import Told, gone
from bot.texts.audit_sentences import SENTENCES
from bot.texts.formats import clock_time, esc, short_day, zone_name
from bot.texts.formats import day as written_day
from services.audit import AuditPage
from services.models.audit import AuditEntry
from services.models.patients import Patient
from services.models.people import User, UserId

EVERYTHING = phrase("🧾 Everything")
SOME_DAY = date(2027, 5, 3)


def how() -> str:
    """Say how one asks for a day or a person."""
    # Translators: "rao" is a name, and "yesterday" is what one types.
    return say(
        "For a day: /audit yesterday or /audit {day}. For a person: /audit rao.", day=short_day(SOME_DAY)
    )


def line(entry: AuditEntry, people: Mapping[str, User | Patient], zone: ZoneInfo) -> str:
    """Return an entry in one sentence."""
    told = Told(entry, people, zone)
    said = SENTENCES[entry.action](told)
    said = said[0].upper() + said[1:]
    rest = told.rest()
    # Translators: {said} is a sentence of the audit without its full stop.
    return say("{said} ({facts}).", said=said, facts=rest) if rest else say("{said}.", said=said)


def page(shown: AuditPage, user_id: UserId | None, day: date | None, zone: ZoneInfo) -> str:
    """Show a page, the days as headings."""
    about = _about(shown, user_id, day)
    total = shown.entries.total
    if not total:
        nothing = say("Nothing was recorded.")
        return f"🧾 <b>{about}</b>\n\n{nothing}\n\n{how()}"
    lines = [
        say_count(
            "🧾 <b>{about}</b>: {count} entry, newest first",
            "🧾 <b>{about}</b>: {count} entries, newest first",
            total,
            about=about,
        )
    ]
    last = day
    for entry in shown.entries.items:
        on = entry.at.astimezone(zone).date()
        if on != last:
            lines.append(f"\n<b>{written_day(on)}</b>")
            last = on
        lines.append(f"{clock_time(entry.at, zone)} · {line(entry, shown.people, zone)}")
    hint = "" if user_id or day else f" {how()}"
    return "\n".join(lines) + "\n\n" + say("Times are in {zone}.", zone=zone_name(zone)) + hint


def _about(shown: AuditPage, user_id: UserId | None, day: date | None) -> str:
    if user_id is None:
        return say("Who did what, {day}", day=written_day(day)) if day else say("Who did what")
    user = shown.people.get(user_id)
    name = esc(user.name) if user else gone()
    if day is None:
        return say("What {name} did, and what was done for them", name=name)
    return say("What {name} did, and what was done for them, {day}", name=name, day=written_day(day))


def person_button(user: User) -> str:
    """Label the button to a person's history."""
    return f"👤 {user.name} · {user.email}"


def several(total: int, search: str) -> str:
    """Ask who is meant, or say that there is nobody."""
    if not total:
        nobody = say("No account with “{search}”.", search=esc(search))
        return f"🧾 {nobody}\n\n{how()}"
    heading = say_count(
        "🧾 <b>{count} account with “{search}”</b>",
        "🧾 <b>{count} accounts with “{search}”</b>",
        total,
        search=esc(search),
    )
    question = say("Whose history would you like to see?")
    return f"{heading}\n\n{question}"
