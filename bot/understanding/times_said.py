"""The days and times in a sentence: those that are wanted, and those that an appointment has. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from bot.parsing.when import FoundWhen, When, find_when, joined
from bot.understanding import entities
from bot.understanding.concepts import Concept, Evidence
from bot.understanding.meaning import Doubt
from bot.understanding.phrases.phrasebook import Match
from bot.understanding.reading import Reading
from bot.understanding.sentence import Sentence
from services.models.people import Role
from services.models.scheduling import PartOfDay

# Phrases that may deny a day, so that it must be read with them: “لا أريد الجمعة”.
DENYING = frozenset({Concept.FILLER, Concept.NOT, Concept.WANT, Concept.INSTEAD})
# A period of so many days is a week.
A_WEEK = timedelta(days=3)
# So many words may stand between an excuse and what it is for, and so many are at least between two clauses.
BESIDE, APART = 2, 4


def read_times(reading: Reading, behind_because: range, before_because: range) -> None:
    """Find days and times; those at the end of a reason belong to it only if there are no others."""
    sentence = reading.sentence
    is_move = _is_move(reading, set())
    phrases = {
        place
        for match in sentence.matches
        if (match.end - match.first > 1 and not _may_deny(match))
        or match.concepts & {Concept.GREETING, Concept.CANT_COME}
        for place in range(match.first, match.end)
    }
    hidden = phrases | sentence.taken | set(before_because)
    behind_because = _before_a_day(reading, behind_because, hidden)
    hidden_there = hidden | set(behind_because)
    found = find_when(sentence.masked(hidden_there), reading.known.today, moving=is_move)
    found = _without_excuses(reading, found, hidden_there, is_move=is_move)
    if behind_because and not found:
        found = _at_the_end(find_when(sentence.masked(hidden), reading.known.today), behind_because)
        if found:
            first = sentence.places_between(found[0].start, found[0].end).start
            behind_because = range(behind_because.start, first)
    placed, is_move = _placed(reading, found, hidden | set(behind_because), is_move=is_move)
    since = [pair for pair in placed if _is_since(reading, *pair) or _is_past(reading, pair[1])]
    placed = [pair for pair in placed if pair not in since]
    found = tuple(each for each, _ in placed)
    if reason := behind_because or before_because:
        # “It's about my appointment” is no reason to come.
        is_visit = sentence.places_of(Concept.APPOINTMENT).issuperset(reason)
        words = reading.take(reason)
        if not is_visit:
            reading.said = replace(reading.said, reason=words)
            reading.signs.add(Evidence.REASON_SAID)
    placed = _as_limits(reading, placed)
    found = tuple(each for each, _ in placed)
    for _, places in placed:
        sentence.taken.update(places)
    days = [places for each, places in placed if each.when.days or each.when.first]
    if not days and sentence.having(Concept.MAKE):
        # सुबह का अपॉइंटमेंट शाम को कर दो
        days = [places for _, places in placed]
    if _excuses_and_proposes(reading, placed) or entities.gives_visit_another_day(
        sentence, days, is_ours=reading.verb_last
    ):
        is_move = True
        reading.signs.add(Concept.ANOTHER)
    has_two = len(placed) > 1 and bool(sentence.having(Concept.CANT_COME))
    when, of = _sides(reading, placed) if is_move or has_two else (joined(_to_come(reading, found)), When())
    is_told = Concept.ANOTHER in reading.signs or bool(
        sentence.having(Concept.MOVE, Concept.CHANGE, Concept.ANOTHER)
    )
    if not (when.days and of.days) and not is_told:
        # Who only can't come says no other time.
        when, of = joined([each for each in (of, when) if each != When()]), When()
    reading.said = replace(reading.said, when=when, of=of) if placed else reading.said
    if (when.days and of.days) or (is_move and when.times and of.times):
        reading.signs.add(Evidence.TWO_DAYS_SAID)
    _ask_about(reading, when, of)


def _without_excuses(
    reading: Reading, found: Sequence[FoundWhen], hidden: AbstractSet[int], *, is_move: bool
) -> tuple[FoundWhen, ...]:
    """Return what is found, with what does not suit apart from the period that it is in."""
    apart = (_without_excuse(reading, each, hidden, is_move=is_move) for each in found)
    return tuple(chain.from_iterable(apart))


def _without_excuse(
    reading: Reading, found: FoundWhen, hidden: AbstractSet[int], *, is_move: bool
) -> Sequence[FoundWhen]:
    """Return a period, and what of it does not suit, as two: “next week, Monday I can't”.

    Read as one they are that Monday.
    """
    sentence, today = reading.sentence, reading.known.today
    if sentence.having(Concept.CANCEL) or (is_move and found.side != "to"):
        return [found]  # the day may be that of the appointment
    places = sentence.places_between(found.start, found.end)
    for excuse in _said_excuses(sentence):
        first = sentence.clause_start(excuse.first)
        if not (places.start < first < places.stop <= excuse.first):
            continue
        before = find_when(sentence.masked({*hidden, *range(first, len(sentence.words))}), today)
        behind = find_when(sentence.masked({*hidden, *range(first)}), today)
        if before and behind and before[-1].start >= found.start and before[-1].when.first:
            # The week says which Monday.
            is_narrowed = bool(found.when.days) and found.when.first is None
            when = found.when if is_narrowed else behind[0].when
            return [replace(before[-1], side=found.side), replace(behind[0], when=when)]
    return [found]


def _to_come(reading: Reading, found: Sequence[FoundWhen]) -> list[When]:
    """Return what is wanted, without a day that is over beside another: “missed it yesterday, Monday?”."""
    over = [each for each in found if is_over(each.when, reading.known.today)]
    days = [each for each in found if each.when.days or each.when.first or each.when.last]
    return [each.when for each in found if each not in over or len(over) == len(days)]


def is_over(when: When, today: date) -> bool:
    """Tell whether all days that are said are over."""
    return bool(when.days) and max(when.days) < today


def _may_deny(match: Match) -> bool:
    # “I'd like” alone says nothing of a day, and “gern” is no word of one.
    return bool(match.concepts) and match.concepts <= DENYING and match.concepts != {Concept.WANT}


def _is_move(reading: Reading, without: AbstractSet[int]) -> bool:
    """Tell whether an appointment may have another time, without what stands at those places."""
    moves = reading.sentence.having(Concept.MOVE, Concept.CHANGE, Concept.ANOTHER)
    return any(not match.rest or without.isdisjoint({match.first, *match.rest}) for match in moves)


def _placed(
    reading: Reading, found: Sequence[FoundWhen], hidden: AbstractSet[int], *, is_move: bool
) -> tuple[list[tuple[FoundWhen, range]], bool]:
    """Return what is found with its places, and whether an appointment is moved, as those tell."""
    sentence = reading.sentence
    if not is_move and (sides := _from_one_to_another(reading, hidden, found)):
        reading.signs.add(Concept.ANOTHER)
        return [(each, sentence.places_between(each.start, each.end)) for each in sides], True
    placed = [(each, sentence.places_between(each.start, each.end)) for each in found]
    if is_move and not _is_move(reading, {place for _, places in placed for place in places}):
        # What looked like “buche … um” was “um 11 Uhr”.
        is_move, found = False, find_when(sentence.masked(hidden), reading.known.today)
        placed = [(each, sentence.places_between(each.start, each.end)) for each in found]
    return placed, is_move


def _from_one_to_another(
    reading: Reading, hidden: AbstractSet[int], found: Sequence[FoundWhen]
) -> tuple[FoundWhen, ...]:
    """Return both times where a visit is put from one to another without a word for it: 3 बजे से 5 बजे कर दो.

    Nothing where a period is meant, which has a word behind it: तक.
    """
    sentence = reading.sentence
    other = (Concept.BOOK, Concept.CANCEL, Concept.WANT, Concept.SEE, Concept.SHOW, Concept.WHEN)
    is_told = sentence.having(Concept.MAKE) and sentence.having(Concept.APPOINTMENT)
    if not (reading.verb_last and found and is_told) or sentence.having(*other):
        return ()
    sides = find_when(sentence.masked(hidden), reading.known.today, moving=True)
    is_whole = len(sides) > 1 and sides[0].side == "from" and sides[-1].end == found[-1].end
    return sides if is_whole else ()


def _as_limits(reading: Reading, placed: Sequence[tuple[FoundWhen, range]]) -> list[tuple[FoundWhen, range]]:
    """Return what is found, with what does not suit as a limit: “book Dr Rao, I can't come on Monday”.

    Where an appointment is moved, a day that does not suit is that of the appointment, but no part of it is.
    """
    sentence = reading.sentence
    moves = bool(sentence.having(Concept.MOVE, Concept.CHANGE, Concept.ANOTHER))
    excuses = _said_excuses(sentence)
    wishes = () if sentence.having(Concept.CANCEL, Concept.TELL) else _wishes(reading, placed, moves=moves)
    settled: list[tuple[FoundWhen, range]] = []
    for found, places in placed:
        excuse = next((each for each in excuses if _excuses(reading, each, places)), None)
        limit = _limit(found.when)
        is_of_visit = moves and bool(found.when.days or limit == When())
        others = [wish for wish in wishes if excuse and (wish < excuse.first or wish >= excuse.end)]
        is_apart = excuse is not None and any(not _close(reading, wish, excuse) for wish in others)
        if excuse is None or not is_apart or limit == When() or is_of_visit:
            settled.append((found, places))
            continue
        settled.append((replace(found, when=limit, side=""), places))
        sentence.taken.update(range(excuse.first, excuse.end), excuse.rest)
    return settled


def _wishes(reading: Reading, placed: Sequence[tuple[FoundWhen, range]], *, moves: bool) -> list[int]:
    """Return the places of words that ask for an appointment, or for another time of it."""
    sentence = reading.sentence
    if moves:
        return [each.first for each in sentence.having(Concept.MOVE, Concept.CHANGE, Concept.ANOTHER)]
    is_own = bool(sentence.having(Concept.MY)) and bool(sentence.having(Concept.APPOINTMENT))
    says_what = any(m.is_kind or Concept.APPOINTMENT in m.concepts for m in sentence.open_matches())
    # Of “I want to tell my dermatologist” nothing is left that is not understood where a visit is wanted.
    times = {place for _, places in placed for place in places}
    left = [sentence.words[place] for place in sentence.unknown() if place not in times]
    is_clear = says_what and not is_own and not any(word.text.islower() for word in left)
    wants = sentence.having(Concept.WANT, Concept.SEE) if is_clear else []
    if is_clear and not wants and (len(placed) > 1 or not sentence.having(Concept.CANT_COME)):
        # “An appointment next week, I can't on Monday”
        wants = sentence.having(Concept.APPOINTMENT)
    return [each.first for each in (*sentence.having(Concept.BOOK), *wants)]


def _said_excuses(sentence: Sentence) -> list[Match]:
    """Return what says that a time does not suit: “I can't come”, and “не могу” at the end of a clause."""
    last = [each for each in sentence.having(Concept.CANT) if sentence.clause_end(each.first) == each.end]
    return [*sentence.having(Concept.CANT_COME), *last]


