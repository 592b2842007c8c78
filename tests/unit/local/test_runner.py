"""Runs of small Pulumi programs: what they see, what comes out, and that runs keep apart."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pytest

from firelake.formats.emulation import ProvisionError
from firelake.local.runner import Deployment, Stack, run_program
from tests.helpers.plain_provider import PlainProvider

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from firelake.local.provider import Registration

STACK = Stack(project="firelake", name="dev")


def run(
    program: Callable[[], Awaitable[None] | None],
    provider: PlainProvider | None = None,
    stack: Stack = STACK,
) -> Deployment:
    return run_program(program, provider or PlainProvider(), stack, parallel=1)


def two_topics() -> None:
    first = aws.sns.Topic("first", name="one")
    aws.sns.Topic("second", name=first.name.apply(lambda name: f"{name}-two"))


# --- what the program sees ----------------------------------------------------------------------


def test_a_program_knows_its_stack() -> None:
    def program() -> None:
        pulumi.export("seen", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])

    assert run(program).outputs == {"seen": ["local", "firelake", "dev"]}


def test_a_program_reads_its_configuration() -> None:
    def program() -> None:
        own = pulumi.Config()
        pulumi.export("days", own.require_int("days"))
        pulumi.export("stream", own.require_object("stream"))
        pulumi.export("flag", own.require_bool("flag"))
        pulumi.export("region", pulumi.Config("aws").require("region"))

    stack = Stack(
        project="firelake",
        name="dev",
        config={
            "days": 7,
            "firelake:stream": {"mode": "on_demand"},
            "flag": True,
            "aws:region": "eu-west-1",
        },
    )
    assert run(program, stack=stack).outputs == {
        "days": 7,
        "stream": {"mode": "on_demand"},
        "flag": True,
        "region": "eu-west-1",
    }


def test_a_missing_configuration_value_is_pulumis_own_error() -> None:
    def program() -> None:
        pulumi.Config().require("startDate")

    with pytest.raises(pulumi.ConfigMissingError, match="firelake:startDate"):
        run(program)


def test_a_secret_stays_secret_on_its_way_through_a_resource_to_the_outputs() -> None:
    def program() -> None:
        topic = aws.sns.Topic("topic", name=pulumi.Config().require_secret("name"))
        pulumi.export("name", topic.name)
        pulumi.export("arn", topic.arn)

    provider = PlainProvider(outputs={"topic": {"arn": "arn:of:topic"}})
    deployment = run(
        program,
        provider,
        Stack(
            project="firelake",
            name="dev",
            config={"name": "hidden"},
            secret_keys=frozenset({"name"}),
        ),
    )
    (topic,) = provider.created
    assert topic.inputs == {"name": "hidden"}
    assert topic.secret_inputs == {"name"}
    assert deployment.outputs == {"name": "hidden", "arn": "arn:of:topic"}
    assert deployment.secret_outputs == {"name"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: aws.get_caller_identity().account_id,
        lambda: aws.get_caller_identity_output().account_id,
    ],
    ids=["at once", "as an output"],
)
def test_a_function_is_answered_by_the_provider(call: Callable[[], object]) -> None:
    token = "aws:index/getCallerIdentity:getCallerIdentity"
    provider = PlainProvider(answers={token: {"accountId": "111122223333"}})

    def program() -> None:
        pulumi.export("account", call())

    assert run(program, provider).outputs == {"account": "111122223333"}
    assert provider.calls == [(token, {})]


def test_an_async_program_is_awaited() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        aws.sns.Topic("topic", name="one")

    assert [each.name for each in run(program).registrations] == ["topic"]


def test_the_value_of_an_output_reaches_the_resource_that_uses_it() -> None:
    registrations = run(two_topics).registrations
    assert [(each.name, each.inputs) for each in registrations] == [
        ("first", {"name": "one"}),
        ("second", {"name": "one-two"}),
    ]
    assert registrations[1].dependencies == {registrations[0].urn}
    assert registrations[1].input_dependencies == {"name": {registrations[0].urn}}


def test_an_input_that_was_left_out_is_absent() -> None:
    def program() -> None:
        aws.sns.Topic("topic", name="one", display_name=None)

    assert run(program).registrations[0].inputs == {"name": "one"}


def test_whole_numbers_are_integers_and_nested_names_are_those_of_the_wire() -> None:
    def program() -> None:
        aws.s3.BucketLifecycleConfiguration(
            "rules",
            bucket="lake",
            rules=[
                {
                    "id": "raw",
                    "status": "Enabled",
                    "noncurrent_version_expiration": {"noncurrent_days": 30},
                }
            ],
        )

    assert run(program).registrations[0].inputs == {
        "bucket": "lake",
        "rules": [
            {
                "id": "raw",
                "status": "Enabled",
                "noncurrentVersionExpiration": {"noncurrentDays": 30},
            }
        ],
    }


def test_options_of_a_resource_are_told() -> None:
    def program() -> None:
        first = aws.sns.Topic("first", name="one")
        aws.sns.Topic(
            "second",
            name="two",
            opts=pulumi.ResourceOptions(
                protect=True,
                depends_on=[first],
                ignore_changes=["displayName"],
                replace_on_changes=["name"],
                retain_on_delete=True,
                delete_before_replace=True,
            ),
        )

    first, second = run(program).registrations
    assert (first.is_protected, first.is_retained_on_delete) == (False, False)
    assert second.dependencies == {first.urn}
    assert second.is_protected
    assert second.is_retained_on_delete
    assert second.is_deleted_before_replace
    assert second.ignored_changes == ("displayName",)
    assert second.replacing_changes == ("name",)


class Pair(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firelake:test:Pair", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.topic = aws.sns.Topic(f"{name}-topic", name="one", opts=child)
        self.register_outputs({"topicName": self.topic.name})


def test_a_component_has_its_children_and_its_outputs() -> None:
    def program() -> None:
        pair = Pair("pair")
        aws.sns.Topic("after", name="two", opts=pulumi.ResourceOptions(depends_on=[pair]))

    deployment = run(program)
    by_name = {each.name: each for each in deployment.registrations}
    pair = "urn:pulumi:dev::firelake::firelake:test:Pair::pair"
    child = "urn:pulumi:dev::firelake::firelake:test:Pair$aws:sns/topic:Topic::pair-topic"
    assert by_name["pair"].urn == pair
    assert not by_name["pair"].is_custom
    assert (by_name["pair-topic"].urn, by_name["pair-topic"].parent) == (child, pair)
    assert by_name["after"].dependencies == {child}
    assert deployment.component_outputs == {pair: {"topicName": "one"}}


def test_the_source_of_a_resource_is_the_line_that_made_it() -> None:
    def program() -> None:
        aws.sns.Topic("topic", name="one")

    line = program.__code__.co_firstlineno + 1
    assert run(program).registrations[0].source.endswith(f"test_runner.py:{line}")


# --- failures -----------------------------------------------------------------------------------


def test_an_error_of_the_program_comes_out_as_it_is() -> None:
    def program() -> None:
        message = "no such day"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no such day"):
        run(program)


def test_an_error_within_an_output_comes_out_though_nothing_uses_the_output() -> None:
    def fail(_name: str) -> None:
        message = "cannot be"
        raise LookupError(message)

    def program() -> None:
        aws.sns.Topic("topic", name="one").name.apply(fail)

    with pytest.raises(LookupError, match="cannot be"):
        run(program)


def test_an_error_of_the_provider_names_resource_and_line_and_stops_what_depends_on_it() -> None:
    def refuse(registration: Registration) -> None:
        if registration.name == "first":
            message = "the name is taken"
            raise RuntimeError(message)

    provider = PlainProvider(on_create=refuse)
    with pytest.raises(
        ProvisionError,
        match=r"aws:sns/topic:Topic 'first' \(.*test_runner\.py:\d+\): "
        r"RuntimeError: the name is taken",
    ) as caught:
        run(two_topics, provider)
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert provider.created == []


def test_an_error_of_a_function_names_the_function() -> None:
    def program() -> None:
        aws.get_caller_identity()

    with pytest.raises(ProvisionError, match=r"function aws:index/getCallerIdentity:.*KeyError"):
        run(program)


# --- runs keep apart ----------------------------------------------------------------------------


def export_own_name() -> None:
    topic = aws.sns.Topic("topic", name=pulumi.Config().require("name"))
    pulumi.export("own", pulumi.Output.concat(pulumi.get_stack(), "/", topic.name))


def stack_of(number: int) -> Stack:
    return Stack(project="firelake", name=f"dev{number}", config={"name": f"topic{number}"})


def outputs_of(number: int) -> Mapping[str, object]:
    return run(export_own_name, stack=stack_of(number)).outputs


def test_a_second_run_knows_nothing_of_the_first() -> None:
    assert outputs_of(1) == {"own": "dev1/topic1"}
    assert outputs_of(2) == {"own": "dev2/topic2"}


def test_a_run_after_a_failed_one_is_whole() -> None:
    with pytest.raises(ZeroDivisionError):
        run(lambda: pulumi.export("never", 1 // 0))
    assert outputs_of(1) == {"own": "dev1/topic1"}


def test_runs_side_by_side_keep_apart() -> None:
    outputs_of(0)  # Pulumi's lazy imports are not safe among threads
    with ThreadPoolExecutor(4) as executor:
        found = list(executor.map(outputs_of, range(1, 9)))
    assert found == [{"own": f"dev{number}/topic{number}"} for number in range(1, 9)]


def test_a_run_may_start_within_a_running_event_loop() -> None:
    async def caller() -> Mapping[str, object]:
        return outputs_of(1)

    assert asyncio.run(caller()) == {"own": "dev1/topic1"}


def test_a_run_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    outputs_of(1)
    assert set(threading.enumerate()) <= before


def test_resources_that_do_not_depend_on_each_other_are_made_at_once() -> None:
    together = threading.Barrier(3, timeout=10)

    def program() -> None:
        for number in range(3):
            aws.sns.Topic(f"topic{number}", name=f"topic{number}")

    def wait(_registration: Registration) -> None:
        together.wait()

    provider = PlainProvider(on_create=wait)
    run_program(program, provider, STACK, parallel=3)
    assert len(provider.threads) == 3


def test_pulumis_warnings_are_kept() -> None:
    assert run(lambda: pulumi.log.warn("mind the gap")).warnings == ("mind the gap",)
