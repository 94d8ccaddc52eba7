"""What is said about languages: the one in which the bot writes, and the one that somebody speaks."""

from bot.localization.languages import languages, spoken
from bot.localization.messages import say
from bot.localization.reader import language
from bot.texts.formats import comma_list, language_name
from services.models.people import User


def ask() -> str:
    """Ask in which language to write."""
    return say("🌐 In which language shall I write to you? Tap one, or type its name.")


def chosen() -> str:
    """Say that the language is changed, in the new one."""
    return say("✅ I write to you in {language} from now on.", language=language().own_name)


def not_spoken() -> str:
    """Say that the bot does not write in the language that was typed, or that several may be meant."""
    return say("I can't tell which of my languages you mean. I write in {languages}.", languages=_own_names())


def ask_spoken(user: User) -> str:
    """Ask which language somebody speaks."""
    now = say(
        "🌐 Your language here is <b>{language}</b>. Which language do you speak? Tap one, or type another.",
        language=language_name(user.language),
    )
    note = say(
        "The clinic will see it. I write in {languages}, and in English to everybody else.",
        languages=_own_names(),
    )
    return f"{now}\n\n{note}"


def spoken_changed(user: User) -> str:
    """Say that the language is changed, in the new one where the bot writes in it."""
    known = say("✅ The clinic now knows that you speak {language}.", language=language_name(user.language))
    if spoken(user.language) is not None:
        note = say("I write to you in it from now on.")
    else:
        note = say(
            "I don't write in it yet, so I go on in {language}.", language=language_name(language().code)
        )
    return f"{known} {note}"


def _own_names() -> str:
    return comma_list([each.own_name for each in languages()])