def _excuses(reading: Reading, excuse: Match, places: range) -> bool:
    """Tell whether that does not suit: the excuse stands right beside it, or in its clause with no other."""
    near = min(abs(places.start - excuse.end), abs(excuse.first - places.stop))
    return reading.same_clause(excuse.first, places[-1]) and near <= BESIDE


def _close(reading: Reading, wish: int, excuse: Match) -> bool:
    """Tell whether a wish and an excuse are one: “I need to tell you that I can't come”."""
    return reading.same_clause(wish, excuse.first) and abs(excuse.first - wish) < APART


def _limit(when: When) -> When:
    """Return what is wanted by whom a time does not suit, or nothing if that is not clear."""
    if when.times or when.first or when.last or when.earliest or (when.after and when.before):
        return When()
    if when.after or when.before:
        return (
            When()
            if when.days or when.part is not PartOfDay.ANY
            else When(after=when.before, before=when.after)
        )
    if when.days and when.part is not PartOfDay.ANY:
        return When()
    parts = frozenset() if when.part is PartOfDay.ANY else frozenset({when.part})
    return When(not_dates=frozenset(when.days), not_parts=parts)


def _before_a_day(reading: Reading, reason: range, hidden: AbstractSet[int]) -> range:
    """Return a reason without the clauses behind its first from the one on that says a day or time."""
    if not reason or reading.sentence.clause_end(reason.start) >= reason.stop:
        return reason
    behind = reading.sentence.clause_end(reason.start)
    for each in find_when(reading.sentence.masked(hidden), reading.known.today):
        first = reading.sentence.places_between(each.start, each.end).start
        if behind <= first < reason.stop:
            return range(reason.start, reading.sentence.clause_start(first))
    return reason


