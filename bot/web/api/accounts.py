"""Registering, signing in and out, one's account, and for admins all accounts."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.api.authentication import Admin, Anybody, Caller, TheClinic
from bot.web.api.described import described
from bot.web.api.lists import USUAL, After, Limit, listed
from bot.web.api.schemas import AccountOut, LoginBody, RegisterBody, Token, account_out
from services.accounts.one_step_registration import RegistrationForm
from services.models.people import UserId

router = APIRouter(tags=["Accounts"])


@router.post("/register", status_code=201, response_class=Response, responses=described(403, 409, 422, 429))
async def register(body: RegisterBody, caller: Caller, clinic: TheClinic) -> Response:
    """Make an account. A doctor without the staff code waits for an admin's approval; an admin needs it."""
    form = RegistrationForm(
        name=body.name,
        email=body.email,
        password=body.password.get_secret_value(),
        role=body.role,
        gender=body.gender,
        specialization=body.specialization,
        staff_code=body.staff_code.get_secret_value() if body.staff_code else None,
    )
    await clinic.one_step_registration.register(caller, form)
    return Response(status_code=201)


@router.post("/login", status_code=201, response_model=Token, responses=described(401, 403, 422, 429))
async def login(body: LoginBody, request: Request, caller: Caller, clinic: TheClinic) -> JSONResponse:
    """Sign in; the token is valid for a day, and ends with a new password or a block."""
    name = body.name or request.headers.get("user-agent", "").partition("/")[0]
    token = await clinic.api_sessions.sign_in(caller, body.email, body.password.get_secret_value(), name)
    return JSONResponse({"token": token}, 201)


@router.post("/logout", status_code=204, response_class=Response, responses=described(401))
async def logout(principal: Anybody, clinic: TheClinic) -> Response:
    """End the session of the token that is sent."""
    await clinic.api_sessions.sign_out(principal)
    return Response(status_code=204)


@router.get("/me", response_model=AccountOut, responses=described(401))
async def me(principal: Anybody) -> JSONResponse:
    """Tell whose token it is."""
    return JSONResponse(account_out(principal.user))


@router.get("/alluser", response_model=list[AccountOut], responses=described(401, 403, 422))
async def all_users(
    request: Request, principal: Admin, clinic: TheClinic, limit: Limit = USUAL, after: After = None
) -> JSONResponse:
    """List all accounts, in the order in which they were made."""
    found = await clinic.administration.after(principal, UserId(after) if after else None, limit + 1)
    return listed(request, [account_out(user) for user in found], limit)
