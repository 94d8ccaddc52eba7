"""The table of intents: what is done for each."""

from collections.abc import Mapping

from bot.fulfilment.acts import ACTS
from bot.fulfilment.facts import FACTS, Fulfil
from bot.understanding.intents import Intent

FULFILMENT: Mapping[Intent, Fulfil] = {**FACTS, **ACTS}
