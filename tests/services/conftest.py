"""A clinic without any face: the services on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from services.accounts.one_time_codes import CodeLetter
from services.accounts.passwords import Passwords
from services.accounts.registration import Registration
from services.accounts.tokens import Tokens
from services.clinic import Clinic, build
from services.clinic_rules import ClinicRules
from services.errors import ClinicError
from services.models.appointments import NO_LIMITS
from services.models.people import ChatId, Principal, Role, User
from services.storage.mongo.driver import connect
from services.storage.storage import Storage
from tests.turning import TurnableClock

KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse"


class Letters:
    """Takes the codes that are mailed; while `down` is set, it refuses with that."""

    def __init__(self) -> None:
        self.sent: list[CodeLetter] = []
        self.down: ClinicError | None = None

    async def send(self, letter: CodeLetter) -> None:
        if self.down:
            raise self.down
        self.sent.append(letter)


@dataclass
class Bench:
    """A clinic to try things on; `news` counts how often there was news."""

    clinic: Clinic
    storage: Storage
    clock: TurnableClock
    news: list[str]
    letters: Letters

    async def user(
        self, email: str, role: Role = Role.PATIENT, specialization: str | None = "Cardiology"
    ) -> User:
        """Make an account."""
        hashed = await self.clinic.accounts.hash_password(PASSWORD)
        name = email.partition("@")[0].title()
        return await self.clinic.accounts.register(
            Registration(name, email, hashed, role, None, specialization, vetted=True)
        )

    async def principal(self, email: str, role: Role = Role.PATIENT, chat: int = 1) -> Principal:
        """Make an account that is signed in."""
        await self.user(email, role)
        return await self.clinic.sessions.sign_in(ChatId(chat), email, PASSWORD)


@pytest.fixture
async def bench(database_url: str, clock: TurnableClock) -> AsyncIterator[Bench]:
    """Build the services on a fresh database."""
    news: list[str] = []
    async with connect(database_url) as database:
        storage = Storage.on(database)
        passwords, letters = Passwords(4), Letters()
        clinic = build(
            storage,
            rules=ClinicRules("Clinic", ZoneInfo("Europe/Berlin"), "open-sesame", limits=NO_LIMITS),
            clock=clock,
            tokens=Tokens(KEY),
            passwords=passwords,
            mailer=letters,
            on_event=lambda: news.append("news"),
            on_announcement=lambda: news.append("announcement"),
        )
        yield Bench(clinic, storage, clock, news, letters)
        passwords.close()