def _excuses_and_proposes(reading: Reading, placed: Sequence[tuple[FoundWhen, range]]) -> bool:
    """Tell whether one day does not suit and another is named: “I can't on Thursday, Friday?”."""
    excuses = reading.sentence.having(Concept.CANT_COME)
    if not excuses or reading.sentence.having(Concept.CANCEL, Concept.BOOK) or len(placed) != 2:  # noqa: PLR2004
        return False
    (one, here), (other, there) = placed
    within = [reading.same_clause(excuses[0].first, each.start) for each in (here, there)]
    says_both = bool(one.when.days or one.when.times) and other.when != When()
    return says_both and within == [True, False]


def _at_the_end(found: Sequence[FoundWhen], reason: range) -> tuple[FoundWhen, ...]:
    return tuple(found[-1:]) if found and reason else ()


def _is_since(reading: Reading, found: FoundWhen, places: range) -> bool:
    """Tell whether that is how long something hurts: कल से बुखार है."""
    is_open = found.when.first is not None and found.when.last is None
    complaints = (m.first for m in reading.sentence.matches if entities.is_complaint(m))
    return is_open and any(reading.same_clause(first, places.start) for first in complaints)


def _is_past(reading: Reading, places: range) -> bool:
    """Tell whether a patient only says when something was: कल छूट गया, “I missed it on Monday”."""
    told = reading.sentence.having(Concept.PAST) if reading.known.role in {None, Role.PATIENT} else ()
    return any(
        reading.same_clause(match.first, places.start)
        and (places.start < match.first or not reading.verb_last)
        for match in told
    )


