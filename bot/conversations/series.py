"""The questions that make a series of a booking: how often, how many visits, and the card with all times.

They follow the summary of /book. Each time the card is shown, all its times are held; where one was lost
meanwhile, the gap is shown with another way to fill it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.callbacks.series import ChangeVisit, LeaveOut, MakeSeries, PickEvery
from bot.callbacks.steps import Confirm, Do, PickNumber, PickTime
from bot.callbacks.visits import ShowAppointment
from bot.conversations.pickers.held_time import LEAVING, known, let_go
from bot.conversations.pickers.slot import place_name, today
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Finish, Goto, Outcome, Step
from bot.drafts import BookingDraft, SeriesDraft
from bot.input_errors import BadTime
from bot.localization.messages import typed_names
from bot.notifications.confirmations import confirmation
from bot.notifications.unverified_email import asking_for_code
from bot.parsing.moments import read_moment
from bot.parsing.rhythms import read_rhythm
from bot.parsing.words.english import in_english
from bot.parsing.words.plain import plain
from bot.parsing.words.tables import Topic
from bot.texts import booking as booking_texts
from bot.texts import labels
from bot.texts import series as texts
from bot.ui.keyboards import Row, button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.appointments.limits import Proposer
from services.errors import (
    AppointmentUnknown,
    ClinicError,
    DoctorUnknown,
    KindNotOffered,
    LimitReached,
    ModalityNotOffered,
    PatientUnknown,
    PlaceNotOffered,
    RequestAbandoned,
    SeriesIncomplete,
    SeriesNotOffered,
    UserUnknown,
)
from services.models.appointments import AppointmentCard
from services.models.people import Role
from services.models.series import FEWEST, SeriesId, SeriesRule
from services.series.planning import WantedSeries

# Leads to the question at which something else can be chosen. Raises the error if it doesn't know it.
Instead = Callable[[ClinicContext, BookingDraft, ClinicError], Awaitable[Outcome]]
NUMBERS_A_ROW, TIMES_A_ROW = 4, 2
# Something without which there is no series is gone, or not offered any more.
NOT_HAD = (KindNotOffered, PlaceNotOffered, SeriesNotOffered, DoctorUnknown, UserUnknown, PatientUnknown)
# A time that was free in the plan may be lost before it is held; then it is planned anew.
MOST_PLANS = 3
COUNT = re.compile(r"\b(\d{1,2})\b(?!\s*weeks?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeriesPicker:
    """The questions, by their names in the dialog.

    `instead` leads on where something is gone meanwhile without which there is no series.
    """

    every: StrEnum
    count: StrEnum
    card: StrEnum
    other: StrEnum
    instead: Instead

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the dialog."""
        return (
            Step(
                self.every,
                ask_every,
                self.type_every,
                {PickEvery: self.pick_every},
                otherwise=self.gone,
                **LEAVING,
            ),
            Step(
                self.count,
                ask_count,
                self.type_count,
                {PickNumber: self.pick_count},
                otherwise=self.gone,
                **LEAVING,
            ),
            Step(
                self.card,
                ask_card,
                None,
                {Confirm: self.confirm, ChangeVisit: self.change},
                let_go=let_series_go,
                abandon=abandon_series,
                otherwise=self.gone,
            ),
            Step(
                self.other,
                ask_other,
                self.type_other,
                {PickTime: self.pick_other, LeaveOut: self.leave_out},
                abandon=abandon_series,
                otherwise=self.gone,
            ),
        )

    async def gone(self, context: ClinicContext, why: ClinicError) -> Outcome:
        """Let go of what is held, and go where something else can be chosen.

        Raises `why` if nothing is.
        """
        await let_series_go(context)
        return await self.instead(context, context.draft(BookingDraft), why)

    async def begin(self, context: ClinicContext, tap: MakeSeries) -> Outcome:
        """Begin with how often the visits are."""
        del tap
        return Goto(self.every, context.draft(BookingDraft))

    async def pick_every(self, context: ClinicContext, tap: PickEvery) -> Outcome:
        """Take how often they are."""
        return Goto(self.count, replace(context.draft(BookingDraft), series=SeriesDraft(tap.every)))

    async def type_every(self, context: ClinicContext, text: str) -> Outcome:
        """Take how often they are, and how many there are if that was typed, too."""
        read = read_rhythm(text, typed_names(texts.EVERY))
        if read is None:
            raise SeriesNotOffered(await most(context))
        every, rest = read
        draft = replace(context.draft(BookingDraft), series=SeriesDraft(every))
        count = COUNT.search(in_english(plain(rest), Topic.SPAN))
        if count is None:
            return Goto(self.count, draft)
        outcome = await self._counted(context, draft, int(count[1]))
        return replace(outcome, behind=(self.count,)) if isinstance(outcome, Goto) else outcome

    async def pick_count(self, context: ClinicContext, tap: PickNumber) -> Outcome:
        """Take how many there are."""
        return await self._counted(context, context.draft(BookingDraft), tap.number)

    async def type_count(self, context: ClinicContext, text: str) -> Outcome:
        """Take how many there are."""
        count = COUNT.search(in_english(plain(text), Topic.SPAN))
        return await self._counted(context, context.draft(BookingDraft), int(count[1]) if count else 0)

    async def _counted(self, context: ClinicContext, draft: BookingDraft, count: int) -> Outcome:
        """Let go of the first time alone, and hold all. Raises SeriesNotOffered."""
        most_visits = await most(context)
        if not FEWEST <= count <= most_visits:
            raise SeriesNotOffered(most_visits)
        if (stored := await let_go(context)) is not None:
            return Finish(stored)
        series = replace(_series(draft), count=count, starts=(), gaps=())
        return await self._to_card(context, replace(draft, series=series, held=False))

    async def _to_card(
        self, context: ClinicContext, draft: BookingDraft, why: SeriesIncomplete | None = None
    ) -> Outcome:
        """Plan the visits, hold them, and show them; what was lost meanwhile is planned anew."""
        try:
            return await self._held(context, draft, why)
        except NOT_HAD as error:
            return await self.gone(context, error)

    async def _held(
        self, context: ClinicContext, draft: BookingDraft, why: SeriesIncomplete | None
    ) -> Outcome:
        for attempt in range(MOST_PLANS):
            context.look_again()
            draft = await self._planned(context, draft, attempt)
            try:
                if sum(start is not None for start in _series(draft).starts) >= FEWEST:
                    await context.clinic.visits.series.booking.hold(context.principal, _wanted(draft))
            except SeriesIncomplete as error:
                why = error
                continue
            except LimitReached as error:
                if not error.by_desk:
                    raise
                return Goto(self.card, replace(draft, beyond=True), error)
            return Goto(self.card, draft, why)
        return Goto(self.card, draft, why)

    async def _planned(self, context: ClinicContext, draft: BookingDraft, attempt: int) -> BookingDraft:
        """Let go of what is held, and return the draft with what can be held now."""
        series, booking = _series(draft), context.clinic.visits.series
        if series.id is not None:
            await booking.booking.let_go(series.id)
        wanted = _wanted(replace(draft, series=replace(series, id=series.id or SeriesId(""))))
        plan = await booking.plans.plan(context.principal, wanted)
        planned = replace(
            series,
            id=SeriesId(context.request_id(f"series.{attempt}", known(draft.start))),
            starts=tuple(each.start for each in plan),
            gaps=tuple(each.gap for each in plan),
            number=0,
        )
        return replace(draft, series=planned)

    async def change(self, context: ClinicContext, tap: ChangeVisit) -> Outcome:
        """Ask for another time for one visit."""
        draft = context.draft(BookingDraft)
        series = _series(draft)
        if not 1 <= tap.number <= len(series.starts):
            raise SeriesNotOffered(len(series.starts))
        return Goto(self.other, replace(draft, series=replace(series, number=tap.number)))

    async def pick_other(self, context: ClinicContext, tap: PickTime) -> Outcome:
        """Take another time for one visit."""
        return await self._changed(context, tap.start)

    async def type_other(self, context: ClinicContext, text: str) -> Outcome:
        """Take another day and time for one visit, as it was typed."""
        typed = read_moment(text, today(context))
        free = {at.astimezone(context.zone).time(): at for at in await other_times(context, typed.day)}
        at = next((free[each] for each in typed.times if each in free), None)
        if at is None:
            raise BadTime
        return await self._changed(context, at)

    async def leave_out(self, context: ClinicContext, tap: LeaveOut) -> Outcome:
        """Leave one visit out."""
        del tap
        return await self._changed(context, None)

    async def _changed(self, context: ClinicContext, start: datetime | None) -> Outcome:
        draft = context.draft(BookingDraft)
        series = _series(draft)
        starts = tuple(
            start if number == series.number else each for number, each in enumerate(series.starts, start=1)
        )
        return await self._to_card(context, replace(draft, series=replace(series, starts=starts)))

    async def confirm(self, context: ClinicContext, tap: Confirm) -> Outcome:
        """Book them all; if one was lost meanwhile, show the card anew."""
        del tap
        draft = context.draft(BookingDraft)
        try:
            booked = await context.clinic.visits.series.booking.book(
                context.principal,
                _wanted(draft),
                reason=draft.reason,
                by_video=draft.by_video,
                proposer=Proposer.CLINIC if draft.beyond else Proposer.PATIENT,
            )
        except SeriesIncomplete as error:
            return await self._to_card(context, draft, error)
        except RequestAbandoned as error:
            return Finish(View(context.refusal(error), keyboard([button(labels.BOOK, Do("book"))])))
        except (LimitReached, ModalityNotOffered) as error:
            return self._all_the_same(draft, error)
        except NOT_HAD as error:
            return await self.gone(context, error)
        return await _done(context, booked, draft)

    def _all_the_same(self, draft: BookingDraft, why: LimitReached | ModalityNotOffered) -> Goto:
        """Ask whether it may be beyond a limit (the desk), or not by video after all. Raises `why`."""
        if isinstance(why, ModalityNotOffered):
            return Goto(self.card, replace(draft, by_video=why.by_video), why)
        if not why.by_desk:
            raise why
        return Goto(self.card, replace(draft, beyond=True), why)


