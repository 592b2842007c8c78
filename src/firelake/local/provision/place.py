"""Where resources are made: an account in a Region, its clients, and what MiniStack has not."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from firelake.formats.service_models.requests import api_requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from athena_on_duckdb.clients import Clients
    from firelake.local.provider import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStream:
    """A delivery stream, of which MiniStack tells and which `firehose_emulator` runs.

    `inputs` are the resolved inputs by their wire names, `created_at_ms` is Unix time.
    """

    name: str
    arn: str
    inputs: Mapping[str, object]
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was registered and is not on MiniStack, or does nothing there, by its id.

    `others` has whole resources: their inputs by type and id.
    """

    delivery_streams: dict[str, DeliveryStream] = field(default_factory=dict[str, "DeliveryStream"])
    others: dict[tuple[str, str], Mapping[str, object]] = field(
        default_factory=dict[tuple[str, str], "Mapping[str, object]"]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, type_: str, id_: str, inputs: Mapping[str, object]) -> None:
        """Keep a resource."""
        with self._lock:
            self.others[type_, id_] = inputs

    def keep_delivery_stream(self, stream: DeliveryStream) -> None:
        """Keep a delivery stream."""
        with self._lock:
            self.delivery_streams[stream.name] = stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account in a Region, with the clients of its root user.

    `now_ms` is the clock, Unix time in milliseconds.
    """

    account_id: str
    region: str
    clients: Clients
    now_ms: Callable[[], int]
    kept: Kept = field(default_factory=Kept)

    def arn(self, service: str, resource: str) -> str:
        """Give the ARN of a resource of this account and Region."""
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"

    def send(
        self,
        registration: Registration,
        *,
        leave_out: frozenset[str] = frozenset(),
        changes: Mapping[str, Mapping[str, object]] | None = None,
    ) -> dict[str, dict[str, Any]]:
        """Make the calls that the AWS provider makes for a resource.

        Args:
            registration: The resource.
            leave_out: Operations that are not called; the caller says why.
            changes: By operation, parameters that differ from what the inputs say.

        Returns:
            The answers by operation.

        Raises:
            InputError: A parameter is not as AWS's service model says.
            botocore.exceptions.ClientError: MiniStack refused.
        """
        answers: dict[str, dict[str, Any]] = {}
        for request in api_requests(registration.type, registration.inputs):
            if request.operation not in leave_out:
                changed = (changes or {}).get(request.operation, {})
                answers[request.operation] = self.clients.call(
                    request.service, request.operation, {**request.parameters, **changed}
                )
        return answers


def text(inputs: Mapping[str, object], name: str) -> str:
    """Give an input that is a text.

    Raises:
        KeyError: It was not given: the id and the outputs are made of it.
    """
    return cast("str", inputs[name])