def _ask_about(reading: Reading, *whens: When) -> None:
    for when in whens:
        if when == When():
            continue
        reading.signs.add(Evidence.EARLIEST_SAID if when == When(earliest=True) else Evidence.WHEN_SAID)
        if when.earliest:
            reading.signs.add(Evidence.EARLIEST_SAID)
        if len(when.days) > 1 or when.differs:
            reading.asks.add(Doubt.DAY)
        if when.first and when.last and when.last - when.first >= A_WEEK:
            reading.signs.add(Evidence.WEEK_SAID)


def _sides(reading: Reading, placed: Sequence[tuple[FoundWhen, range]]) -> tuple[When, When]:
    """Return the time to which an appointment is to be moved, and the one that it has."""
    visits = reading.sentence.places_of(Concept.APPOINTMENT, Concept.APPOINTMENTS)
    to = [(each.when, places) for each, places in placed if each.side == "to"]
    targets = [when for when, places in to if len(to) == 1 or places.start - 1 not in visits]
    origins = [each.when for each, _ in placed if each.side == "from"]
    origins += [when for when, _ in to if when not in targets]
    open_ones = [(each.when, places) for each, places in placed if not each.side]
    replaced = reading.sentence.places_of(Concept.INSTEAD) if reading.verb_last else set()
    excused = reading.sentence.having(Concept.CANT_COME)
    is_told_to_move = bool(reading.sentence.having(Concept.MOVE, Concept.CHANGE, Concept.ANOTHER))
    for place, (when, places) in enumerate(open_ones):
        # Where the verb ends the sentence, what says which appointment it is stands before it.
        beside_visit = (
            places.stop in visits | replaced
            or (reading.verb_last and entities.is_before_visit(reading.sentence, places.stop))
            or (places.start - 1 in visits and not reading.verb_last)
        )
        excuses = any(reading.same_clause(match.first, places.start) for match in excused)
        # What does not suit is no time that an appointment has.
        is_limit = when == When(not_days=when.not_days, not_dates=when.not_dates, not_parts=when.not_parts)
        is_origin = not (origins or is_limit) and (
            bool(targets)
            or beside_visit
            or (place == 0 and is_told_to_move and not to and _is_first_of_two(reading, open_ones))
            or (excuses and (len(placed) > 1 or is_told_to_move))
        )
        (origins if is_origin else targets).append(when)
    return joined(targets), joined(origins)


def _is_first_of_two(reading: Reading, open_ones: Sequence[tuple[When, range]]) -> bool:
    """Tell whether the earlier of two days or times is the one that a visit has, as its word stands nowhere.

    Where the verb ends the sentence, what is to be comes right before it: कल का टाइम बदलकर परसों करो.
    """
    if not reading.verb_last or len(open_ones) != 2:  # noqa: PLR2004
        return False
    (one, _), (other, there) = open_ones
    is_alike = bool(one.days and other.days) or bool(one.times and other.times)
    return is_alike and not entities.is_before_visit(reading.sentence, there.stop)
