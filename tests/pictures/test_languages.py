"""Pictures in the language of whoever reads them: all letters are there, joined, and on the right side."""

import asyncio
import io
import unicodedata
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.localization.languages import Language, languages, speaks
from bot.localization.reader import speaking
from bot.pictures import chart, day
from bot.pictures import sheet as sheets
from bot.pictures.chart import PARTS, stats_picture
from bot.pictures.day import day_picture
from bot.pictures.fonts import BOX, lettered
from bot.pictures.legend import LegendEntry
from bot.pictures.sheet import MARGIN, TITLE, WIDTH, Sheet
from bot.texts import pictures as texts
from bot.texts.pictures import who_and_what
from bot.texts.schedule import picture_title
from services.administration.statistics import Ahead, DoctorCounts, Figures
from services.administration.visit_figures import StatusCounts
from services.appointments.agenda import DayAgenda
from services.models.appointments import AppointmentStatus
from services.models.people import AccountStatus, Role, User, UserId
from services.models.scheduling import Days, Hours
from services.models.slots import Slot
from tests.localization.catalogues import messages, translated_languages, translations
from tests.pictures.days import BERLIN, TUESDAY, a_card, a_day, before

each_language = pytest.mark.parametrize("language", list(languages()), ids=lambda each: each.code)
NAMES = ("Zoë Müller", "Ёлкин Пётр", "क्षितिज श्रीवास्तव", "محمد عبد الله", "Asha Rao")
BLUE = (0x2F, 0x6F, 0xD0)
SIGHT = 16


def _day() -> DayAgenda:
    """Return a day with everything that a picture of one can show, except that it is another day."""
    hours = (Hours(time(9), time(12)), Hours(time(13), time(17)))
    plan = a_day(hours, is_taken=lambda number: number % 3 != 2, names=NAMES)
    statuses = list(AppointmentStatus)
    taken = [
        replace(card, appointment=replace(card.appointment, status=statuses[number % len(statuses)]))
        for number, card in enumerate(plan.taken)
    ]
    noon = datetime.combine(TUESDAY, time(12), BERLIN).astimezone(UTC)
    return replace(plan, taken=taken, time_off=[Slot(noon, noon + timedelta(hours=1))])


def _figures(most: int = 123_456) -> Figures:
    """Return figures of a week, all of them of its first day."""
    first, kept = date(2027, 9, 20), StatusCounts(most, 0, 0)
    doctors = [User(UserId("d"), name, "", Role.DOCTOR, AccountStatus.ACTIVE) for name in NAMES]
    return Figures(
        Days(first, first + timedelta(days=6)),
        tuple((first + timedelta(days=n), StatusCounts() if n else kept) for n in range(7)),
        (*(DoctorCounts(doctor, kept) for doctor in doctors), DoctorCounts(None, StatusCounts(1, 1, 1))),
        1234,
        timedelta(hours=1),
        timedelta(hours=2),
        Ahead(timedelta(days=3), (1, 2, 3, 4)),
    )


def _day_picture() -> bytes:
    plan = _day()
    return day_picture(plan, title=picture_title(NAMES[2], plan), now=before(plan))


def _stats_picture() -> bytes:
    return stats_picture(NAMES[3], _figures())


_DRAWINGS = (_day_picture, _stats_picture)


def _pixels(png: bytes) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.int16)


