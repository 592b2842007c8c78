"""A program that runs again changes what it would make otherwise, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from pulumi import FileArchive

from firelake.formats.emulation import UnsupportedFeatureError
from firelake.local.provider import Created, Registration
from firelake.local.provision.place import Place
from firelake.local.provision.updating import UpdatingProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.clients import Clients

STREAM: Final = Registration(
    urn="urn:stream",
    type="aws:kinesis/stream:Stream",
    name="stream",
    is_custom=True,
    parent="",
    inputs={"name": "shop-dev-events", "retentionPeriod": 72},
    secret_inputs=frozenset(),
    dependencies=frozenset(),
    input_dependencies={},
    is_protected=False,
    is_retained_on_delete=False,
    is_deleted_before_replace=False,
    ignored_changes=(),
    replacing_changes=(),
    provider="",
    source="lake.py:1",
)
VIEW: Final = replace(
    STREAM,
    urn="urn:view",
    type="aws:glue/catalogTable:CatalogTable",
    name="view",
    inputs={"databaseName": "shop_dev", "name": "event_a", "viewOriginalText": "SELECT 1"},
)


@dataclass(slots=True)
class Calls:
    """Clients that keep what they are asked."""

    made: list[tuple[str, str, Mapping[str, object]]] = field(
        default_factory=list["tuple[str, str, Mapping[str, object]]"]
    )

    answers: dict[str, object] = field(default_factory=dict[str, object])

    def call(self, service: str, operation: str, parameters: Mapping[str, object]) -> object:
        self.made.append((service, operation, parameters))
        return self.answers.get(operation, {})


@dataclass(slots=True)
class Maker:
    """Makes whatever it is asked for."""

    made: list[str] = field(default_factory=list[str])

    def create(self, registration: Registration) -> Created:
        self.made.append(registration.name)
        return Created(f"id-{registration.name}", {"arn": "arn"})

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        return {"token": token, **arguments}


@dataclass(slots=True)
class World:
    """An account, and runs of a program in it."""

    calls: Calls = field(default_factory=Calls)
    maker: Maker = field(default_factory=Maker)
    made: dict[str, Any] = field(default_factory=dict[str, Any])

    def run(self, *registrations: Registration) -> tuple[list[str], list[Created]]:
        clients = cast("Clients", self.calls)
        place = Place(account_id="1", region="r", clients=clients, now_ms=lambda: 0)
        provider = UpdatingProvider(self.maker, place, self.made)
        try:
            created = [provider.create(each) for each in registrations]
            provider.delete_rest()
        finally:
            self.made = provider.made
        return provider.changed, created


def test_what_is_new_is_made_and_what_is_as_it_was_is_left_alone() -> None:
    world = World()
    changed, first = world.run(STREAM)
    assert changed == ["made aws:kinesis/stream:Stream stream"]
    changed, again = world.run(STREAM, VIEW)
    assert changed == ["made aws:glue/catalogTable:CatalogTable view"]
    assert again[0] == first[0]
    assert world.maker.made == ["stream", "view"]
    assert world.run(STREAM, VIEW)[0] == []
    assert world.calls.made == []


def test_a_view_that_reads_otherwise_is_put_anew() -> None:
    world = World()
    world.run(VIEW)
    inputs = {**VIEW.inputs, "viewOriginalText": "SELECT 2"}
    changed, _ = world.run(replace(VIEW, inputs=inputs))
    assert changed == ["changed aws:glue/catalogTable:CatalogTable view"]
    ((service, operation, parameters),) = world.calls.made
    assert (service, operation) == ("glue", "UpdateTable")
    assert parameters == {
        "DatabaseName": "shop_dev",
        "TableInput": {"Name": "event_a", "ViewOriginalText": "SELECT 2"},
    }
    # From then on that is how it is.
    assert world.run(replace(VIEW, inputs=inputs))[0] == []


def test_what_a_lake_that_runs_cannot_change_is_refused_by_its_inputs() -> None:
    world = World()
    world.run(STREAM, VIEW)
    other = replace(STREAM, inputs={"name": "shop-dev-events", "retentionPeriod": 48})
    with pytest.raises(
        UnsupportedFeatureError, match=r"'stream' .* would change \(retentionPeriod"
    ):
        world.run(other)
    # It is as it was, and so is what was not reached.
    assert world.run(STREAM, VIEW)[0] == []


def test_a_view_that_is_no_longer_made_is_deleted_and_data_is_not() -> None:
    world = World()
    world.run(STREAM, VIEW)
    changed, _ = world.run()
    assert changed == ["deleted aws:glue/catalogTable:CatalogTable view"]
    assert world.calls.made == [
        ("glue", "DeleteTable", {"DatabaseName": "shop_dev", "Name": "event_a"})
    ]


def test_what_stayed_is_there_for_a_later_run_that_makes_it() -> None:
    world = World()
    _, first = world.run(STREAM, VIEW)
    world.run(VIEW)
    changed, again = world.run(STREAM, VIEW)
    assert (changed, again[0]) == ([], first[0])
    assert world.maker.made == ["stream", "view"]


def test_a_policy_that_allows_more_gets_another_version() -> None:
    def policy(action: str) -> Registration:
        statement = {"Effect": "Allow", "Action": [action], "Resource": ["*"]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        inputs = {"name": "reader", "policy": document}
        return replace(
            STREAM, urn="urn:policy", type="aws:iam/policy:Policy", name="p", inputs=inputs
        )

    world = World()
    world.calls.answers["GetPolicy"] = {"Policy": {"DefaultVersionId": "v1"}}
    world.run(policy("s3:GetObject"))
    changed, _ = world.run(policy("s3:ListBucket"))
    assert changed == ["changed aws:iam/policy:Policy p"]
    _, (service, operation, put), (_, last, deleted) = world.calls.made
    assert (service, operation) == ("iam", "CreatePolicyVersion")
    assert (put["PolicyArn"], put["SetAsDefault"]) == ("id-p", True)
    assert json.loads(str(put["PolicyDocument"]))["Statement"][0]["Action"] == ["s3:ListBucket"]
    assert (last, deleted) == ("DeletePolicyVersion", {"PolicyArn": "id-p", "VersionId": "v1"})


def test_a_zip_is_another_one_by_its_path() -> None:
    world = World()
    function = replace(
        STREAM, type="aws:lambda/function:Function", inputs={"code": FileArchive("a")}
    )
    world.run(function)
    assert world.run(replace(function, inputs={"code": FileArchive("a")}))[0] == []


def test_functions_are_answered_by_the_inner_provider() -> None:
    place = Place(account_id="1", region="r", clients=cast("Clients", Calls()), now_ms=lambda: 0)
    assert UpdatingProvider(Maker(), place, {}).invoke("t", {"a": 1}) == {"token": "t", "a": 1}
