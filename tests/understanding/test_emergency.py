"""What sounds like an emergency, in all six languages, whichever the reader's is."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest

from bot.understanding.emergency import FIRST_LETTERS, Signs, _all_signs, _words, sounds_like_emergency

EMERGENCIES = (
    "chest pain",
    "I can’t breathe",
    "can't breathe properly",
    "my chest really hurts badly",
    "I think it's a heart attack",
    "he is unconscious",
    "I took an overdose",
    "she is choking",
    "This is an EMERGENCY!",
    "my husband had a heart attack",
    "No! Chest pain",
    "won't stop bleeding",
    "I want to kill myself",
    "my baby is not breathing",
    "Notfall!",
    "Ich bekomme keine Luft",
    "mein Mann atmet nicht",
    "Ich habe starke Schmerzen in der Brust",
    "mir tut die Brust weh",
    "meine brust tut weh",
    "Es blutet stark",
    "No puedo respirar",
    "me duele mucho el pecho",
    "mi padre se desmayó",
    "no para de sangrar",
    "не могу дышать",
    "у мамы инсульт",
    "сильная боль в груди",
    "болит в груди",
    "вызовите скорую",
    "सीने में बहुत दर्द है",
    "साँस नहीं आ रही",
    "वो बेहोश हो गए",
    "मेरी मां को दिल का दौरा पड़ा है",
    "seene me dard ho raha hai",
    "لا أستطيع التنفس",
    "ألم شديد في صدري",
    "أبي فقد الوعي",
    "أفكر في الانتحار",
    "عندي نزيف شديد",
    "I have pain in my chest",
    "Call 911",
    "chest pain since noon",
    "stroke",
    "im having chest pains and cant breath",
    "I don't want to live anymore",
    "my son swallowed a battery",
    "mein kind hat eine Batterie verschluckt",
    "no chest pain but I can't breathe",
    "Ich will mich umbringen",
    "quiero morirme",
    "хочу умереть",
    "она без сознания",
    "he collapsed",
    "I am bleeding a lot",
)
FALSE_ALARMS = (
    "no chest pain",
    "stroke rehabilitation",
    "my late husband",
    "bleeding gums",
    "my gums are bleeding",
    "I need an appointment",
    "physio after my stroke",
    "I had a stroke two years ago",
    "not an emergency",
    "kein Notfall",
    "keine Schmerzen in der Brust",
    "Zahnfleischbluten",
    "nach meinem Schlaganfall",
    "Reha nach Schlaganfall",
    "sin dolor en el pecho",
    "me sangran las encías",
    "rehabilitación tras un ictus",
    "no es una emergencia",
    "нет боли в груди",
    "реабилитация после инсульта",
    "кровоточат десны",
    "сдать анализ крови",
    "मसूड़ों से खून आता है",
    "सीने में दर्द नहीं है",
    "खून की जांच",
    "لا يوجد ألم في الصدر",
    "تحليل دم",
    "نزيف في اللثة",
    "علاج طبيعي بعد الجلطة",
    "Hello",
    "thanks",
    "my knee hurts",
    "I have a rash",
    "mi rodilla duele",
    "mein Knie tut weh",
    "book dr rao friday",
    "where are you",
    "I'm dying to see Dr Rao",
    "Ich möchte einen Termin beim Kardiologen",
    "cita con el cardiólogo",
    "запишите меня к кардиологу",
    "हृदय रोग विशेषज्ञ",
    "أريد موعدا مع طبيب القلب",
    "I don't have any chest pain",
    "emergency contact",
    "breathe through my nose",
    "Отменить запись на пятницу",
    "срочно нужна запись",
    "I have a headache",
    "as soon as possible",
    "urgently",
    "me duele la cabeza",
    "speak English",
    "السلام عليكم",
    "أين أنتم",
    "سمعت أن الدكتور جيد",
    "اسمي سمير",
    "breathe",
    "breast check",
    "dolor de cabeza",
    "Blutdruck messen",
    "Blutabnahme",
    "blood test",
    "blood pressure check",
    "análisis de sangre",
    "Brustkrebsvorsorge",
    "chest x-ray",
)


@pytest.mark.parametrize("text", EMERGENCIES)
@pytest.mark.parametrize("around", ["{}", "please, {}!!", "🙏 {}.", "hello. {}\nhelp"])
def test_an_emergency_is_heard_anywhere_in_a_text(text: str, around: str) -> None:
    assert sounds_like_emergency(around.format(text))


@pytest.mark.parametrize("text", [*FALSE_ALARMS, "", "🙂", "|", "…", "a" * 4000])
def test_what_is_over_denied_or_something_else_is_none(text: str) -> None:
    assert not sounds_like_emergency(text)


def test_denying_one_thing_does_not_hide_another() -> None:
    assert sounds_like_emergency("no chest pain, but my left arm is numb")
    assert sounds_like_emergency("kein Fieber aber keine Luft")
    assert sounds_like_emergency("after my stroke I now have chest pain")


def _sayings() -> Iterator[tuple[Signs, str]]:
    """Give each sign with the signs of its language: as it stands, and with something at each star."""
    tables = tomllib.loads((files("bot.understanding") / "emergency.toml").read_text(encoding="utf-8"))
    for table, signs in zip(tables.values(), _all_signs(), strict=True):
        for phrase in (*table["signs"], *table["always"]):
            plain = " ".join(part for part in phrase.split() if part != "…")
            for said in (
                plain.replace("*", ""),
                plain.replace("*", "xy"),
                f"please {plain.replace('*', '')}",
            ):
                yield signs, said


def test_no_sign_is_passed_over_because_of_how_it_begins() -> None:
    """Words are looked at only where one begins as a sign does: that must leave out none."""
    alike = [(signs, replace(signs, beginnings=_Everything())) for signs in _all_signs()]
    thorough = {id(signs): each for signs, each in alike}
    sayings = list(_sayings())
    assert len(sayings) > 3000
    for signs, said in sayings:
        words = _words(said)
        each = [(word[:FIRST_LETTERS], f"{word} ") for word in words.split()]
        assert signs.are_in(words, each) == thorough[id(signs)].are_in(words, each), said


class _Everything(dict[str, tuple[str, ...]]):
    """With these beginnings every text is looked at."""

    def __contains__(self, _letters: object) -> bool:
        return True

    def __missing__(self, _letters: str) -> tuple[str, ...]:
        return ("",)
