"""The corpus: its clinic, its sentences, and the judge who says whether one was understood."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.localization.languages import spoken
from bot.localization.reader import speaking
from bot.parsing.when import When
from bot.understanding.doctor_names import KnownDoctor
from bot.understanding.intents import Intent
from bot.understanding.meaning import Doubt, Understood
from bot.understanding.reading import Known
from bot.understanding.understand import understand
from services.models.people import Role, UserId
from services.models.scheduling import PartOfDay
from services.names.folding import folded

HERE = Path(__file__).parent
LANGUAGES = ("en", "es", "ru", "hi", "ar", "de")
TODAY = date(2026, 12, 2)
DOCTORS = {
    "Meera Rao": "Cardiology",
    "Tomás Sen": "Cardiology",
    "Ingrid Solberg": "Dermatology",
    "Kwame Mensah": "Dermatology",
    "Leïla Haddad": "Paediatrics",
    "Jun Watanabe": "Paediatrics",
    "Ruth Okafor": "General medicine",
    "Felix Brandt": "General medicine",
    "Lars Holm": "Physiotherapy",
    "Elena Petrova": "Ophthalmology",
    "Daniel Weiss": "Orthopaedics",
    "Anna Weiss": "Neurology",
}
KNOWN = tuple(KnownDoctor(UserId(name), name, kind) for name, kind in DOCTORS.items())
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEYS = {
    *(
        "text",
        "role",
        "intent",
        "asks",
        "doctor",
        "named",
        "any_doctor",
        "kind",
        "lacking",
        "day",
        "first",
        "last",
    ),
    *("part", "time", "after", "before", "not_days", "not_parts", "not_dates", "earliest", "video", "reason"),
    *("person", "minutes", "language", "of", "corrects"),
}


class Verdict(Enum):
    """How well a sentence was understood."""

    RIGHT = "exactly right"
    ASKED = "asked or left out, nothing wrong"
    WRONG = "silently wrong"


@dataclass(frozen=True)
class Sample:
    language: str
    text: str
    role: Role | None
    wanted: Mapping[str, Any]


def sentences(folder: str, code: str) -> list[Sample]:
    """Return the sentences of a language."""
    path = HERE / folder / f"{code}.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["sentence"] if path.exists() else []
    for row in rows:
        assert set(row) <= KEYS, (row["text"], set(row) - KEYS)
    return [Sample(code, row["text"], _role(row.get("role", "patient")), row) for row in rows]


def _role(name: str) -> Role | None:
    return None if name == "guest" else Role(name)


@lru_cache(maxsize=10)
def known(role: Role | None) -> Known:
    """Return what is known in the corpus's clinic."""
    return Known(role, TODAY, KNOWN)


def read(sentence: Sample) -> Understood:
    """Understand a sentence as its writer's bot would."""
    reads = spoken(sentence.language)
    assert reads is not None
    with speaking(reads):
        return understand(sentence.text, known(sentence.role))


def found(understood: Understood) -> dict[str, Any]:
    """Return what was understood with the keys of the corpus."""
    said = understood.said
    flat: dict[str, Any] = {
        "intent": understood.intent.value if understood.intent else None,
        "asks": {ask.value for ask in understood.asks},
        "doctor": set(said.doctors),
        "named": folded(said.named),
        "any_doctor": said.any_doctor,
        "kind": set(said.kinds),
        "lacking": set(said.lacking),
        "video": said.by_video,
        "reason": folded(said.reason),
        "person": folded(said.person),
        "minutes": said.minutes,
        "language": said.language,
        "corrects": said.corrects,
        **_when(said.when),
        "of": _bare(_when(said.of)),
    }
    return _bare(flat)


def wanted(sentence: Sample) -> dict[str, Any]:
    """Return what its writer meant, in the same form."""
    row = dict(sentence.wanted)
    flat = {
        "intent": row.get("intent"),
        "asks": set(_several(row.get("asks", []))),
        "doctor": set(_several(row.get("doctor", []))),
        "named": folded(row.get("named", "")),
        "any_doctor": row.get("any_doctor", False),
        "kind": set(_several(row.get("kind", []))),
        "lacking": set(_several(row.get("lacking", []))),
        "video": row.get("video"),
        "reason": folded(row.get("reason", "")),
        "person": folded(row.get("person", "")),
        "minutes": row.get("minutes"),
        "language": row.get("language"),
        "corrects": row.get("corrects", False),
        **_wanted_when(row),
        "of": _bare(_wanted_when(row.get("of", {}))),
    }
    return _bare(flat)


