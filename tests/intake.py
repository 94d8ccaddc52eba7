"""The intake of updates in tests: what is acknowledged was handled."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

LONGER_THAN_ANY_TEST = 3600
# Nothing is written down because it takes long: who acts goes by what is acknowledged.
PATIENT = {
    "bot.telegram.updates.polling.STUCK_SECONDS": LONGER_THAN_ANY_TEST,
    "bot.telegram.updates.webhook.STUCK_SECONDS": LONGER_THAN_ANY_TEST,
    "bot.dialogs.context.ClinicContext.takes_long": lambda _context: None,
}


@contextmanager
def patient_intake() -> Iterator[None]:
    """Make the intake patient, where no fixture does."""
    with ExitStack() as stack:
        for name, value in PATIENT.items():
            stack.enter_context(patch(name, value))
        yield
