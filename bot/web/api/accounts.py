"""Registering, signing in and out, one's account, and for admins all accounts."""

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.localization.reader import language
from bot.telegram.log_privacy import discreet
from bot.texts.errors import sentence
from bot.texts.refused_requests import NO_CODE
from bot.web.accept_language import in_language
from bot.web.api.authentication import Admin, Anybody, Caller, TheClinic
from bot.web.api.described import described
from bot.web.api.lists import USUAL, After, Limit, listed
from bot.web.api.schemas import (
    AccountOut,
    CodeBody,
    EmailBody,
    EmailOut,
    LoginBody,
    MeOut,
    RegisterBody,
    Token,
    account_out,
    email_out,
    me_out,
)
from bot.web.problems import plain
from services.accounts.one_step_registration import RegistrationForm
from services.clinic import Clinic
from services.errors import MailDown, MailRefused, StorageDown, TooManyCodes
from services.models.people import Principal, User, UserId

log = discreet(__name__)

router = APIRouter(tags=["Accounts"])


@router.post("/register", status_code=201, response_class=Response, responses=described(403, 409, 422, 429))
async def register(body: RegisterBody, caller: Caller, clinic: TheClinic) -> Response:
    """Make an account, and email a code to its address (see POST /me/email).

    A doctor without the staff code waits for an admin's approval; an admin needs it. The account's language
    is that of `Accept-Language`, if the clinic writes in it.
    """
    form = RegistrationForm(
        name=body.name,
        email=body.email,
        password=body.password.get_secret_value(),
        role=body.role,
        gender=body.gender,
        specialization=body.specialization,
        staff_code=body.staff_code.get_secret_value() if body.staff_code else None,
        language=language().code_unless_english,
    )
    user = await clinic.one_step_registration.register(caller, form)
    # Whoever waits for the answer does not wait for the mail server, too.
    return Response(status_code=201, background=BackgroundTask(_email_code, clinic, user))


async def _email_code(clinic: Clinic, user: User) -> None:
    try:
        await clinic.email_verification.send_code(Principal(user, None, session_id=""))
    except (TooManyCodes, MailDown, MailRefused, StorageDown) as error:
        log.warning("register.code_not_sent user=%s why=%s", user.id, type(error).__name__)


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


@router.get("/me", response_model=MeOut, responses=described(401))
async def me(principal: Anybody, clinic: TheClinic) -> JSONResponse:
    """Tell whose token it is, and whom they look after."""
    return JSONResponse(me_out(principal.user, (await clinic.patients.choices(principal))[1:]))


@router.get("/me/email", response_model=EmailOut, responses=described(401))
async def email(principal: Anybody) -> JSONResponse:
    """Tell one's email address, and whether it is confirmed."""
    return JSONResponse(email_out(principal.user))


@router.post("/me/email", response_model=EmailOut, responses=described(401, 403, 422))
async def confirm_email(body: CodeBody, principal: Anybody, clinic: TheClinic) -> JSONResponse:
    """Confirm one's email address with the code that was emailed there."""
    return JSONResponse(email_out(await clinic.email_verification.confirm(principal, body.code)))


@router.put("/me/email", response_model=EmailOut, responses=described(401, 409, 422, 429))
async def fix_email(body: EmailBody, principal: Anybody, clinic: TheClinic) -> JSONResponse:
    """Change an email address that is not confirmed yet, and email a code to the new one.

    If no code can be emailed, the address is changed all the same, and the answer says why (`codeSent` is
    false, and there is a `detail`).
    Once it is confirmed, it is changed in the chat.
    """
    user, why = await clinic.email_verification.change_address(principal, body.email)
    if why is None:
        return JSONResponse(email_out(user))
    said = str(NO_CODE) if isinstance(why, MailDown) else plain(sentence(why, clinic.rules))
    return JSONResponse(email_out(user, said), headers=in_language())


@router.post("/me/email/code", status_code=204, response_class=Response, responses=described(401, 409, 429))
async def send_code(principal: Anybody, clinic: TheClinic) -> Response:
    """Email another code to one's address; only the newest one works."""
    await clinic.email_verification.send_code(principal)
    return Response(status_code=204)


@router.get("/alluser", response_model=list[AccountOut], responses=described(401, 403, 422))
async def all_users(
    request: Request, principal: Admin, clinic: TheClinic, limit: Limit = USUAL, after: After = None
) -> JSONResponse:
    """List all accounts, in the order in which they were made."""
    found = await clinic.administration.after(principal, UserId(after) if after else None, limit + 1)
    return listed(request, [account_out(user) for user in found], limit)