async def most(context: ClinicContext) -> int:
    """Return how many visits a series of what is being booked may have; 1: there are no series of it."""
    draft = context.draft(BookingDraft)
    return await context.clinic.visits.series.plans.most(known(draft.doctor_id), draft.wanted)


async def offer(context: ClinicContext) -> Row:
    """Return the button that makes a series of a booking, where there are series of that kind."""
    # A doctor without kinds has no series: nothing is read for that.
    has_kind = context.draft(BookingDraft).kind_id is not None
    return [button(labels.MAKE_SERIES, MakeSeries())] if has_kind and await most(context) > 1 else []


async def ask_every(context: ClinicContext) -> View:
    """Ask how often the visits are."""
    text = texts.ask_every(context.draft(BookingDraft), context.rules, await most(context))
    choices = [button(label, PickEvery(every)) for every, label in texts.EVERY.items()]
    return View(text, keyboard(*in_rows(choices, 2), ways_out()))


async def ask_count(context: ClinicContext) -> View:
    """Ask how many visits there are."""
    draft = context.draft(BookingDraft)
    text = texts.ask_count(draft, _series(draft).every, context.clinic.rules.zone)
    numbers = range(FEWEST, await most(context) + 1)
    choices = [button(str(number), PickNumber(number)) for number in numbers]
    return View(text, keyboard(*in_rows(choices, NUMBERS_A_ROW), ways_out()))


