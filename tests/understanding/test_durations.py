"""How late somebody is, in each language: what is added up, what is a time of day, and what is not clear."""

import pytest

from bot.localization.languages import spoken
from bot.localization.reader import speaking
from bot.understanding.understand import understand
from services.models.people import Role
from tests.understanding.judging import known

SAID = (
    ("ar", "سأتأخر الساعة 3 20 دقيقة", 20),
    ("ar", "موعد الساعة 3، 20 دقيقة تأخير", 20),
    ("ar", "سأتأخر عن موعد الساعة الثالثة عشر دقائق", 10),
    ("ru", "на прием в 3 часа, 20 минут опоздаю", 20),
    ("ru", "прием в 3 часа 20 минут опоздаю", 20),
    ("ru", "запись в 15 часов, 20 минут опоздания", 20),
    ("es", "cita a las 3 horas 20 minutos de retraso", 20),
    ("en", "I'll be there in an hour, 20 minutes late", 20),
    ("en", "1 hour, 20 minutes late", 80),
    ("de", "Termin in 3 Stunden, 20 Minuten Verspätung", 20),
    ("de", "ich komme dreieinhalb Stunden zu spät", None),
    ("de", "ich komme ein paar Stunden zu spät", None),
    ("de", "ich komme mehrere Stunden zu spät", None),
    ("en", "I'm a couple of hours late", None),
    ("en", "several hours late", None),
    ("en", "two and a quarter hours late", None),
    ("de", "ich verspäte mich um 2,5 Stunden", 150),
    ("de", "0,5 Stunden zu spät", 30),
    ("en", "1,5 hours late", 90),
    ("ru", "опоздаю на 2,5 часа", 150),
    ("es", "llego 2,5 horas tarde", None),
    ("ar", "سأتأخر ١٫٥ ساعة", 90),
    ("en", "2½ hours late", None),
    ("en", "1/2 hour late", None),
    ("de", "Termin um 3 und eine halbe Stunde zu spät", 30),
    ("en", "I have an appointment at 3 and a half hour late", 30),
    ("es", "cita a las 2 y media hora de retraso", 30),
    ("en", "two hours and half an hour late", 150),
    ("en", "an hour and half an hour late", 90),
    ("de", "eine Stunde und eine Viertelstunde zu spät", 75),
    ("ru", "опоздаю на два часа и полчаса", 150),
    ("hi", "मैं दो घंटे और आधा घंटा लेट हूँ", 150),
    ("en", "I'm late an hour, 3 patients are waiting", 60),
    ("en", "late an hour for 4 patients", 60),
    ("en", "late by an hour and fifteen", 75),
    ("ru", "опоздаю на час, 3 пациента ждут", 60),
    ("ru", "опоздаю на час двадцать", 80),
    ("es", "llego tarde una hora y veinte", 80),
    ("ar", "سأتأخر ساعتين", 120),
    ("ar", "سأتأخر ساعة وعشرين دقيقة", 80),
    ("ar", "سأتأخر ساعة إلا عشر دقائق", 50),
    ("en", "forty five minutes late", 45),
    ("en", "forty-five minutes late", 45),
    ("en", "twenty five minutes late", 25),
    ("es", "llego cuarenta y cinco minutos tarde", 45),
    ("ru", "опоздаю на сорок пять минут", 45),
    ("ar", "سأتأخر خمس وأربعين دقيقة", 45),
    ("en", "I'm 0 hours 20 minutes late", 20),
    ("en", "I'm late half an hour for my 1 hour 15 minutes visit", 30),
    ("en", "I'm an hour late. 30 minutes of it is traffic", 60),
    ("en", "3 and a half hours late", 210),
    ("en", "2 hour and a half late", 150),
    ("en", "I'm an hour and 20 minutes late", 80),
    ("en", "half an hour late", 30),
    ("en", "1.5 hours late", 90),
    ("ru", "опоздаю минут на 15", 15),
    ("ru", "опоздаю на часа 2", 120),
    ("ru", "опоздаю на 3 с половиной часа", 210),
    ("ru", "опоздаю на час с половиной", 90),
    ("ru", "опоздаю на час", 60),
    ("es", "llego 3 horas y media tarde", 210),
    ("es", "llego una hora y media tarde", 90),
    ("de", "ich komme eine Stunde und 20 Minuten später", 80),
    ("de", "anderthalb Stunden zu spät", 90),
    ("de", "zwei Stunden Verspätung", 120),
    ("de", "ich bin 2 und eine halbe Stunde zu spät", 150),
    ("hi", "मैं साढ़े तीन घंटे लेट हूँ", 210),
    ("hi", "मैं सवा दो घंटे लेट हूँ", 135),
    ("hi", "मैं डेढ़ घंटे लेट हूँ", 90),
    ("hi", "मैं 2 घंटे 20 मिनट लेट हूँ", 140),
    ("ar", "سأتأخر ساعتين إلا ربع", 105),
    ("ar", "سأتأخر ساعة إلا ربع", 45),
    ("ar", "سأتأخر 3 ساعات ونصف", 210),
    ("ar", "سأتأخر ثلاث ساعات", 180),
    ("ar", "سأتأخر ساعتين و10 دقائق", 130),
)


@pytest.mark.parametrize(("code", "said", "minutes"), SAID)
def test_a_delay_is_what_was_said_or_is_asked_for(code: str, said: str, minutes: int | None) -> None:
    reads = spoken(code)
    assert reads is not None
    with speaking(reads):
        assert understand(said, known(Role.DOCTOR)).said.minutes == minutes