def _bare(flat: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in flat.items() if value not in (None, False, "", set(), {}, frozenset())
    }


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _when(when: When) -> dict[str, Any]:
    return {
        "day": set(when.days),
        "first": when.first,
        "last": when.last,
        "part": when.part.value if when.part is not PartOfDay.ANY else None,
        "time": set(when.times),
        "after": when.after,
        "before": when.before,
        "not_days": set(when.not_days) | {day.weekday() for day in when.not_dates},
        "not_parts": {part.value for part in when.not_parts},
        "earliest": when.earliest,
    }


def _wanted_when(row: Mapping[str, Any]) -> dict[str, Any]:
    def day(text: Any) -> date:
        return date.fromisoformat(str(text))

    def clock(text: Any) -> time:
        return time.fromisoformat(str(text))

    return {
        "day": {day(each) for each in _several(row.get("day", []))},
        "first": day(row["first"]) if "first" in row else None,
        "last": day(row["last"]) if "last" in row else None,
        "part": row.get("part"),
        "time": {clock(each) for each in _several(row.get("time", []))},
        "after": clock(row["after"]) if "after" in row else None,
        "before": clock(row["before"]) if "before" in row else None,
        "not_days": {WEEKDAYS.index(each) for each in row.get("not_days", [])}
        | {day(each).weekday() for each in row.get("not_dates", [])},
        "not_parts": set(row.get("not_parts", [])),
        "earliest": row.get("earliest", False),
    }


# What nobody needs to ask about where the words are those of an emergency.
LEADING = {Intent.EMERGENCY.value}


def judge(sentence: Sample, understood: Understood | None = None) -> Verdict:
    """Say whether a sentence was understood as it was meant.

    Silently wrong is another intent, day, time, doctor or person than meant, without a question. A fragment
    that corrects an earlier answer has no intent of its own, so any will do.
    """
    got = found(understood if understood is not None else read(sentence))
    meant = wanted(sentence)
    if meant.get("intent") in LEADING:
        return Verdict.RIGHT if got.get("intent") == meant["intent"] else Verdict.WRONG
    if meant.get("corrects"):
        for side in (got, meant):
            side.pop("intent", None)
            side["asks"] = side.get("asks", set()) - {Doubt.INTENT.value}
        got, meant = _bare(got), _bare(meant)
    if got == meant:
        return Verdict.RIGHT
    return Verdict.WRONG if _is_silent(got, meant) else Verdict.ASKED


def _is_silent(got: Mapping[str, Any], meant: Mapping[str, Any]) -> bool:
    if Doubt.INTENT.value in got.get("asks", set()):
        return False
    if "intent" in got and got["intent"] != meant.get("intent"):
        return True
    if got.get("asks"):
        return False
    # Readings that were kept beside the right one are asked about; so is what was left out.
    for key in ("day", "time", "doctor", "kind"):
        if key in got and not meant.get(key, set()) <= got[key]:
            return True
        if key in got and key not in meant:
            return True
    others = (
        "person",
        "minutes",
        "first",
        "last",
        "after",
        "before",
        "part",
        "not_days",
        "of",
        "video",
        "any_doctor",
        "lacking",
        "language",
        "named",
        "reason",
    )
    return any(key in got and got[key] != meant.get(key) for key in others)


def report(folder: str, code: str) -> tuple[int, dict[Verdict, list[tuple[Sample, Understood]]]]:
    """Return how many sentences a language has, and all of them by how well they were understood."""
    rows = sentences(folder, code)
    by_verdict: dict[Verdict, list[tuple[Sample, Understood]]] = {verdict: [] for verdict in Verdict}
    for row in rows:
        understood = read(row)
        by_verdict[judge(row, understood)].append((row, understood))
    return len(rows), by_verdict


def explained(sentence: Sample, understood: Understood) -> Iterator[str]:
    """Yield what differs, for whoever mends it."""
    got, meant = found(understood), wanted(sentence)
    yield f"[{sentence.language} {sentence.role}] {sentence.text}"
    for key in sorted({*got, *meant}):
        if got.get(key) != meant.get(key):
            yield f"    {key}: found {got.get(key)!r}, meant {meant.get(key)!r}"
    if understood.left:
        yield f"    left: {understood.left}"
    if understood.likely:
        yield f"    likely: {[each.value for each in understood.likely]}"


__all__ = ["LANGUAGES", "Sample", "Verdict", "explained", "judge", "known", "read", "report"]
