"""What keeps the demo and a real clinic apart in the database. The real bot needs no more of the demo."""

import logging

from bot.demo.sample_clinic import PEOPLE
from services.models.people import AccountStatus
from services.storage.storage import Storage

log = logging.getLogger(__name__)

# Everybody knows the passwords of the sample clinic. So it has a database of its own, beside the one that the
# settings name, and a real start with the same settings never uses it.
DATABASE_SUFFIX = "_demo"


async def warn_of_sample_accounts(storage: Storage) -> None:
    """Log a warning if a real database has usable accounts of the sample clinic.

    Demos of earlier versions put them there, with a password that everybody knows.
    """
    found = await storage.users.by_ids(person.id for person in PEOPLE)
    usable = [user.id for user in found.values() if user.status is AccountStatus.ACTIVE]
    if usable:
        log.warning("demo.accounts_in_real_database ids=%s: block them in /users", ",".join(sorted(usable)))
