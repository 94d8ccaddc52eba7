"""What the clinic offers: its kinds of visit, and its places."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from bot.web.api.authentication import Anybody, TheClinic
from bot.web.api.described import described
from bot.web.api.schemas import KindOut, PlaceOut, kind_out, place_out
from services.models.people import UserId

router = APIRouter(tags=["Kinds and places"])


@router.get("/kinds", response_model=list[KindOut], responses=described(401, 403, 404, 422))
async def kinds(
    principal: Anybody,
    clinic: TheClinic,
    doctor_id: Annotated[
        str | None, Query(alias="doctorId", max_length=64, description="Who offers them; all if left out.")
    ] = None,
    patient_id: Annotated[
        str | None, Query(alias="patientId", max_length=64, description="For whom; oneself if left out.")
    ] = None,
) -> JSONResponse:
    """List the kinds of visit; those of a doctor are in the doctor's order. A clinic may have none."""
    found = await clinic.appointment_requests.kinds(
        principal, UserId(doctor_id) if doctor_id else None, UserId(patient_id) if patient_id else None
    )
    return JSONResponse([kind_out(each) for each in found])


@router.get("/places", response_model=list[PlaceOut], responses=described(401))
async def places(principal: Anybody, clinic: TheClinic) -> JSONResponse:
    """List the places of the clinic. One that is at one place only may have none."""
    return JSONResponse([place_out(each) for each in await clinic.visits.kinds.places(principal)])
