"""What /help shows as an example is understood, in each language."""

import pytest

from bot.localization.languages import spoken
from bot.localization.reader import speaking
from bot.texts.help import EXAMPLES
from bot.understanding.intents import Intent
from bot.understanding.understand import understand
from services.models.people import Role
from tests.understanding.judging import LANGUAGES, known

MEANT = {
    Role.PATIENT: (Intent.BOOK, Intent.WHEN_IS_IT, Intent.CANCEL),
    Role.DOCTOR: (Intent.MY_DAY, Intent.LATE, Intent.TIME_OFF),
    Role.ADMIN: (Intent.CLINIC_DAY, Intent.FREE_TIMES, Intent.LATE),
}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("role", MEANT)
def test_the_examples_of_help_are_understood(code: str, role: Role) -> None:
    reads = spoken(code)
    assert reads is not None
    with speaking(reads):
        for words, intent in zip(EXAMPLES[role], MEANT[role], strict=True):
            understood = understand(str(words), known(role))
            assert (understood.intent, understood.asks) == (intent, frozenset()), str(words)
