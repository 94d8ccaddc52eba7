"""Finding a doctor, and a free time."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.web.api.authentication import Anybody, TheClinic
from bot.web.api.described import described
from bot.web.api.fields import Day
from bot.web.api.lists import USUAL, After, Limit, listed
from bot.web.api.schemas import DoctorOut, SlotOut, doctor_out, slot_out
from services.models.catalogue import KindId, WantedVisit
from services.models.people import UserId
from services.models.scheduling import Days
from services.models.slots import PlaceId

router = APIRouter(tags=["Doctors"])
USUAL_DAYS = timedelta(days=6)


@router.get("/doctors", response_model=list[DoctorOut], responses=described(401, 422))
async def doctors(
    request: Request, principal: Anybody, clinic: TheClinic, limit: Limit = USUAL, after: After = None
) -> JSONResponse:
    """List the doctors who can be booked, in the order in which their accounts were made."""
    found = await clinic.doctors.after(principal, UserId(after) if after else None, limit + 1)
    return listed(request, [doctor_out(user) for user in found], limit)


@router.get(
    "/doctors/{doctor_id}/slots", response_model=list[SlotOut], responses=described(401, 403, 404, 422)
)
async def free_slots(
    doctor_id: str,
    principal: Anybody,
    clinic: TheClinic,
    *,
    first: Annotated[Day | None, Query(alias="from", description="The first day; today if left out.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="The last day; a week if left out.")] = None,
    patient_id: Annotated[
        str | None, Query(alias="patientId", max_length=64, description="For whom; oneself if left out.")
    ] = None,
    kind: Annotated[
        str | None,
        Query(max_length=64, description="A kind of visit; the first for that patient if left out."),
    ] = None,
    place: Annotated[str | None, Query(max_length=64, description="A place; any if left out.")] = None,
) -> JSONResponse:
    """List the times that one may book with a doctor, on days of the clinic's calendar, earliest first."""
    first = first or clinic.schedules.today()
    days = Days(first, last or first + USUAL_DAYS)
    patient = UserId(patient_id) if patient_id else None
    wanted = WantedVisit(KindId(kind) if kind else None, PlaceId(place) if place else None)
    found = await clinic.appointment_requests.free_times(principal, UserId(doctor_id), days, patient, wanted)
    return JSONResponse([slot_out(slot, clinic.rules.zone, at) for slot, at in found])
