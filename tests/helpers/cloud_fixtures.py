"""Fixtures around embedded clouds, each started once for a run of tests and shared."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import pytest
import yaml

from firelake.local.cloud import Cloud
from tests.helpers.contracts import LEARNING_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TODAY: Final = date(2026, 11, 22)
CREATED_AT_MS: Final = 1_795_305_600_000

_ROOT: Final = Path(__file__).parents[2]


def shipped_config(stack: str) -> dict[str, object]:
    """The settings of a stack that the project ships, without their prefix."""
    content: dict[str, dict[str, object]] = yaml.safe_load(
        (_ROOT / f"Pulumi.{stack}.yaml").read_text()
    )
    return {
        key.removeprefix("firelake:"): value
        for key, value in content["config"].items()
        if key.startswith("firelake:")
    }


CONFIGS: Final[Mapping[str, Mapping[str, object]]] = {
    "dev": shipped_config("dev"),
    "prod": shipped_config("prod"),
    # What the two leave out: provisioned capacity, mail, no crawler, tags, other accounts, grants,
    # history.
    "paid": {
        "startDate": "2026-11-01",
        "stream": {
            "mode": "provisioned",
            "shardCount": 2,
            "retentionHours": 24,
            "producerAccounts": ["444455556666"],
        },
        "claims": {
            "mode": "provisioned",
            "minWriteUnits": 5,
            "maxWriteUnits": 50,
            "minReadUnits": 5,
            "maxReadUnits": 50,
        },
        "transform": {"reservedConcurrency": 5},
        "catalog": {
            "hasCrawler": False,
            "hasHistory": True,
            "hasLakeFormation": True,
            "lakeFormationPrincipals": ["arn:aws:iam::111122223333:role/analyst"],
        },
        "watch": {"alarmEmail": "lake@example.com"},
        "tags": {"owner": "data"},
    },
}


class Clouds(Protocol):
    """Gives the cloud of a stack, started when it is first asked for; it does not deliver."""

    def __call__(self, stack: str) -> Cloud: ...


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clouds]:
    started: dict[str, Cloud] = {}
    with ExitStack() as running:

        def cloud_of(stack: str) -> Cloud:
            if stack not in started:
                started[stack] = running.enter_context(
                    Cloud.start(
                        CONFIGS[stack],
                        folder=tmp_path_factory.mktemp(stack),
                        contract_file=LEARNING_FILE,
                        stack=stack,
                        is_delivering=False,
                        today=lambda: TODAY,
                        now_ms=lambda: CREATED_AT_MS,
                    )
                )
            return started[stack]

        yield cloud_of
