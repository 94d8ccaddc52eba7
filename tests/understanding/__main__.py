"""Prints how well the sentences are understood, and what that costs: python -m tests.understanding [code …].

-v also prints what was wrong, and --held-out takes the sentences that were kept aside.
"""

import sys
import time
from statistics import median

from tests.understanding.judging import LANGUAGES, Verdict, explained, read, report, sentences

MILLI = 1000
PASSES = 4


def _cost(folder: str, code: str) -> float:
    """Return the time of a sentence in ms (the median), once the words of its language are read.

    Of a sentence the shortest of several times counts: what else the machine does is no part of it.
    """
    taken: list[float] = []
    for sentence in sentences(folder, code):
        times: list[float] = []
        for _ in range(PASSES):
            began = time.perf_counter()
            read(sentence)
            times.append(time.perf_counter() - began)
        taken.append(min(times))
    return median(taken) * MILLI if taken else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    folder = "held_out" if "--held-out" in words else "corpus"
    for code in [word for word in words if word in LANGUAGES] or LANGUAGES:
        count, by_verdict = report(folder, code)
        right, wrong = len(by_verdict[Verdict.RIGHT]), by_verdict[Verdict.WRONG]
        share = 100 * right / count if count else 0
        said = f"{code}: {right} of {count} exactly right ({share:.1f} %), {len(wrong)} silently wrong"
        sys.stdout.write(f"{said}, {_cost(folder, code):.2f} ms\n")
        if "-v" in words:
            for verdict in (Verdict.WRONG, Verdict.ASKED):
                for sentence, understood in by_verdict[verdict]:
                    lines = [f"  {verdict.value}", *explained(sentence, understood)]
                    sys.stdout.write("\n  ".join(lines) + "\n")
