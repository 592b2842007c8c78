"""What was asked for on the command line, made into a situation to plan."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import EVENTS_FILE
from firelake.formats.bodies import text_pieces
from firelake.formats.documents import documents
from firelake.formats.errors import RestUnreadError
from firelake.infra.config import LakeConfig
from firelake.infra.errors import ConfigError
from firelake.infra.partitions import partition_types
from firelake.operations.contract_source import read_contract
from firelake.operations.errors import InputError
from firelake.operations.project_folder import project_folder
from firelake.operations.stack_settings import stack_settings, stacks_of
from firelake.plan.prices import PRICES_FILE, load_prices
from firelake.plan.situation import Situation
from firelake.plan.workload import Profile, Workload, zipf_shares

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.plan.measure import Measurement

_PREFIX: Final = "firelake:"
_REGION: Final = "aws:region"
_DEFAULT_REGION: Final = "us-east-1"
_EVENTS_PER_HOUR: Final = 1_000_000.0
_READ_BYTES: Final = 262_144
_MOST_RECORDS: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The options of `firelake plan` that say what to plan; None where nothing was said."""

    events_per_hour: float | None = None
    event_bytes: float = 700.0
    event_types: int | None = None
    contract: Path = EVENTS_FILE
    skew: float = 1.0
    peak: float = 2.0
    duplicates: float = 0.01
    late: float = 0.01
    profile: Profile = Profile.SERVER
    has_random_keys: bool = False
    is_packed: bool = False
    producers: int = 1
    from_file: Path | None = None
    from_stream: str | None = None
    sample_s: float = 600.0
    stack: str | None = None
    assignments: tuple[str, ...] = ()
    region: str | None = None
    prices: Path | None = None
    months: float = 12.0


def situation_of(request: Request) -> Situation:
    """Returns the situation that a request asks about; with a stream, asks Kinesis.

    Raises:
        InputError: An option, a file or a setting cannot be used.
        StreamError: Kinesis refuses.
    """
    folder = project_folder(Path.cwd())
    stack = _planned_stack(folder) if request.stack is None else request.stack
    settings = stack_settings(stack, request.assignments, folder=folder)
    values = {
        key.removeprefix(_PREFIX): value
        for key, value in settings.items()
        if key.startswith(_PREFIX)
    }
    try:
        config = LakeConfig.parse(values)
    except ConfigError as error:
        message = f"the settings of {stack!r} cannot be used: {error}"
        raise InputError(message) from error
    return Situation(
        workload=_workload(request, config),
        config=config,
        region=request.region or str(settings.get(_REGION, _DEFAULT_REGION)),
        prices=load_prices(request.prices or PRICES_FILE),
        kept_months=request.months,
    )


def _planned_stack(folder: Path) -> str:
    """The stack that is meant where none is named: a new project has no prod yet."""
    stacks = stacks_of(folder)
    return "dev" if "dev" in stacks and "prod" not in stacks else "prod"


def _workload(request: Request, config: LakeConfig) -> Workload:
    if request.from_file is not None and request.from_stream is not None:
        message = "measure either a file or a stream, not both"
        raise InputError(message)
    contract = read_contract(request.contract)
    types = partition_types(contract) if request.event_types is None else request.event_types
    volume = request.events_per_hour
    workload = Workload(
        events_per_hour=_EVENTS_PER_HOUR if volume is None else volume,
        event_bytes=request.event_bytes,
        type_shares=zipf_shares(types, request.skew),
        peak_ratio=request.peak,
        duplicates=request.duplicates,
        late=request.late,
        delayed=max(request.late, request.profile.delayed),
        lag_s=request.profile.lag_s,
        is_keyed_by_id=not request.has_random_keys,
    )
    if request.from_file is not None or request.from_stream is not None:
        measured = _measure(request, contract, config)
        workload = measured.workload(workload, events_per_hour=request.events_per_hour)
    return workload.packed_by(request.producers) if request.is_packed else workload


def _measure(request: Request, contract: EventContract, config: LakeConfig) -> Measurement:
    # Only what measures needs the function's code, and only a stream boto3.
    from firelake.plan.measure import Measurement  # noqa: PLC0415

    measurement = Measurement(contract, config.granularity)
    now_ms = time.time_ns() // 1_000_000
    if request.from_file is not None:
        _add_file(measurement, request.from_file, now_ms)
    else:
        from firelake.aws.clients import AwsClients  # noqa: PLC0415
        from firelake.operations.stream_records import StreamRecords  # noqa: PLC0415

        stream = StreamRecords(AwsClients().kinesis(), str(request.from_stream), time.sleep)
        now = datetime.now(UTC)
        since = now - timedelta(seconds=request.sample_s)
        for record in islice(stream.read_evenly(since, now), _MOST_RECORDS):
            arrival_ms = round(record.arrived.timestamp() * 1000)
            measurement.add(record.data, arrival_ms, now_ms, record.partition_key)
    return measurement


def _add_file(measurement: Measurement, path: Path, now_ms: int) -> None:
    try:
        with path.open("rb") as file:
            pieces = text_pieces(iter(lambda: file.read(_READ_BYTES), b""))
            for document in documents(pieces, takes_arrays_apart=True):
                measurement.add(document.data + b"\n", None, now_ms)
    except OSError as error:
        message = f"{str(path)!r} cannot be read: {error.strerror}"
        raise InputError(message) from error
    except RestUnreadError as error:
        message = f"{str(path)!r}, line {error.line:,} (byte {error.offset:,}): {error}"
        raise InputError(message) from error
