"""Finding a doctor."""

from services.errors import DoctorUnknown
from services.models.paging import Page
from services.models.people import AccountStatus, Principal, Role, User, UserId
from services.storage.user_search import UserSearchStore
from services.storage.users import UserStore

DOCTORS_A_PAGE = 6
DOCTORS_PER_QUERY = 100


class Doctors:
    """The doctors who can be booked; everybody who is signed in may see them."""

    def __init__(self, *, users: UserStore, user_search: UserSearchStore) -> None:
        self._users = users
        self._user_search = user_search

    async def specializations(self, principal: Principal) -> list[str]:
        """Return the specializations that somebody here has, in the order of the alphabet."""
        del principal  # any signed-in person may
        return await self._user_search.specializations()

    async def page(self, principal: Principal, specialization: str | None, number: int) -> Page[User]:
        """Return a page of doctors, of one specialization or of all, by name."""
        del principal  # any signed-in person may
        return await self._user_search.doctors(specialization, number, DOCTORS_A_PAGE)

    async def everybody(self, principal: Principal, specialization: str | None = None) -> list[User]:
        """Return all doctors, of one specialization or of all, by name."""
        del principal  # any signed-in person may
        found: list[User] = []
        number, pages = 0, 1
        while number < pages:
            page = await self._user_search.doctors(specialization, number, DOCTORS_PER_QUERY)
            found += page.items
            number, pages = number + 1, page.pages
        return found

    async def after(self, principal: Principal, last: UserId | None, limit: int) -> list[User]:
        """Return the next doctors in the order of their ids, after the `last` one that was seen."""
        del principal  # any signed-in person may
        return await self._user_search.bookable_after(last, limit)

    async def get(self, principal: Principal, doctor_id: UserId) -> User:
        """Return a doctor who may be booked. Raises DoctorUnknown."""
        del principal  # any signed-in person may
        doctor = await self._users.by_id(doctor_id)
        if doctor is None or doctor.role is not Role.DOCTOR or doctor.status is not AccountStatus.ACTIVE:
            raise DoctorUnknown(doctor_id)
        return doctor
