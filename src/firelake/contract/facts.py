"""Facts that the program, the function and the commands share: AWS's limits and our own choices."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

EVENTS_FILE: Final = Path(__file__).with_name("events.toml")
"""The contract that ships."""

EVENT_NAME_FORM: Final = re.compile(r"[a-z0-9_]+(?::[a-z0-9_]+)*")
"""What an event's name is: lower-case parts joined by `:`."""

MAX_EVENT_NAME_LENGTH: Final = 200
"""How many characters an event's name has at most."""

SECONDS_PER_DAY: Final = 86_400

CLOCK_SKEW_DAYS: Final = 1
"""How far a producer's clock may run ahead of Kinesis."""

# What holds where a stack's settings say nothing, of the function as of the program.
DEFAULT_LATENESS_DAYS: Final = 7
DEFAULT_DEDUPE_DAYS: Final = 14
DEFAULT_RETENTION_HOURS: Final = 72
DEFAULT_CLAIMS_CALLS_IN_FLIGHT: Final = 8
MAX_CLAIMS_CALLS_IN_FLIGHT: Final = 64

ERRORS_WARNED_DAYS: Final = 30
"""How long before they expire errors are told, or half of the time that they are kept."""

# The longest that a stack may be set to, in days: times stay within what Python reckons with.
MAX_LATENESS_DAYS: Final = 36_500
MAX_DEDUPE_DAYS: Final = MAX_LATENESS_DAYS + 100

# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html
MIN_RETENTION_HOURS: Final = 24
MAX_RETENTION_HOURS: Final = 8760

CLAIMS_DEADLINE_S: Final = 45
"""When a batch with undecided claims is raised; the rest of the time-out is enough to answer."""

MAX_ANSWER_BYTES: Final = 6_000_000
"""A synchronous invocation answers at most 6 MB.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

STATEMENTS_PER_CALL: Final = 25
"""What BatchExecuteStatement takes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
"""

KEYS_PER_CALL: Final = 100
"""What BatchGetItem takes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""