def _columns(png: bytes, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """Return where the colour is in a picture, from the left."""
    return np.nonzero((_pixels(png) == np.array(colour)).all(axis=2))[1]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written while pictures are drawn."""
    texts: list[str] = []

    def noted(text: str, *, bold: bool = False) -> tuple[str, tuple[str, ...]]:
        texts.append(lettered(text, bold=bold)[0])
        return lettered(text, bold=bold)

    monkeypatch.setattr(sheets, "lettered", noted)
    return texts


@each_language
def test_a_picture_has_each_letter_and_none_beyond_its_edges(language: Language, drawn: list[str]) -> None:
    with speaking(language), warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that no font has
        pictures = [draw() for draw in _DRAWINGS]
    assert len(drawn) > 100
    assert [text for text in drawn if BOX in text] == []
    for picture in pictures:
        pixels = _pixels(picture)
        assert (np.concatenate([pixels[:, :6], pixels[:, -6:]], axis=1) == 255).all()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        *((each, None) for each in languages()),
        *((speaks(code), "Wörter, die sehr lang sind") for code in ("en", "ar")),
    ],
    ids=lambda value: value.code if isinstance(value, Language) else "long" if value else "own",
)
def test_no_words_stand_on_others(
    language: Language, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[tuple[float, float, float]] = []
    write = Sheet.text

    def noted(sheet: Sheet, x: float, y: float, text: str, **style: Any) -> float:
        width = write(sheet, x, y, text, **style)
        start = x - {"start": 0, "center": width / 2, "end": width}[style.get("align", "start")]
        lines.append((y, start, start + width))
        return width

    monkeypatch.setattr(Sheet, "text", noted)
    with speaking(language):
        if words is not None:
            for module in (day, chart):
                monkeypatch.setattr(module, "LegendEntry", lambda _words, *look: LegendEntry(words, *look))
            monkeypatch.setattr(texts, "short_day", lambda _day: words)
        for draw in _DRAWINGS:
            lines.clear()
            draw()
            in_order = sorted(lines)
            assert all(MARGIN / 2 <= start <= end <= WIDTH - MARGIN + 1 for _, start, end in in_order)
            assert [
                (one, other) for one, other in pairwise(in_order) if one[0] == other[0] and one[2] > other[1]
            ] == []


@pytest.mark.parametrize("language", translated_languages(), ids=lambda language: language.code)
def test_the_fonts_have_each_letter_of_the_catalogue(language: Language) -> None:
    said = "".join(text for message in messages(language) for text in translations(message))
    letters = "".join(sorted({char for char in said if unicodedata.category(char)[0] in "LMN"}))
    with speaking(language):
        for bold in (False, True):
            assert lettered(letters, bold=bold)[0] == letters


@each_language
def test_time_runs_in_the_direction_in_which_one_reads(language: Language) -> None:
    with speaking(language):
        # The bar of the first day is as high as the plot; below it are the doctors.
        columns = _columns(_of_days(stats_picture("Clinic", _figures())), BLUE)
    assert len(columns) > 10_000
    assert ((columns > WIDTH / 2) if language.is_rtl else (columns < WIDTH / 2)).all()


def _of_days(picture: bytes) -> bytes:
    content = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.crop((0, 300, WIDTH, 900)).save(content, "png")
    return content.getvalue()


def test_an_arabic_day_is_the_mirror_image_of_an_english_one_but_for_what_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Sheet, "text", lambda *_args, **_kwargs: 0.0)
    monkeypatch.setattr(Sheet, "width_of", lambda *_args, **_kwargs: 100.0)
    # Hatching and dashes are not mirrored.
    plan = replace(_day(), time_off=[], free=[])
    now = datetime.combine(TUESDAY, time(10, 10), BERLIN)
    with speaking(speaks("en")):
        english = _pixels(day_picture(plan, title="", now=now))
    with speaking(speaks("ar")):
        arabic = _pixels(day_picture(plan, title="", now=now))
    assert (np.abs(english - arabic[:, ::-1]) > SIGHT).mean() < 0.005
    assert (np.abs(english - arabic) > SIGHT).mean() > 0.01


@pytest.mark.parametrize("code", ["en", "hi", "ar"])
def test_letters_are_joined(code: str) -> None:
    with speaking(speaks(code)):
        assert [_pieces(word) for word in ("محمد", "علي", "क्षितिज", "हिन्दी")] == [1, 1, 1, 1]
        # What keeps letters apart.
        assert _pieces("م\u200cح\u200cم\u200cد") == 4


def _pieces(word: str) -> int:
    """Return of how many pieces a word is, seen from above."""
    sheet = Sheet(200)
    sheet.text(WIDTH / 2, 100, word, size=TITLE, align="center")
    is_drawn = (_pixels(sheet.png()) < 128).any(axis=(0, 2))
    return int((np.diff(is_drawn.astype(int)) == 1).sum())


@pytest.mark.parametrize("code", ["en", "ar"])
def test_a_name_of_the_other_direction_does_not_turn_its_line_around(code: str) -> None:
    with speaking(speaks(code)):
        for name in ("(Asha) Rao", "(محمد) علي"):
            assert _ends(f"{who_and_what(a_card(_day().free[0], name))} · 12:30") is (code == "ar")


def _ends(text: str) -> bool:
    """Return whether the end of a text is drawn on the left of it."""
    pictures = []
    for each in (text, text[:-1] + "8"):
        sheet = Sheet(100)
        sheet.text(WIDTH / 2, 50, each, size=36, align="center")
        pictures.append(_pixels(sheet.png()))
    changed = np.nonzero((pictures[0] != pictures[1]).any(axis=2))[1]
    return bool(changed.mean() < WIDTH / 2)


@each_language
def test_what_has_too_little_room_is_made_smaller_and_only_then_cut(language: Language) -> None:
    with speaking(language):
        sheet = Sheet(10)
        for name in NAMES:
            width = sheet.width_of(name, 36)
            assert sheet.fitting(name, width, 36) == (name, 36)
            text, size = sheet.fitting(name, width * 0.8, 36)
            assert (text, round(size)) in ((name, 28), (name, 29))
            assert sheet.width_of(text, size) <= width * 0.8
            text, size = sheet.fitting(name, width * 0.4, 36)
            assert text.endswith("…")
            assert sheet.width_of(text, size) <= width * 0.4


async def test_a_picture_that_is_drawn_in_a_thread_is_in_the_language_of_its_task() -> None:
    with speaking(speaks("ar")):
        here = stats_picture("Clinic", _figures())
        there = await asyncio.to_thread(stats_picture, "Clinic", _figures())
    assert here == there != stats_picture("Clinic", _figures())


def test_the_parts_of_a_bar_are_told_apart_without_colours() -> None:
    assert len({part.hatch for part in PARTS}) == len(PARTS)
