"""What is said around announcements, and how one looks."""

from bot.localization.messages import number, phrase, say, say_count
from bot.texts import labels
from bot.texts.formats import esc
from bot.texts.notification_layouts import News
from services.models.announcements import Announcement, AnnouncementState, Audience, Reach, Tally

# Translators: whom an announcement is for; each stands alone.
AUDIENCES = {
    Audience.EVERYBODY: phrase("everybody"),
    Audience.PATIENTS: phrase("patients"),
    Audience.DOCTORS: phrase("doctors"),
}
BUTTONS = {
    Audience.EVERYBODY: phrase("👥 Everybody"),
    Audience.PATIENTS: phrase("🙂 Patients"),
    Audience.DOCTORS: phrase("👩‍⚕️ Doctors"),
}
# What else may be typed.
# Translators: these four are what somebody may type who is asked whom an announcement is for.
TYPED = {
    phrase("all"): Audience.EVERYBODY,
    phrase("everyone"): Audience.EVERYBODY,
    **{name: audience for audience, name in AUDIENCES.items()},
}
HEADS = {
    Audience.EVERYBODY: phrase("📣 <b>Announcement to everybody</b>"),
    Audience.PATIENTS: phrase("📣 <b>Announcement to patients</b>"),
    Audience.DOCTORS: phrase("📣 <b>Announcement to doctors</b>"),
}
NONE_OF = {
    Audience.EVERYBODY: phrase("Nobody would get it: nobody is using the bot at the moment."),
    Audience.PATIENTS: phrase("Nobody would get it: no patients are using the bot at the moment."),
    Audience.DOCTORS: phrase("Nobody would get it: no doctors are using the bot at the moment."),
}
SENDING = {
    Audience.EVERYBODY: phrase("📣 Sending to everybody"),
    Audience.PATIENTS: phrase("📣 Sending to patients"),
    Audience.DOCTORS: phrase("📣 Sending to doctors"),
}
STOPPING = {
    Audience.EVERYBODY: phrase("⏹ Stopping the announcement to everybody …"),
    Audience.PATIENTS: phrase("⏹ Stopping the announcement to patients …"),
    Audience.DOCTORS: phrase("⏹ Stopping the announcement to doctors …"),
}
STOPPED = {
    Audience.EVERYBODY: phrase("⏹ Stopped: the announcement to everybody"),
    Audience.PATIENTS: phrase("⏹ Stopped: the announcement to patients"),
    Audience.DOCTORS: phrase("⏹ Stopped: the announcement to doctors"),
}
DONE = {
    Audience.EVERYBODY: phrase("✅ Done: the announcement to everybody"),
    Audience.PATIENTS: phrase("✅ Done: the announcement to patients"),
    Audience.DOCTORS: phrase("✅ Done: the announcement to doctors"),
}
RULE = "──────────"
BAR_LENGTH = 12


def announcement(clinic: str, text: str) -> str:
    """Return an announcement as people see it."""
    return f"📣 <b>{esc(clinic)}</b>\n\n{esc(text)}"


def announcement_news(clinic: str, text: str) -> News:
    """Return an announcement as the email says it."""
    return News(
        subject=say("A message from {clinic}", clinic=clinic),
        headline=say("📣 A message from {clinic}", clinic=clinic),
        facts=(),
        typed=text,
        closing=say(
            "You get this as an email because you aren't signed in to the clinic's bot at the moment."
        ),
    )


def typed() -> dict[str, Audience]:
    """Return what may be typed for whom it is: in the reader's language, and in English."""
    return {each.message: audience for each, audience in TYPED.items()} | {
        str(each): audience for each, audience in TYPED.items()
    }


def ask_audience() -> str:
    """Ask who it is for."""
    title = say("Announcement")
    question = say("Who is it for?")
    return f"📣 <b>{title}</b>\n\n{question}"


def ask_text(audience: Audience, max_length: int, so_far: str) -> str:
    """Ask for the text, and show the one that there is."""
    title = say("The text so far:")
    kept = f"\n\n{title}\n{RULE}\n{esc(so_far)}\n{RULE}" if so_far else ""
    ask = say_count(
        "What should I tell them? Type it as plain text, up to {count} character."
        " You'll see it before I send it.",
        "What should I tell them? Type it as plain text, up to {count} characters."
        " You'll see it before I send it.",
        max_length,
    )
    return f"{HEADS[audience]}{kept}\n\n{ask}"


def preview(clinic: str, audience: Audience, text: str, reach: Reach, *, by_email: bool) -> str:
    """Show it as people will see it, and who will."""
    goes = _reach_by_email(reach) if by_email and reach.emails else _reach(reach, audience)
    how = say("This is how they'll see it:")
    return (
        f"{HEADS[audience]}\n{how}\n\n{RULE}\n{announcement(clinic, text)}\n{RULE}\n\n"
        f"{goes} {_ask(reach, by_email=by_email)}"
    )


