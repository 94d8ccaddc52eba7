"""What regulars read in cards."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.texts.notifications import news
from services.clinic_rules import ClinicRules
from services.models.notifications import EventKind
from services.models.people import AccountStatus, Role, User, UserId
from tests.chaos.regulars import SERIES_CANCELLED, VISIT_OF_CARD
from tests.chaos.told import without_markup

ASHA = User(UserId("p"), "Asha", "asha@example.org", Role.PATIENT, AccountStatus.ACTIVE)
NINE = datetime(2027, 5, 4, 9, tzinfo=UTC)


def test_which_visits_a_card_calls_cancelled_is_read_from_the_card() -> None:
    visits = [{"number": n, "of": 3, "start": NINE + timedelta(weeks=n)} for n in (1, 3)]
    facts = {"doctor": "Rao", "patient": "Asha", "start": NINE, "visits": visits}
    said = news(EventKind.SERIES_CANCELLED, facts, ASHA, ClinicRules("Clinic", ZoneInfo("UTC"), None))
    card = without_markup(said)
    assert SERIES_CANCELLED in card
    assert VISIT_OF_CARD.findall(card) == ["Tue 11 May 2027, 09:00 AM", "Tue 25 May 2027, 09:00 AM"]
