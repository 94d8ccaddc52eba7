"""The questions which kind of visit it is, and where: asked only where there are several."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.callbacks.steps import PickVisitKind, PickVisitPlace
from bot.conversations.pickers.held_time import known
from bot.conversations.pickers.slot import availability
from bot.dialogs.context import ClinicContext
from bot.dialogs.engine import Goto, Outcome, Step
from bot.drafts import BookingDraft
from bot.parsing.fuzzy_match import choose_surely
from bot.texts import labels
from bot.texts import visits as texts
from bot.ui.keyboards import button, in_rows, keyboard, ways_out
from bot.ui.view import View
from services.availability.availability import Availability
from services.availability.tidy_times import free_places
from services.errors import ClinicError, KindNotOffered, NothingToBook, PlaceNotOffered
from services.models.catalogue import Place, Video, VisitKind
from services.models.scheduling import PLAIN
from services.models.slots import PlaceId

# Goes on to the times once kind and place are known; the steps are those that were answered unasked.
ToTimes = Callable[..., Awaitable[Goto]]
# Leads to another question where the doctor has nothing for that patient.
Nothing = Callable[[BookingDraft, NothingToBook], Goto]


@dataclass(frozen=True, slots=True)
class VisitPicker:
    """The two questions, by their names in the dialog; then it goes on with `to_times`.

    `place` None: it is not asked where.

    `nothing` leads on where the doctor has no kind of visit for that patient.
    """

    kind: StrEnum
    place: StrEnum | None
    to_times: ToTimes
    nothing: Nothing

    @property
    def steps(self) -> Sequence[Step]:
        """The steps of the dialog."""
        kind = Step(
            self.kind,
            ask_kind,
            self.type_kind,
            {PickVisitKind: self.pick_kind},
            otherwise=self.gone,
            words_may_pass=True,
        )
        if self.place is None:
            return [kind]
        place = Step(
            self.place,
            ask_place,
            self.type_place,
            {PickVisitPlace: self.pick_place},
            otherwise=self.gone,
            words_may_pass=True,
        )
        return [kind, place]

    async def after_doctor(self, context: ClinicContext, draft: BookingDraft, *behind: StrEnum) -> Goto:
        """Go to the first of the questions that has to be asked about the draft's doctor, or to the times."""
        draft = replace(draft, kind_id=None, kind_name="", place=None, place_name="")
        times = await availability(context, draft)
        if times.schedule.kinds[0].id == PLAIN:
            return await self._after_kind(context, draft, times, *behind)
        choices = await _choices(context, draft)
        if not choices:
            return self.nothing(draft, NothingToBook())
        if len(choices) > 1:
            return Goto(self.kind, draft, behind=behind)
        draft = of_kind(draft, choices[0])
        return await self._after_kind(context, draft, await availability(context, draft), *behind)

    async def _after_kind(
        self, context: ClinicContext, draft: BookingDraft, times: Availability, *behind: StrEnum
    ) -> Goto:
        """Ask where, if there are free times at several places; a visit by video is nowhere."""
        video = context.clinic.visits.bookable_slots.video_of(times.schedule, times.kind)
        if self.place is not None and video is not Video.ONLY and len(free_places(times)) > 1:
            return Goto(self.place, draft, behind=behind)
        return await self.to_times(context, draft, *behind)

    async def pick_kind(self, context: ClinicContext, tap: PickVisitKind) -> Outcome:
        """Take the kind that was tapped, if it is still offered. Raises KindNotOffered."""
        draft = context.draft(BookingDraft)
        kinds = {kind.id: kind for kind in await _choices(context, draft)}
        if tap.kind_id not in kinds:
            raise KindNotOffered
        return await self._take(context, draft, kinds[tap.kind_id])

    async def type_kind(self, context: ClinicContext, text: str) -> Outcome:
        """Take the kind whose name, or a part of it, was typed."""
        draft = context.draft(BookingDraft)
        kinds = {kind.name: kind for kind in await _choices(context, draft)}
        return await self._take(context, draft, kinds[choose_surely(text, kinds)])

    async def _take(self, context: ClinicContext, draft: BookingDraft, kind: VisitKind) -> Outcome:
        draft = of_kind(replace(draft, place=None, place_name=""), kind)
        return await self._after_kind(context, draft, await availability(context, draft))

    async def pick_place(self, context: ClinicContext, tap: PickVisitPlace) -> Outcome:
        """Take the place that was tapped, or any. Raises PlaceNotOffered."""
        draft = context.draft(BookingDraft)
        place = next((each for each in await _places(context, draft) if each.id == tap.place), None)
        if tap.place and place is None:
            raise PlaceNotOffered
        return await self.to_times(context, _at_place(draft, place))

    async def type_place(self, context: ClinicContext, text: str) -> Outcome:
        """Take the place whose name, or a part of it, was typed."""
        draft = context.draft(BookingDraft)
        places = {place.name: place for place in await _places(context, draft)}
        name = choose_surely(text, [*places, str(labels.ANY_PLACE)])
        return await self.to_times(context, _at_place(draft, places.get(name)))

    async def gone(self, context: ClinicContext, why: ClinicError) -> Goto:
        """Go to the question at which something else can be chosen. Raises `why` if that is another error."""
        draft = replace(context.draft(BookingDraft), series=None)
        context.look_again()
        if isinstance(why, KindNotOffered):
            anew = replace(draft, kind_id=None, kind_name="", place=None, place_name="", request_id=None)
            anew = replace(anew, start=None, held=False, series=None)
            times = await availability(context, anew)
            if times.schedule.kinds[0].id == PLAIN and draft.moving is None:
                # The doctor has none any more, so there is nothing to ask.
                return replace(await self._after_kind(context, anew, times), why=why)
            return Goto(self.kind, anew, why)
        if isinstance(why, PlaceNotOffered) and self.place is not None:
            anew = replace(draft, place=None, place_name="", request_id=None, start=None, held=False)
            anew = replace(anew, series=None)
            return Goto(self.place, anew, why)
        if isinstance(why, NothingToBook):
            return self.nothing(draft, why)
        raise why


