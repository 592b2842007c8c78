"""Workgroups: kept by the cloud behind, told as Athena tells them, and obeyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.api.errors import InvalidRequestError
from athena_on_duckdb.api.executions import ENGINE_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PRIMARY: Final = "primary"
# What the cloud behind takes and forgets.
_FORGOTTEN_UPDATES: Final = frozenset(
    {
        "AdditionalConfiguration",
        "CustomerContentEncryptionConfiguration",
        "EnableMinimumEncryptionConfiguration",
        "EngineConfiguration",
        "ExecutionRole",
        "ManagedQueryResultsConfigurationUpdates",
        "MonitoringConfiguration",
        "QueryResultsS3AccessGrantsConfiguration",
        "RemoveBytesScannedCutoffPerQuery",
        "RemoveCustomerContentEncryptionConfiguration",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workgroup:
    """What a workgroup says of its queries.

    Attributes:
        name: Its name.
        is_enabled: Whether it takes queries.
        is_enforced: Whether what a request says of results counts for nothing.
        is_managed: Whether Athena keeps the results itself.
        location: Where results go.
        encryption: How they are encrypted.
        cutoff_bytes: How many bytes a query may read; None for any number.
    """

    name: str
    is_enabled: bool
    is_enforced: bool
    is_managed: bool
    location: str | None
    encryption: Mapping[str, str]
    cutoff_bytes: int | None


def complete(answer: Mapping[str, Any]) -> dict[str, object]:
    """Give an answer to GetWorkGroup with all that Athena's has.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
    """
    group = dict(cast("Mapping[str, Any]", answer["WorkGroup"]))
    group.pop("WorkGroupConfiguration", None)
    configuration = dict(cast("Mapping[str, Any]", group.get("Configuration", {})))
    configuration.setdefault("EnforceWorkGroupConfiguration", group["Name"] != PRIMARY)
    configuration.setdefault("PublishCloudWatchMetricsEnabled", False)
    configuration.setdefault("RequesterPaysEnabled", False)
    engine = {"EffectiveEngineVersion": ENGINE_VERSION}
    configuration["EngineVersion"] = {**engine, **configuration.get("EngineVersion", {})}
    return {"WorkGroup": {**group, "Configuration": configuration}}


def read_workgroup(call: Callable[[str, Mapping[str, object]], Any], name: str) -> Workgroup:
    """Give a workgroup.

    Args:
        call: Makes a call of Athena's.
        name: Its name.

    Raises:
        RefusedError: There is none of this name.
    """
    group = cast("dict[str, Any]", complete(call("GetWorkGroup", {"WorkGroup": name}))["WorkGroup"])
    configuration = group["Configuration"]
    results = configuration.get("ResultConfiguration", {})
    return Workgroup(
        name=name,
        is_enabled=group.get("State", "ENABLED") == "ENABLED",
        is_enforced=configuration["EnforceWorkGroupConfiguration"],
        is_managed=configuration.get("ManagedQueryResultsConfiguration", {}).get("Enabled", False),
        location=results.get("OutputLocation"),
        encryption=results.get("EncryptionConfiguration", {}),
        cutoff_bytes=configuration.get("BytesScannedCutoffPerQuery"),
    )


def refuse_forgotten(parameters: Mapping[str, object]) -> None:
    """Refuse an update of which the cloud behind would keep less than it was told.

    Raises:
        InvalidRequestError: It would.
    """
    updates = cast("Mapping[str, object]", parameters.get("ConfigurationUpdates", {}))
    forgotten = sorted(_FORGOTTEN_UPDATES & set(updates))
    if forgotten:
        message = (
            f"The local Athena cannot update {', '.join(forgotten)} of a workgroup: "
            "delete it and create it anew"
        )
        raise InvalidRequestError(message)