def _ask(reach: Reach, *, by_email: bool) -> str:
    """Ask whether to send it, or say what to do as nobody would get it."""
    if reach.chats or (by_email and reach.emails):
        return say("Send it?")
    if reach.emails:
        return say("Email it, or tap {button} to choose others.", button=labels.BACK)
    return say("Tap {button} to choose others.", button=labels.BACK)


def email_button(reach: Reach, *, by_email: bool) -> str:
    """Label the button that turns emails on, or off again."""
    if by_email:
        return say("💬 Only in chats")
    return say_count("✉️ Also by email to {count} person", "✉️ Also by email to {count} people", reach.emails)


def _reach(reach: Reach, audience: Audience) -> str:
    if not reach.chats:
        return str(NONE_OF[audience])
    # Translators: "in 3 chats" follows at {in_chats}.
    goes = say_count(
        "It will go to {count} person {in_chats}.",
        "It will go to {count} people {in_chats}.",
        reach.people,
        in_chats=_in_chats(reach.chats),
    )
    if not reach.unreached:
        return goes
    left = say_count(
        "{count} person is not using the bot at the moment and won't get it.",
        "{count} people are not using the bot at the moment and won't get it.",
        reach.unreached,
    )
    return f"{goes} {left}"


def _reach_by_email(reach: Reach) -> str:
    # Translators: stands at {by_email}.
    by_email = say_count(
        "by email to {count} person who isn't using the bot",
        "by email to {count} people who aren't using the bot",
        reach.emails,
    )
    if reach.chats:
        # Translators: "in 3 chats" follows at {in_chats}, "by email to 2 people who aren't …" at {by_email}.
        goes = say_count(
            "It will go to {count} person {in_chats}, and {by_email}.",
            "It will go to {count} people {in_chats}, and {by_email}.",
            reach.people,
            in_chats=_in_chats(reach.chats),
            by_email=by_email,
        )
    else:
        goes = say("It will go {by_email}.", by_email=by_email)
    left = reach.unreached - reach.emails
    if not left:
        return goes
    unreached = say_count(
        "{count} person has neither a chat nor an email address that works.",
        "{count} people have neither a chat nor an email address that works.",
        left,
    )
    return f"{goes} {unreached}"


def _in_chats(count: int) -> str:
    # Translators: stands at {in_chats}.
    return say_count("in {count} chat", "in {count} chats", count)


def on_its_way(audience: Audience) -> str:
    """Say that it is started; how far it is stands in a message of its own."""
    how = say("✅ It's on its way, and progress is shown below.")
    return f"{HEADS[audience]}\n\n{how}"


def progress(sent: Announcement, tally: Tally) -> str:
    """Show how far it is."""
    emails = tally.emails or Tally()
    done, total = tally.done + emails.done, tally.total + emails.total
    full = BAR_LENGTH * done // max(1, total)
    bar = "▓" * full + "░" * (BAR_LENGTH - full)
    # Translators: how many were sent of all: "12 of 300".
    so_far = say("{done} of {total}", done=number(done), total=number(total))
    if emails.total:
        chats = say_count("{count} chat", "{count} chats", tally.total)
        mails = say_count("{count} email", "{count} emails", emails.total)
        so_far = say("{so_far} ({chats}, {emails})", so_far=so_far, chats=chats, emails=mails)
    return f"{SENDING[sent.audience]}\n{bar} {so_far}"


def stopping(audience: Audience) -> str:
    """Say that nobody else gets it."""
    return str(STOPPING[audience])


def over(sent: Announcement, tally: Tally) -> str:
    """Say what came of it."""
    is_stopped = sent.state is AnnouncementState.STOPPED
    emails = tally.emails or Tally()
    lines = [str((STOPPED if is_stopped else DONE)[sent.audience]), _came(tally, is_stopped=is_stopped)]
    if emails.total:
        lines.append(_came_by_email(emails))
    if tally.failed or emails.failed:
        lines.append(say("Messages that failed may still have arrived, so I won't send them again."))
    return "\n".join(lines)


def _came(tally: Tally, *, is_stopped: bool) -> str:
    """Return the numbers of chats, by what became of the message there."""
    numbers = {
        "delivered": number(tally.delivered),
        "blocked": number(tally.blocked),
        "failed": number(tally.failed),
    }
    if not is_stopped:
        return say("{delivered} delivered, {blocked} blocked the bot, {failed} failed.", **numbers)
    return say(
        "{delivered} delivered, {blocked} blocked the bot, {failed} failed, {waiting} not sent.",
        waiting=number(tally.waiting),
        **numbers,
    )


def _came_by_email(emails: Tally) -> str:
    numbers = {
        "delivered": number(emails.delivered),
        "refused": number(emails.blocked),
        "failed": number(emails.failed),
    }
    if not emails.waiting:
        return say("By email: {delivered} delivered, {refused} refused, {failed} failed.", **numbers)
    return say(
        "By email: {delivered} delivered, {refused} refused, {failed} failed, {waiting} not sent.",
        waiting=number(emails.waiting),
        **numbers,
    )