async def ask_card(context: ClinicContext) -> View:
    """Show all visits."""
    draft = context.draft(BookingDraft)
    series = _series(draft)
    places = [await place_name(context, draft, start) if start else "" for start in series.starts]
    text = texts.card(draft, series, places, context.rules, context.clinic.rules.zone)
    numbers = [
        button(texts.change_button(number, gap), ChangeVisit(number))
        for number, gap in enumerate(series.gaps, start=1)
    ]
    is_enough = sum(start is not None for start in series.starts) >= FEWEST
    label = labels.BOOK_ALL_THE_SAME if draft.beyond else labels.CONFIRM
    confirm = [button(label, Confirm())] if is_enough else []
    return View(text, keyboard(confirm, *in_rows(numbers, NUMBERS_A_ROW), ways_out()))


async def ask_other(context: ClinicContext) -> View:
    """Show the free times near one visit."""
    draft = context.draft(BookingDraft)
    series = _series(draft)
    free = await other_times(context)
    text = texts.ask_other(draft, series, context.rules, len(free))
    choices = [button(texts.other_time(start, context.zone), PickTime(start)) for start in free]
    is_in = series.starts[series.number - 1] is not None
    leave: Row = [button(labels.LEAVE_OUT, LeaveOut())] if is_in else []
    return View(text, keyboard(*in_rows(choices, TIMES_A_ROW), leave, ways_out()))


