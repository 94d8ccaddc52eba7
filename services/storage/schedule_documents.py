"""Schedules as documents of the collection `schedules`: what is stored of one, and how it is read."""

from datetime import date, time, timedelta

from services.models.catalogue import USUAL_GRID, Video
from services.models.scheduling import Hours, Lateness, Schedule, Weekday
from services.models.slots import Slot, TimeOff
from services.storage.mongo.driver import Document


def hours_document(hours: Hours) -> Document:
    """Return the form in which one stretch of a day is stored."""
    at: Document = {"place": hours.place} if hours.place is not None else {}
    return {"start": hours.start.isoformat("minutes"), "end": hours.end.isoformat("minutes"), **at}


def read_hours(row: Document) -> Hours:
    """Return a stretch of a day."""
    return Hours(time.fromisoformat(row["start"]), time.fromisoformat(row["end"]), row.get("place"))


def schedule_document(schedule: Schedule) -> Document:
    """Return the form in which hours are stored: what a doctor sets for all weeks."""
    return {
        "weekly": [
            {"weekday": day.name.lower(), **hours_document(hours)}
            for day, stretches in sorted(schedule.weekly.items())
            for hours in stretches
        ],
        "slot_minutes": schedule.slot_minutes,
        "buffer_minutes": schedule.buffer_minutes,
        "notice_minutes": schedule.lead_time // timedelta(minutes=1),
        "horizon_days": schedule.horizon.days,
        "change_notice_minutes": schedule.change_lead_time // timedelta(minutes=1),
        "video": schedule.video.value,
    }


def read_schedule(document: Document) -> Schedule:
    """Return the schedule; hours that were never stored are the default ones."""
    time_off = tuple(
        TimeOff(row["id"], Slot(row["start"], row["end"]), row.get("place"))
        for row in sorted(document.get("time_off", ()), key=lambda row: row["start"])
    )
    dates = {
        date.fromisoformat(day): tuple(map(read_hours, rows))
        for day, rows in document.get("dates", {}).items()
    }
    offered = {
        "kind_ids": tuple(document.get("kinds", ())),
        "grid_minutes": document.get("grid_minutes", USUAL_GRID),
    }
    if "weekly" not in document:
        return Schedule(time_off=time_off, dates=dates, late=read_lateness(document.get("late")), **offered)
    weekly: dict[Weekday, tuple[Hours, ...]] = {}
    for row in document["weekly"]:
        day = Weekday[row["weekday"].upper()]
        weekly[day] = (*weekly.get(day, ()), read_hours(row))
    return Schedule(
        weekly=weekly,
        slot_minutes=document["slot_minutes"],
        buffer_minutes=document["buffer_minutes"],
        lead_time=timedelta(minutes=document["notice_minutes"]),
        horizon=timedelta(days=document["horizon_days"]),
        change_lead_time=_change_lead_time(document),
        time_off=time_off,
        dates=dates,
        video=Video(document.get("video", Video.OFF.value)),
        late=read_lateness(document.get("late")),
        **offered,
    )


def read_lateness(row: Document | None) -> Lateness | None:
    """Return how late a doctor has said to be, if that was ever said."""
    if row is None:
        return None
    return Lateness(Slot(row["start"], row["end"]), row["minutes"], row["number"], row["at"])


def _change_lead_time(document: Document) -> timedelta:
    """Return it; documents of older versions have the default."""
    minutes = document.get("change_notice_minutes")
    return Schedule().change_lead_time if minutes is None else timedelta(minutes=minutes)
