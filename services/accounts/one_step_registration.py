"""Registering with everything at once, as over HTTP; dialogs ask for one thing after another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from services.accounts.attempts import REGISTRATIONS_OF_PAIR, Attempts, registrations
from services.accounts.email_availability import EmailAvailability
from services.accounts.fields import read_name, read_specialization
from services.accounts.hash_queue import Urgency
from services.accounts.passwords import Passwords
from services.accounts.registration import SELF_REGISTERED, Accounts, Registration
from services.errors import BadFields, Invalid, RoleRequired
from services.models.people import ClientAddress, Gender, Role, User
from services.names.email_addresses import read_email

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """What somebody sends to register; the password and the staff code are not shown in a repr.

    `language` is an ISO 639 code, None where it is not known.
    """

    name: str
    email: str
    password: str = field(repr=False)
    role: Role
    gender: Gender | None = None
    specialization: str | None = None
    staff_code: str | None = field(default=None, repr=False)
    language: str | None = None


class OneStepRegistration:
    """Makes accounts from complete forms, at most `per_hour` in all."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        email_availability: EmailAvailability,
        passwords: Passwords,
        attempts: Attempts,
        per_hour: int,
    ) -> None:
        self._accounts = accounts
        self._email_availability = email_availability
        self._passwords = passwords
        self._attempts = attempts
        self._in_all = registrations(per_hour)

    async def register(self, address: ClientAddress, form: RegistrationForm) -> User:
        """Store the account. A doctor without the staff code waits for approval, and all admins are told.

        Nothing is hashed before all fields are right, and nothing is counted before that.
        Raises RoleRequired, BadFields, EmailTaken, WrongStaffCode, StaffCodeNotSet, TooManyTries.
        """
        if form.role not in SELF_REGISTERED:
            raise RoleRequired(frozenset({Role.ADMIN}))
        email = self._check_fields(form)
        # Where nobody may register, no counter is left for each address that somebody makes up.
        in_all = ("http:register", self._in_all)
        await self._attempts.check(in_all)
        await self._attempts.count((f"http:register:{email}:{address}", REGISTRATIONS_OF_PAIR))
        is_vetted = await self._is_vetted(address, form)
        await self._email_availability.check_free(email, address, tell=True)
        await self._attempts.count(in_all)
        hashed = await self._passwords.hash(form.password, email, urgency=Urgency.REGISTRATION, by=address)
        return await self._accounts.register(
            Registration(
                form.name,
                email,
                hashed,
                form.role,
                form.gender,
                form.specialization,
                vetted=is_vetted,
                email_verified=False,
                language=form.language,
            )
        )

    async def _is_vetted(self, address: ClientAddress, form: RegistrationForm) -> bool:
        """Tell whether the clinic's staff code was given: admins need it, doctors may give it."""
        if form.role is Role.PATIENT or (form.staff_code is None and form.role is Role.DOCTOR):
            return False
        await self._accounts.check_staff_code(address, form.staff_code or "")
        return True

    def _check_fields(self, form: RegistrationForm) -> str:
        """Return the address as it is stored, if every field is right. Raises BadFields."""
        wrong: dict[str, Invalid] = {}
        _check(wrong, "name", lambda: read_name(form.name, form.role))
        email = _check(wrong, "email", lambda: read_email(form.email))
        _check(wrong, "password", lambda: self._passwords.check(form.password, email))
        if form.role is Role.DOCTOR:
            _check(wrong, "specialization", lambda: read_specialization(form.specialization or ""))
        if wrong or email is None:
            raise BadFields(wrong)
        return email


def _check(wrong: dict[str, Invalid], name: str, read: Callable[[], T]) -> T | None:
    try:
        return read()
    except Invalid as error:
        wrong[name] = error
        return None
