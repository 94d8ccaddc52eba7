"""Time zones: the one in which a person reads times, and which there are."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from services.errors import NoSuchZone


def zone_of(key: str | None, default: ZoneInfo) -> ZoneInfo:
    """Return the zone of that IANA name; `default` for None, and for a name that no longer exists."""
    if key is None:
        return default
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default


def check_zone(key: str) -> str:
    """Return the name if the IANA database has a zone of it. Raises NoSuchZone."""
    if key not in all_zones():
        raise NoSuchZone
    return key


@lru_cache(maxsize=1)
def all_zones() -> frozenset[str]:
    """Return the IANA names of all zones, old ones among them."""
    return frozenset(available_timezones())