async def ask_kind(context: ClinicContext) -> View:
    """Ask which kind of visit it is. Raises NothingToBook."""
    draft = context.draft(BookingDraft)
    kinds = await _choices(context, draft)
    if not kinds:
        raise NothingToBook
    schedule = await context.clinic.visits.bookable_slots.schedule(known(draft.doctor_id))
    offered = [
        texts.KindShown(
            kind,
            context.clinic.visits.bookable_slots.video_of(schedule, kind),
            schedule.places_for(kind),
        )
        for kind in kinds
    ]
    rows = [[button(texts.kind_button(kind), PickVisitKind(kind.id))] for kind in kinds]
    text = texts.ask_kind(draft, offered, has_video=context.clinic.visits.bookable_slots.has_video)
    return View(text, keyboard(*rows, ways_out(back=bool(context.state.trail))))


async def ask_place(context: ClinicContext) -> View:
    """Ask where."""
    draft = context.draft(BookingDraft)
    places = await _places(context, draft)
    choices = [button(place.name, PickVisitPlace(place.id)) for place in places]
    anywhere = [button(labels.ANY_PLACE, PickVisitPlace(PlaceId("")))]
    ways = ways_out(back=bool(context.state.trail))
    return View(texts.ask_place(draft, places), keyboard(*in_rows(choices, 2), anywhere, ways))


async def _choices(context: ClinicContext, draft: BookingDraft) -> Sequence[VisitKind]:
    patient_id = draft.patient_id or context.principal.id
    return await context.clinic.visits.kinds.choices(context.principal, patient_id, known(draft.doctor_id))


async def _places(context: ClinicContext, draft: BookingDraft) -> Sequence[Place]:
    """Return the places at which there are free times."""
    return free_places(await availability(context, replace(draft, place=None)))


def of_kind(draft: BookingDraft, kind: VisitKind) -> BookingDraft:
    """Return the draft for that kind of visit."""
    is_plain = kind.id == PLAIN
    return replace(
        draft,
        kind_id=None if is_plain else kind.id,
        kind_name=kind.name,
        new_kind=draft.moving is not None,
        all_times=False,
    )


def _at_place(draft: BookingDraft, place: Place | None) -> BookingDraft:
    """Return the draft for that place, or for any."""
    return replace(
        draft, place=place.id if place else None, place_name=place.name if place else "", all_times=False
    )