async def other_times(context: ClinicContext, day: date | None = None) -> list[datetime]:
    """Return the free times near the visit that is being changed, or those of a day."""
    draft = context.draft(BookingDraft)
    plans, wanted = context.clinic.visits.series.plans, _wanted(draft)
    if day is not None:
        return await plans.on(context.principal, wanted, day)
    return await plans.others(context.principal, wanted, _series(draft).number)


def _series(draft: BookingDraft) -> SeriesDraft:
    return known(draft.series)


def _rule(series: SeriesDraft) -> SeriesRule:
    return SeriesRule(series.every, series.count)


def _wanted(draft: BookingDraft) -> WantedSeries:
    series = _series(draft)
    return WantedSeries(
        known(series.id),
        known(draft.doctor_id),
        _rule(series),
        known(draft.start),
        series.starts,
        draft.wanted,
        draft.patient_id,
    )


async def let_series_go(context: ClinicContext) -> View | None:
    """Release the times that are held for the series."""
    series = context.draft(BookingDraft).series
    if series is not None and series.id is not None:
        await context.clinic.visits.series.booking.let_go(series.id)
    return None


async def abandon_series(context: ClinicContext) -> View | None:
    """Make sure that the series is not booked later; if it is already, return what to say about that."""
    series, visitor = context.draft(BookingDraft).series, context.visitor
    if series is None or series.id is None:
        return None
    booking = context.clinic.visits.series.booking
    if await booking.abandon(series.id) or visitor is None:
        return None
    try:
        found = await booking.stored(visitor, series.id)
    except AppointmentUnknown:
        return None
    return _stored_before(context, found, visitor.role) if found is not None else None


def _stored_before(context: ClinicContext, found: AppointmentCard, role: Role) -> View:
    way_on = [button(labels.OPEN_APPOINTMENT, ShowAppointment(found.appointment.id))]
    return View(booking_texts.stored_before(found, role, context.zone), keyboard(way_on))


async def _done(context: ClinicContext, booked: AppointmentCard, draft: BookingDraft) -> Finish:
    role = context.principal.role
    if booked.otherwise:
        return Finish(_stored_before(context, booked, role))
    open_it = keyboard([button(labels.OPEN_APPOINTMENT, ShowAppointment(booked.appointment.id))])
    text = booking_texts.booked(booked, context.zone, for_another=draft.patient_id is not None)
    view = confirmation(context, booked) or View(text, open_it)
    return Finish(await asking_for_code(context, view) if role is Role.PATIENT else view)
