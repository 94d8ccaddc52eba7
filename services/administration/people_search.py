"""Finding patients without an account beside accounts, by name, address or telephone number."""

from collections.abc import Awaitable, Callable

from services.clinic_rules import ClinicRules
from services.models.paging import Page, page_number
from services.models.patients import Patient
from services.models.people import User
from services.names.digits import count_digits
from services.patients.fields import found_phone
from services.storage.patients import PatientStore

# Shorter numbers are parts of names and addresses.
MIN_DIGITS = 5
# Returns a page of accounts, by its number.
Accounts = Callable[[int], Awaitable[Page[User]]]


class PeopleSearch:
    """Lists patients without an account before the accounts that a text matches."""

    def __init__(self, *, patients: PatientStore, rules: ClinicRules) -> None:
        self._patients = patients
        self._rules = rules

    async def page(self, accounts: Accounts, text: str, number: int) -> Page[User | Patient]:
        """Return a page of both; telephone numbers may be written in any way."""
        phone = found_phone(text, self._rules.region) if count_digits(text) >= MIN_DIGITS else None
        found = await self._patients.search(text, phone)
        page = await accounts(number)
        items: tuple[User | Patient, ...] = page.items
        if not found:
            return Page(items, page.number, page.size, page.total)
        total = len(found) + page.total
        nearest = page_number(number, total, page.size)
        first, last = nearest * page.size, (nearest + 1) * page.size
        shown: list[User | Patient] = [*found[first:last]]
        return Page(
            (*shown, *await self._between(accounts, first, last, len(found))), nearest, page.size, total
        )

    async def _between(self, accounts: Accounts, first: int, last: int, before: int) -> list[User]:
        """Return the accounts between two places of the list that begins with so many others."""
        start, end = max(0, first - before), max(0, last - before)
        size = last - first
        pages = [await accounts(number) for number in sorted({start // size, max(start, end - 1) // size})]
        wanted: dict[int, User] = {}
        for page in pages:
            wanted |= dict(enumerate(page.items, page.number * size))
        return [
            user for place, user in sorted(wanted.items(), key=lambda each: each[0]) if start <= place < end
        ]
