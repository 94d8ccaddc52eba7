"""What became of those who registered, and where their passwords were seen."""

from collections.abc import Sequence

from tests.chaos.newcomers import Newcomer
from tests.chaos.verdict import Verdict
from tests.chaos.world import World


async def judge_arrivals(
    verdict: Verdict, world: World, newcomers: Sequence[Newcomer], *, forgets: bool
) -> None:
    """Look for secrets where they must not be, and for accounts that are not as they were told.

    A worker that `forgets` can't know what it was given before: what is typed again may stay there then.
    """
    stored = {row["email"] for row in await world.rows("users")}
    for newcomer in newcomers:
        if newcomer.was_registered and newcomer.email not in stored:
            verdict.failures.append(f"registered, said the bot, and is not stored: {newcomer.email}")
        if newcomer.was_refused:
            verdict.failures.append(f"refused their own account: {newcomer.email}")
        if newcomer.shown and not forgets:
            verdict.secrets += newcomer.shown
            verdict.failures.append(f"secret in the chat of {newcomer.email}: {newcomer.shown} times")
    verdict.newcomers = sum(newcomer.is_signed_in for newcomer in newcomers)
    for collection, number in sorted(world.wire.leaks.items()):
        verdict.secrets += number
        verdict.failures.append(f"secrets written in clear: {number} times into {collection}")
    for worker in world.workers:
        if world.wire.secrets and (number := worker.lines_with(world.wire.secrets)):
            verdict.secrets += number
            verdict.failures.append(f"secrets in the log of {worker.name}: {number} lines")
