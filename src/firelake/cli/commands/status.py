"""The command `firelake status`: whether an embedded cloud runs, and how it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table
from rich.text import Text

from firelake.cli.context import state_folder
from firelake.cli.options import JsonOption
from firelake.cli.streams import write_json
from firelake.laptop.status import status_of
from firelake.local.clients import Clients
from firelake.local.processes import is_running
from firelake.operations.errors import CloudError
from firelake.operations.terminal import output, plain, print_lines, text_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from firelake.laptop.alarm_states import AlarmStatus
    from firelake.laptop.running import Running
    from firelake.laptop.status import Size, Status

_UNKNOWN: Final = "no data yet"


def status_command(
    *,
    as_json: JsonOption = False,
) -> None:
    """Tell how the embedded cloud is. Exits with 1 where none runs.

    What came in and what is behind is what CloudWatch has, which is told once a minute.
    """
    running = state_folder().read()
    if running is None or not running.is_ready:
        if as_json:
            write_json({"is_running": running is not None, "is_ready": False})
        else:
            print_lines("no embedded cloud runs" if running is None else "starting")
        raise typer.Exit(1)
    status = _ask(running)
    if as_json:
        write_json({"is_running": True, "is_ready": True, **msgspec.to_builtins(status)})
    else:
        _show(output(), status)


def _ask(running: Running) -> Status:
    clients = Clients(running.environment)
    is_delivering = running.delivery is not None and is_running(running.delivery)
    try:
        return status_of(running, clients, is_delivering=is_delivering, now_s=time.time())
    except (BotoCoreError, ClientError) as error:
        message = f"the embedded cloud does not answer: {error}"
        raise CloudError(message) from error
    finally:
        clients.close()


def _show(console: Console, status: Status) -> None:
    stream, delivery = status.stream, status.delivery
    since = f"{datetime.fromtimestamp(status.since_s, UTC):%Y-%m-%d %H:%M:%S} UTC"
    facts = Table(show_header=False, title=plain(f"Stack {status.stack}"))
    for name, value in (
        ("endpoint", status.endpoint),
        ("since", since),
        ("stream", stream.name),
        ("  records in", _count(stream.incoming_records)),
        ("  bytes in", _count(stream.incoming_bytes)),
        ("  reading behind", _measure(stream.millis_behind_latest, "ms")),
        ("delivery", f"{delivery.name}, {'runs' if delivery.is_running else 'has ended'}"),
        ("  records read", _count(delivery.read_records)),
        ("  records delivered", _count(delivery.delivered_records)),
        ("  records not converted", _count(delivery.not_converted_records)),
        ("  oldest undelivered", _measure(delivery.data_freshness_s, "s")),
        ("  writes that succeeded", _measure(_percent(delivery.success), "%")),
        ("  open partitions", _count(delivery.partitions)),
    ):
        facts.add_row(plain(name), plain(value))
    console.print(facts)
    console.print(_sizes("Objects by prefix", "prefix", status.prefixes))
    if status.errors:
        console.print(_sizes("Errors by type", "type", status.errors))
    console.print(alarms_table(status.alarms))


def alarms_table(alarms: Sequence[AlarmStatus]) -> Table:
    """Give a row a state, with the names of the alarms that are on."""
    rows: list[tuple[str | Text, ...]] = []
    for state in ("ALARM", "OK", "INSUFFICIENT_DATA"):
        names = [alarm.name for alarm in alarms if alarm.state == state]
        which = [plain(name, "bold red") for name in names if state == "ALARM"]
        rows.append((state, str(len(names)), Text("\n").join(which)))
    return text_table("Alarms", ("state", "alarms", "which"), (), rows)


def _sizes(title: str, what: str, sizes: tuple[Size, ...]) -> Table:
    rows = [(size.name, size.objects, size.bytes) for size in sizes]
    return text_table(title, (what,), ("objects", "bytes"), rows)


def _count(number: int | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _measure(number: float | None, unit: str) -> str:
    return _UNKNOWN if number is None else f"{number:,.0f} {unit}"


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
