"""Booking, moving, cancelling, and one's own appointments."""

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.web.api.authentication import Anybody, Patient, PatientOrDoctor, TheClinic
from bot.web.api.described import described
from bot.web.api.lists import USUAL, After, Limit, listed
from bot.web.api.schemas import AppointmentOut, BookBody, MoveBody, appointment_out
from services.models.appointments import AppointmentId
from services.models.catalogue import KindId, WantedVisit
from services.models.people import UserId
from services.models.slots import PlaceId

router = APIRouter(tags=["Appointments"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="With the same key an appointment is booked once, however often the request is sent.",
    ),
]


@router.post(
    "/appointment",
    status_code=201,
    response_model=AppointmentOut,
    responses=described(401, 403, 404, 409, 422, 429),
)
async def book(
    body: BookBody, principal: Patient, clinic: TheClinic, idempotency_key: IdempotencyKey = None
) -> JSONResponse:
    """Book a time for oneself, or whom one looks after. Both sides hear of it by email and in the chat."""
    card = await clinic.appointment_requests.book(
        principal,
        UserId(body.doctor_id),
        body.date,
        body.time,
        patient_id=UserId(body.patient_id),
        reason=body.reason,
        key=idempotency_key,
        wanted=WantedVisit(
            KindId(body.kind) if body.kind else None, PlaceId(body.place) if body.place else None
        ),
    )
    headers = {"Location": f"/appointment/{card.appointment.id}"}
    return JSONResponse(appointment_out(card.appointment, clinic.rules.zone), 201, headers)


@router.get("/appointments", response_model=list[AppointmentOut], responses=described(401, 403, 404, 422))
async def appointments(
    request: Request,
    principal: PatientOrDoctor,
    clinic: TheClinic,
    limit: Limit = USUAL,
    after: After = None,
) -> JSONResponse:
    """List one's own appointments, cancelled and past ones too, earliest first.

    For patients, those of the patients whom they look after are among them.
    """
    last = AppointmentId(after) if after else None
    found = await clinic.appointment_views.after(principal, last, limit + 1)
    return listed(request, [appointment_out(each, clinic.rules.zone) for each in found], limit)


@router.get(
    "/appointment/{appointment_id}", response_model=AppointmentOut, responses=described(401, 403, 404)
)
async def appointment(appointment_id: str, principal: Anybody, clinic: TheClinic) -> JSONResponse:
    """Show one appointment, one's own or of whom one looks after. Admins see all, but not the reason."""
    card = await clinic.appointment_requests.get(principal, AppointmentId(appointment_id))
    return JSONResponse(appointment_out(card.appointment, clinic.rules.zone))


@router.patch(
    "/appointment/{appointment_id}",
    response_model=AppointmentOut,
    responses=described(401, 403, 404, 409, 422, 429),
)
async def move(appointment_id: str, body: MoveBody, principal: Patient, clinic: TheClinic) -> JSONResponse:
    """Move one's own appointment to another free time of the same doctor."""
    card = await clinic.appointment_requests.move(
        principal, AppointmentId(appointment_id), body.date, body.time
    )
    return JSONResponse(appointment_out(card.appointment, clinic.rules.zone))


@router.delete(
    "/appointment/{appointment_id}",
    response_model=AppointmentOut,
    responses=described(401, 403, 404, 409),
)
async def cancel(appointment_id: str, principal: Patient, clinic: TheClinic) -> JSONResponse:
    """Cancel one's own appointment. Its time is free at once; both sides hear by email and in the chat."""
    card = await clinic.appointment_requests.cancel(principal, AppointmentId(appointment_id))
    return JSONResponse(appointment_out(card.appointment, clinic.rules.zone))
