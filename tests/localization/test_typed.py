"""What is typed is understood in the reader's language and in English."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.input_errors import BadDate, NotAChoice
from bot.localization.languages import ENGLISH, Language, languages, speaks
from bot.localization.reader import speaking
from bot.parsing.birth_dates import read_birth_date
from bot.parsing.clock_grammar import read_time, read_times
from bot.parsing.date_hours import DateTyped, read_date_hours
from bot.parsing.dates import read_date, read_days, read_past_date
from bot.parsing.hours import read_hours, read_leads, read_span, read_week
from bot.parsing.languages import read_language
from bot.parsing.lateness import read_lateness
from bot.parsing.moments import Moment, read_moment
from bot.parsing.prices import read_price
from bot.parsing.time_off import DaysOff, read_days_off, read_last_day
from bot.parsing.time_zones import read_zone
from bot.parsing.visit_kinds import read_kind, read_question
from bot.parsing.words.english import in_english, understood
from bot.parsing.words.tables import Topic, table_of
from bot.texts import amounts, formats
from bot.understanding.intents import Intent
from bot.understanding.reading import Known
from bot.understanding.understand import understand
from services.errors import ClinicError
from services.models.catalogue import AnswerType, ForPatients, KindId, Price, Video
from services.models.scheduling import Days, Hours, Weekday, at_minute
from tests.localization.examples import EXAMPLES

TODAY = date(2026, 11, 28)  # a Saturday
NOW = datetime(2026, 11, 28, tzinfo=UTC)
ALL = tuple(languages())
CODES = tuple(each.code for each in ALL if each is not ENGLISH)
UTC_ZONE = ZoneInfo("UTC")
known = st.sampled_from(
    [word for each in ALL for topic in Topic for word in table_of(each, topic).meanings] + ["9", "2027", "-"]
)
readers = st.sampled_from(ALL)
days = st.dates(date(2026, 11, 28), date(2031, 12, 31))
soon = st.dates(TODAY, TODAY + timedelta(days=360))
marks = st.integers(0, 287).map(lambda n: at_minute(5 * n))
ends = st.tuples(st.integers(0, 287), st.integers(1, 288)).filter(lambda pair: pair[0] < pair[1])
stretches = ends.map(lambda pair: Hours(at_minute(5 * pair[0]), at_minute(5 * pair[1])))

NINE_TO_FIVE = (Hours(time(9), time(17)),)
TWO_STRETCHES = (Hours(time(9), time(12)), Hours(time(13), time(17)))
WORKDAYS = tuple(Weekday)[:5]
READERS: dict[str, Callable[[str], object]] = {
    "day": lambda text: read_date(text, TODAY),
    "past": lambda text: read_past_date(text, TODAY),
    "born": lambda text: read_birth_date(text, TODAY),
    "time": read_time,
    "hours": read_hours,
    "week": read_week,
    "span": read_span,
    "leads": read_leads,
    "moment": lambda text: read_moment(text, TODAY),
    "off": lambda text: read_days_off(text, TODAY),
    "date_hours": lambda text: read_date_hours(text, TODAY),
    "days": lambda text: read_days(text, TODAY),
    "price": read_price,
    "late": lambda text: read_lateness(text.split())[0],
    "talk": lambda text: understand(text, Known(None, TODAY)).intent,
    "language": read_language,
    "zone": lambda text: read_zone(text, NOW),
    "said": understood,
}
MEANT: dict[str, object] = {
    "tomorrow": date(2026, 11, 29),
    "the day after": date(2026, 11, 30),
    "monday": date(2026, 11, 30),
    "tuesday": date(2026, 12, 1),
    "wednesday": date(2026, 12, 2),
    "in three days": date(2026, 12, 1),
    "in a week": date(2026, 12, 5),
    "4 may": date(2027, 5, 4),
    "2 march": date(2027, 3, 2),
    "14 march 2019": date(2019, 3, 14),
    "16:30": time(16, 30),
    "15:00": time(15),
    "16:00": time(16),
    "10:00": time(10),
    "10:15": time(10, 15),
    "10:30": time(10, 30),
    "10:45": time(10, 45),
    "13:00": time(13),
    "09:00": time(9),
    "12:00": time(12),
    "22:00": time(22),
    "9-17": NINE_TO_FIVE,
    "9-12 13-17": TWO_STRETCHES,
    "closed": (),
    "workdays": dict.fromkeys(WORKDAYS, NINE_TO_FIVE),
    "workdays, not saturday": {**dict.fromkeys(WORKDAYS, NINE_TO_FIVE), Weekday.SATURDAY: ()},
    "mondays": {Weekday.MONDAY: NINE_TO_FIVE},
    "every day": dict.fromkeys(Weekday, NINE_TO_FIVE),
    "sunday and tuesday": dict.fromkeys((Weekday.SUNDAY, Weekday.TUESDAY), NINE_TO_FIVE),
    "90 minutes": timedelta(minutes=90),
    "half an hour": timedelta(minutes=30),
    "2 hours": timedelta(hours=2),
    "2 days": timedelta(days=2),
    "3 days": timedelta(days=3),
    "a day and two hours": [timedelta(days=1), timedelta(hours=2)],
    "tomorrow at 4 pm": Moment(date(2026, 11, 29), (time(16),)),
    "tomorrow at 1 pm": Moment(date(2026, 11, 29), (time(13),)),
    "tomorrow at 10 am": Moment(date(2026, 11, 29), (time(10),)),
    "tuesday at 16:30": Moment(date(2026, 12, 1), (time(16, 30),)),
    "4 to 9 may": DaysOff(date(2027, 5, 4), date(2027, 5, 9)),
    "tomorrow afternoon": DaysOff(date(2026, 11, 29), date(2026, 11, 29), Hours(time(12), time(0))),
    "4 may from 13 to 17": DaysOff(date(2027, 5, 4), date(2027, 5, 4), Hours(time(13), time(17))),
    "24 dec 9-12": DateTyped(date(2026, 12, 24), (Hours(time(9), time(12)),), has_hours=True),
    "24 dec closed": DateTyped(date(2026, 12, 24), (), has_hours=True),
    "1 to 15 october": Days(date(2026, 10, 1), date(2026, 10, 15)),
    "80 euros": Price(8000, "EUR"),
    "500 rupees": Price(50000, "INR"),
    "3000 roubles": Price(300_000, "RUB"),
    "80.50 pounds": Price(8050, "EGP"),
    "free": None,
    "20 minutes": 20,
    "on time": 0,
    "greeting": Intent.GREETING,
    "thanks": Intent.THANKS,
    "german": "de",
    "russian": "ru",
    "berlin": "Europe/Berlin",
    "cairo": "Africa/Cairo",
    "kolkata": "Asia/Kolkata",
    "zurich": "Europe/Zurich",
    "yes": "yes",
    "no": "no",
    "none": "none",
    "anywhere": "anywhere",
}


def _examples() -> Iterator[tuple[str, str, str, object]]:
    for code, table in EXAMPLES.items():
        for (reader, meant), texts in table.items():
            for text in texts:
                yield code, reader, text, MEANT[meant]


@pytest.mark.parametrize(("code", "reader", "text", "meant"), list(_examples()))
def test_what_people_type_is_understood_in_their_language(
    code: str, reader: str, text: str, meant: object
) -> None:
    with speaking(speaks(code)):
        assert READERS[reader](text) == meant
        assert READERS[reader](f" {text.upper()} ") == meant


@pytest.mark.parametrize("code", CODES)
def test_english_is_understood_in_every_language(code: str) -> None:
    with speaking(speaks(code)):
        assert read_date("tomorrow", TODAY) == MEANT["tomorrow"]
        assert read_date("Tue 4 May 2027", TODAY) == read_date("2027-05-04", TODAY) == MEANT["4 may"]
        assert read_time("9 am") == time(9)
        assert read_time("4:30 pm") == read_time("half past four in the afternoon") == time(16, 30)
        assert read_week("Mon-Fri 9-17; Sat closed") == MEANT["workdays, not saturday"]
        assert read_span("1 hour 30 minutes") == MEANT["90 minutes"]
        assert read_days_off("4 May to 9 May", TODAY) == MEANT["4 to 9 may"]
        assert read_language("German") == "de"
        assert read_price("80 EUR") == MEANT["80 euros"]


@given(readers, days, days)
def test_a_day_is_read_as_it_is_shown(reads: Language, value: date, today: date) -> None:
    with speaking(reads):
        for shown in (formats.day(value), formats.long_day(value)):
            assert read_date(shown, today) == read_past_date(shown, today) == value
            assert read_date(f"{shown.upper()}.", today) == value


@given(readers, days, days)
def test_a_day_in_numbers_is_read_as_it_is_shown(reads: Language, value: date, last: date) -> None:
    value, last = min(value, last), max(value, last)
    with speaking(reads):
        first, second = formats.typed_day(value), formats.typed_day(last)
        assert read_date(first, TODAY) == value
        assert read_days(f"{first} {second}", TODAY) == Days(value, last)


@given(readers, soon)
def test_a_day_without_its_year_is_the_next_one(reads: Language, value: date) -> None:
    with speaking(reads):
        for shown in (formats.short_day(value), formats.weekday_and_day(value)):
            assert read_date(shown, TODAY) == value
            assert read_last_day(shown, value, TODAY) == value


@given(readers, days, marks)
def test_a_time_is_read_as_it_is_shown(reads: Language, value: date, at: time) -> None:
    instant = datetime.combine(value, at, UTC)
    with speaking(reads):
        assert read_times(formats.wall_time(at))[0] == at
        found = read_moment(formats.moment(instant, UTC_ZONE), TODAY)
        assert (found.day, found.times[0]) == (value, at)


@given(readers, stretches, st.sets(st.sampled_from(list(Weekday)), min_size=1))
def test_hours_are_read_as_they_are_shown(reads: Language, hours: Hours, on: set[Weekday]) -> None:
    weekly = dict.fromkeys(on, (hours,))
    with speaking(reads):
        assert read_hours(formats.hours(hours)) == (hours,)
        # On a clock with twelve hours a stretch such as 9:00 to 5:00 ends in the afternoon.
        assert read_week(formats.week(weekly)) == weekly
        assert read_week("\n".join(f"{formats.weekday(day)}  {formats.hours(hours)}" for day in on)) == weekly


@given(readers, st.integers(1, 5000))
def test_how_long_something_lasts_is_read_as_it_is_shown(reads: Language, minutes: int) -> None:
    value = timedelta(minutes=minutes)
    with speaking(reads):
        assert read_span(formats.span(value)) == value


@given(readers, st.integers(1, 10_000_000), st.sampled_from(["EUR", "USD", "INR", "EGP", "RUB", "JPY"]))
def test_a_price_is_read_as_it_is_shown(reads: Language, minor: int, currency: str) -> None:
    with speaking(reads):
        assert read_price(amounts.price(Price(minor, currency))) == Price(minor, currency)


@given(readers, st.text(max_size=40) | st.lists(known, max_size=4).map(" ".join))
def test_no_text_is_answered_with_anything_but_what_is_wrong_with_it(reads: Language, text: str) -> None:
    with speaking(reads):
        for read in READERS.values():
            with suppress(ClinicError):
                read(text)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("topic", Topic)
def test_what_was_put_into_english_stays_as_it_is(code: str, topic: Topic) -> None:
    reads = speaks(code)
    with speaking(reads):
        changed = {
            words: meant
            for words in table_of(reads, topic).meanings
            # A sign for hours is the word for them in a duration.
            if in_english(meant := in_english(words, topic), topic) not in {meant, "hour"}
        }
    assert changed == {}


def test_a_kind_of_visit_and_its_questions_are_read_in_every_language() -> None:
    for code, text in {
        "es": "Consulta, 45 min, margen 5, 80 euros, pacientes nuevos, por vídeo",
        "ru": "Консультация, 45 мин, перерыв 5 мин, 80 евро, для новых пациентов, по видео",
        "de": "Beratung, 45 Min., Puffer 5, 80 Euro, neue Patienten, per Video",
        "hi": "परामर्श, 45 मिनट, बफर 5, 80 यूरो, नए मरीज, वीडियो से",
        "ar": "استشارة، ٤٥ دقيقة، فاصل ٥، ٨٠ يورو، مرضى جدد، بالفيديو",
    }.items():
        with speaking(speaks(code)):
            kind = read_kind(text, KindId("kind"))
        assert (kind.minutes, kind.buffer_minutes, kind.price) == (45, 5, Price(8000, "EUR"))
        assert (kind.for_patients, kind.video) == (ForPatients.NEW, Video.ONLY)
    for code, text in {"es": "¿Fuma? sí/no", "ru": "Курите? да или нет", "ar": "هل تدخن؟ نعم/لا"}.items():
        with speaking(speaks(code)):
            assert read_question(text, "q").answered_by is AnswerType.YES_NO


def test_a_weekday_that_is_a_month_in_english_is_what_it_is_in_spanish() -> None:
    with speaking(speaks("es")):
        assert read_date("mar 2 mar", TODAY) == MEANT["2 march"]
        assert read_date("mar", TODAY) == MEANT["tuesday"]
        assert read_week("lun 9-17, mar 9-17") == dict.fromkeys(
            (Weekday.MONDAY, Weekday.TUESDAY), NINE_TO_FIVE
        )
    with pytest.raises(BadDate):
        read_date("mar", TODAY)


def test_one_word_of_hindi_is_tomorrow_where_a_day_is_booked() -> None:
    with speaking(speaks("hi")):
        assert read_date("कल", TODAY) == MEANT["tomorrow"]


def test_a_choice_that_is_no_language_is_none_in_any_language() -> None:
    for reads in ALL:
        with speaking(reads), pytest.raises((NotAChoice, ClinicError)):
            read_language("qqqqqqqq")
