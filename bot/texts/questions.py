"""What is said of the questions before a visit, and of their answers."""

from collections.abc import Mapping
from typing import Any

from bot.localization.messages import phrase_in, say, say_count
from bot.texts.formats import comma_list, doctor, esc, moment_read, shortened
from bot.texts.notification_layouts import IN_THE_CHAT
from services.access import DESK
from services.clinic_rules import ClinicRules
from services.models.appointments import Answer, AppointmentCard, open_questions
from services.models.catalogue import Question
from services.models.people import Role
from services.questionnaires.answers import NO, YES

# So many characters of all answers stand in a doctor's day; the card has all of them.
MOST_IN_A_DAY = 80
# Stored as the services have it, and said in the language of whoever reads it.
_YES_AND_NO = {YES: phrase_in("an answer", "Yes"), NO: phrase_in("an answer", "No")}


def ask(item: AppointmentCard, question: Question, number: int, count: int, rules: ClinicRules) -> str:
    """Ask a question before a visit, and show the answer that there is."""
    given = next((each for each in item.appointment.answers if each.question_id == question.id), None)
    name = doctor(item.doctor.name)
    head = (
        say("📝 <b>Before the visit ({number} of {total})</b>", number=number + 1, total=count)
        if count > 1
        else say("📝 <b>Before the visit</b>")
    )
    whose = comma_list([name, moment_read(item.appointment.slot.start, rules)])
    asked = [esc(question.text)]
    if given:
        asked.append(say("💬 Now: <tg-spoiler>{answer}</tg-spoiler>", answer=esc(answer(given.text))))
    who_sees = say("Only {doctor} sees your answer.", doctor=name)
    return "\n\n".join([f"{head}\n{whose}", "\n".join(asked), who_sees])


def answer(text: str) -> str:
    """Return an answer as it is shown: a yes or a no in the reader's language, any other as it was typed."""
    return str(_YES_AND_NO.get(text, text))


def answered(item: AppointmentCard, left: int) -> str:
    """Say that the questions are answered, or how many are open."""
    if not left:
        return say(
            "📝 Thank you! {doctor} will see your answers. You can change them until the visit begins.",
            doctor=doctor(item.doctor.name),
        )
    return say_count(
        "📝 Saved. {count} question is still open."
        " You can answer on the appointment's card until the visit begins.",
        "📝 Saved. {count} questions are still open."
        " You can answer on the appointment's card until the visit begins.",
        left,
    )


def nothing_to_answer() -> str:
    """Say that there are no questions before that visit."""
    return say("There are no questions to answer before this visit.")


def answer_button(left: int) -> str:
    """Label the button that leads to the questions before a visit."""
    if not left:
        return say("📝 Change your answers")
    return say_count("📝 Answer {count} question", "📝 Answer {count} questions", left)


def left_in(facts: Mapping[str, Any]) -> int:
    """Return how many questions before a visit were open when its news was made."""
    visit = facts.get("visit") or {}
    return int(visit.get("questions", 0))


def please_answer(left: int) -> str:
    """Ask for the answers, at the end of the news of an appointment; nothing where none are open."""
    if not left:
        return ""
    asked = say_count(
        "Before the visit, please answer {count} question{in_the_chat}.",
        "Before the visit, please answer {count} questions{in_the_chat}.",
        left,
        in_the_chat=IN_THE_CHAT,
    )
    return f"{asked} "


def answer_lines(item: AppointmentCard, role: Role) -> list[str]:
    """Return the answers for the card: to the doctor and to whoever gave them, and never to the desk."""
    if role in DESK:
        return []
    lines = [
        f"📝 {esc(each.question)}\n<tg-spoiler>{esc(answer(each.text))}</tg-spoiler>"
        for each in _in_order(item)
    ]
    left = len(open_questions(item.details.kind, item.appointment.answers))
    if left and role is Role.DOCTOR:
        lines.append(
            say_count("📝 {count} question is still open", "📝 {count} questions are still open", left)
        )
    return lines


def in_day(item: AppointmentCard) -> str:
    """Return the answers in short, on a line of its own of a doctor's day."""
    said = " · ".join(answer(each.text) for each in _in_order(item))
    return f"\n   📝 <tg-spoiler>{esc(shortened(said, MOST_IN_A_DAY))}</tg-spoiler>" if said else ""


def _in_order(item: AppointmentCard) -> list[Answer]:
    """Return the answers in the order of the questions; behind them those to questions that are gone."""
    asked = [each.id for each in (item.details.kind.questions if item.details.kind else ())]
    places = {question_id: place for place, question_id in enumerate(asked)}
    return sorted(item.appointment.answers, key=lambda each: places.get(each.question_id, len(asked)))
