"""The picture of one doctor's day: the hours from top to bottom, the appointments and the free slots."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.pictures.blocks import draw_block
from bot.pictures.layout import EASY, Booked, DayBlock, Free, Item, arranged
from bot.pictures.legend import LegendEntry, draw_legend
from bot.pictures.sheet import DRAWING, LARGE, LINE, MARGIN, MIDDLE, PALE, PAPER, SMALL, TITLE, WIDTH, Sheet
from bot.pictures.timeline import Scale, clock_changes, gaps, hours, span
from bot.texts import pictures as texts
from services.appointments.agenda import DayAgenda
from services.models.slots import Slot

HEAD, FOOT, AXIS = 210, 90, 150
BODY = WIDTH - AXIS - MARGIN
# Telegram scales down pictures that are higher than 2,560 pixels.
MOST_BODY = 2200
CLOSED, NOW, OFF, OFF_EDGE = "#e3e7ec", "#c01f2e", "#f2f3f5", "#98a2ae"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all parts of the picture need: the agenda, and where each thing is."""

    sheet: Sheet
    plan: DayAgenda
    now: datetime
    shown: Slot
    scale: Scale
    blocks: Sequence[DayBlock]


def day_picture(plan: DayAgenda, *, title: str, now: datetime) -> bytes:
    """Return the picture (PNG), WIDTH pixels wide and about 2,550 high at most. Takes a part of a second."""
    items: list[Item] = [
        Booked(card.appointment.slot, texts.who_and_what(card), card.appointment.status)
        for card in plan.taken
    ]
    items += [Free(slot) for slot in plan.free]
    shown = span([*plan.working, *(item.slot for item in items)], plan.day, plan.zone)
    scale, blocks = arranged(items, shown, HEAD, MOST_BODY)
    lowest = scale.y(shown.end)
    with DRAWING:
        drawing = _Drawing(Sheet(int(lowest) + FOOT), plan, now, shown, scale, blocks)
        _head(drawing, title)
        _background(drawing)
        _axis(drawing)
        _now(drawing)
        for block in blocks:
            draw_block(drawing.sheet, block, AXIS, BODY, plan.zone)
        _labels(drawing)
        _legend(drawing, lowest + FOOT / 2)
        return drawing.sheet.png()


def _head(d: _Drawing, title: str) -> None:
    summary = texts.day_summary([card.appointment.status for card in d.plan.taken], len(d.plan.free))
    zone = texts.times_are(d.plan.zone, clock_changes(d.shown, d.plan.zone))
    room = WIDTH - 2 * MARGIN
    d.sheet.text(MARGIN, 54, title, size=TITLE, bold=True, room=room)
    d.sheet.text(MARGIN, 112, summary, size=LARGE, room=room)
    d.sheet.text(MARGIN, 160, zone, size=SMALL, color=PALE, room=room)


def _background(d: _Drawing) -> None:
    """Draw working hours and time off, each over the one before."""
    for slot, fill in ((d.shown, CLOSED), *((slot, PAPER) for slot in d.plan.working)):
        top, bottom = d.scale.y(slot.start), d.scale.y(slot.end)
        d.sheet.box(AXIS, top, BODY, bottom - top, fill=fill)
    for top, bottom, _ in _off(d):
        d.sheet.box(AXIS, top, BODY, bottom - top, fill=OFF, edge=OFF_EDGE, hatch="//")


def _off(d: _Drawing) -> Iterator[tuple[float, float, str]]:
    """Yield the parts of the time off and of the clinic's closures that are shown, with their names."""
    away = [(slot, str(texts.TIME_OFF)) for slot in d.plan.time_off]
    for slot, name in (*away, *((each.slot, str(texts.CLINIC_CLOSED)) for each in d.plan.closures)):
        if slot.overlaps(d.shown):
            first, last = max(slot.start, d.shown.start), min(slot.end, d.shown.end)
            yield d.scale.y(first), d.scale.y(last), name


def _axis(d: _Drawing) -> None:
    for instant in hours(d.shown, d.plan.zone):
        y = d.scale.y(instant)
        d.sheet.line((AXIS - 12, y), (WIDTH - MARGIN, y))
        if abs(y - d.scale.y(d.now)) > SMALL * 1.5 or not d.shown.start <= d.now <= d.shown.end:
            name = texts.hour(instant, d.plan.zone)
            d.sheet.text(AXIS - 22, y, name, size=MIDDLE, color=PALE, align="end", room=AXIS - 36)
    for instant, _ in clock_changes(d.shown, d.plan.zone):
        y = d.scale.y(instant)
        d.sheet.line((AXIS, y), (WIDTH - MARGIN, y), color=PALE, width=2.5, dashed=True)


def _now(d: _Drawing) -> None:
    if not d.shown.start <= d.now <= d.shown.end:
        return
    y, wide = d.scale.y(d.now), AXIS - 20
    # Appointments lie above the line: a line through a name would look as if it were cancelled.
    d.sheet.line((AXIS - 12, y), (WIDTH, y), color=NOW, width=3)
    d.sheet.box(8, y - 24, wide, 48, fill=NOW)
    time = texts.short_time(d.now, d.plan.zone)
    d.sheet.text(8 + wide / 2, y, time, size=SMALL, color=PAPER, bold=True, align="center", room=wide - 8)


def _labels(d: _Drawing) -> None:
    """Label time off, and a day without work, in the largest part that nothing covers."""
    parts = list(_off(d))
    if not (parts or d.plan.working or d.blocks):
        parts = [(d.scale.y(d.shown.start), d.scale.y(d.shown.end), str(texts.DAY_OFF))]
    for top, bottom, words in parts:
        within = [(one.top, one.bottom) for one in d.blocks if one.top < bottom and top < one.bottom]
        begin, end = max(gaps(top, bottom, within), key=lambda gap: gap[1] - gap[0], default=(0, 0))
        if end - begin >= EASY:
            _label(d.sheet, (begin + end) / 2, words)


def _label(sheet: Sheet, y: float, words: str) -> None:
    width = sheet.width_of(words, MIDDLE) + 36
    sheet.box(AXIS + (BODY - width) / 2, y - 23, width, 46, edge=LINE)
    sheet.text(AXIS + BODY / 2, y, words, size=MIDDLE, align="center")


def _legend(d: _Drawing, y: float) -> None:
    """Draw the legend for what has no label."""
    entries = [LegendEntry(str(texts.CLOSED), CLOSED)]
    if d.plan.time_off:
        entries.append(LegendEntry(str(texts.TIME_OFF), OFF, OFF_EDGE, "//"))
    statuses = {card.appointment.status for card in d.plan.taken}
    entries += [LegendEntry(texts.status(value)) for value in texts.MARKS if value in statuses]
    draw_legend(d.sheet, entries, (AXIS, y), BODY, color=PALE)
