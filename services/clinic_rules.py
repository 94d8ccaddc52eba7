"""The rules that a clinic sets: its name, its zone, how to reach it, how far ahead people may book."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from services.models.appointments import USUAL_LIMITS, BookingLimits
from services.models.people import User
from services.time_zones import zone_of


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """What differs from clinic to clinic.

    `email` is the sender's address of emails, `video_url` the server for video visits (None: there are none).
    `address`, `phone` and `hours` (when the clinic is open) are told to patients, if they are set, and
    `emergency_number` to whoever sounds like an emergency. `limits` are the most that one patient may
    have, `registrations_an_hour` is the most that the clinic accepts in chats in all. `reached_at` is the
    address of what the clinic serves over HTTP, `is_local` that only this machine reaches it. `holidays` is
    the country, and perhaps the region, whose public holidays are proposed (ISO 3166).

    After `seen_by`, `zone` is the time zone of that person, and `elsewhere` says that it is not the clinic's.
    """

    name: str
    zone: ZoneInfo
    staff_code: str | None
    elsewhere: bool = False
    email: str = "clinic@localhost"
    video_url: str | None = None
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    emergency_number: str = "112"
    limits: BookingLimits = USUAL_LIMITS
    registrations_an_hour: int = 200
    reached_at: str = "http://localhost:8080"
    is_local: bool = True
    holidays: str | None = None

    def __repr__(self) -> str:
        return f"ClinicRules({self.name!r}, {self.zone})"

    @property
    def region(self) -> str | None:
        """The country in which telephone numbers without a country code are (ISO 3166), where it is set."""
        return self.holidays.partition("-")[0].upper() if self.holidays else None

    def seen_by(self, user: User) -> "ClinicRules":
        """Return the rules as that person reads them: times in the zone that they have chosen."""
        zone = zone_of(user.zone, self.zone)
        return self if zone.key == self.zone.key else replace(self, zone=zone, elsewhere=True)
