"""How long to wait before the next try: exponential back-off with jitter. Pure."""

import random
from datetime import timedelta

FIRST_RETRY = timedelta(seconds=1)
LAST_RETRY = timedelta(hours=1)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1 s doubling to 1 h, less up to half by chance."""
    doublings = min(max(0, attempts - 1), 16)  # further ones would only overflow
    return min(FIRST_RETRY * 2.0**doublings, LAST_RETRY) * random.uniform(0.5, 1)
