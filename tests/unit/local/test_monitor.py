"""What the monitor refuses: mistakes that Pulumi's own mocks let pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest

from firelake.formats.emulation import (
    DuplicateResourceError,
    InputError,
    UnknownOutputError,
    UnsupportedFeatureError,
)
from firelake.local.runner import Deployment, Stack, run_program
from tests.helpers.plain_provider import PlainProvider

if TYPE_CHECKING:
    from collections.abc import Callable

STACK = Stack(project="firelake", name="dev")


def run(program: Callable[[], None], provider: PlainProvider | None = None) -> Deployment:
    return run_program(program, provider or PlainProvider(), STACK, parallel=1)


# --- duplicates ---------------------------------------------------------------------------------


def test_one_name_twice_is_refused_with_both_places() -> None:
    def program() -> None:
        aws.sns.Topic("topic", name="one")
        aws.sns.Topic("topic", name="two")

    line = program.__code__.co_firstlineno
    with pytest.raises(
        DuplicateResourceError,
        match=rf"'topic' \(.*:{line + 2}\) was registered before, at .*:{line + 1}: ",
    ):
        run(program)


def test_one_name_for_two_types_or_under_two_parents_is_none_twice() -> None:
    class Part(pulumi.ComponentResource):
        def __init__(self, name: str) -> None:
            super().__init__("firelake:test:Part", name)
            aws.sns.Topic("same", name=name, opts=pulumi.ResourceOptions(parent=self))

    def program() -> None:
        aws.sns.Topic("same", name="one")
        aws.kms.Alias("same", name="alias/one", target_key_id="key")
        Part("part")

    assert sorted(each.type for each in run(program).registrations) == [
        "aws:kms/alias:Alias",
        "aws:sns/topic:Topic",
        "aws:sns/topic:Topic",
        "firelake:test:Part",
    ]


# --- outputs that the provider does not give ----------------------------------------------------


def test_an_input_from_an_output_that_was_not_given_names_both_resources() -> None:
    def program() -> None:
        key = aws.kms.Key("key")
        aws.kms.Alias("alias", name="alias/one", target_key_id=key.key_id)

    with pytest.raises(
        UnknownOutputError,
        match=r"aws:kms/alias:Alias 'alias' \(.*\): input 'targetKeyId' uses an output that "
        r"the provider of aws:kms/key:Key 'key' does not give",
    ):
        run(program)


def test_a_nested_input_from_an_output_that_was_not_given_has_its_path() -> None:
    def program() -> None:
        key = aws.kms.Key("key")
        aws.glue.Crawler(
            "crawler",
            database_name="lake",
            role="crawler",
            catalog_targets=[{"database_name": "lake", "tables": [key.key_id]}],
        )

    with pytest.raises(
        UnknownOutputError, match=re.escape("input 'catalogTargets[0].tables[0]' uses")
    ):
        run(program)


def test_what_is_made_of_an_output_that_was_not_given_is_refused_too() -> None:
    def program() -> None:
        arn = aws.kms.Key("key").arn
        aws.sns.Topic("topic", name="one", display_name=arn.apply(lambda text: text.upper()))

    with pytest.raises(UnknownOutputError, match="input 'displayName'"):
        run(program)


def test_a_stack_output_that_was_not_given_is_refused() -> None:
    with pytest.raises(UnknownOutputError, match="output 'arn' of the stack"):
        run(lambda: pulumi.export("arn", aws.kms.Key("key").arn))


def test_a_component_output_that_was_not_given_is_refused() -> None:
    class Part(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("firelake:test:Part", "part")
            key = aws.kms.Key("key", opts=pulumi.ResourceOptions(parent=self))
            self.register_outputs({"arn": key.arn})

    with pytest.raises(UnknownOutputError, match="output 'arn' of the component 'part'"):
        run(lambda: Part() and None)


def test_given_outputs_and_inputs_can_be_used() -> None:
    def program() -> None:
        key = aws.kms.Key("key", description="all data")
        pulumi.export("arn", key.arn)
        pulumi.export("description", key.description)
        pulumi.export("id", key.id)

    provider = PlainProvider(outputs={"key": {"arn": "arn:of:key"}})
    assert run(program, provider).outputs == {
        "arn": "arn:of:key",
        "description": "all data",
        "id": "key",
    }


def test_an_output_of_the_provider_wins_over_the_input_of_the_same_name() -> None:
    def program() -> None:
        pulumi.export("name", aws.sns.Topic("topic", name="one").name)

    provider = PlainProvider(outputs={"topic": {"name": "one.fifo"}})
    assert run(program, provider).outputs == {"name": "one.fifo"}


# --- what is not offered ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "error"),
    [
        pytest.param(
            lambda: aws.s3.Bucket.get("bucket", "lake"),
            "needs Pulumi's ReadResource",
            id="a resource that is read",
        ),
        pytest.param(
            lambda: pulumi.StackReference("other"),
            "needs Pulumi's ReadResource",
            id="another stack",
        ),
        pytest.param(
            lambda: aws.sns.Topic("topic", opts=pulumi.ResourceOptions(import_="arn")),
            "'topic' .* is imported",
            id="an imported resource",
        ),
    ],
)
def test_what_the_run_does_not_offer_is_refused(program: Callable[[], Any], error: str) -> None:
    with pytest.raises(UnsupportedFeatureError, match=error):
        run(program)


def test_a_transform_is_refused_and_not_passed_over() -> None:
    options = pulumi.ResourceOptions(transforms=[lambda _arguments: None])
    with pytest.raises(Exception, match="does not support transforms"):
        run(lambda: aws.sns.Topic("topic", name="one", opts=options) and None)


# --- inputs that pulumi-aws's annotations refuse ------------------------------------------------


def test_every_wrong_input_of_a_resource_is_named_in_one_error() -> None:
    wrong: Any = {"statuss": "Enabled"}
    number: Any = 3

    def program() -> None:
        aws.s3.BucketVersioning("versions", bucket=number, versioning_configuration=wrong)

    provider = PlainProvider()
    with pytest.raises(InputError) as caught:
        run(program, provider)
    assert str(caught.value).partition("): ")[2].split("; ") == [
        "bucket must be a string, not 3",
        "versioningConfiguration.statuss is not a property of "
        + aws.s3.BucketVersioningVersioningConfigurationArgs.__name__,
        "versioningConfiguration.status is missing",
    ]
    assert provider.created == []


def test_an_explicit_provider_is_registered_like_any_resource() -> None:
    def program() -> None:
        aws.Provider("elsewhere", region="eu-west-1")

    (provider,) = run(program).registrations
    assert (provider.type, provider.inputs["region"]) == ("pulumi:providers:aws", "eu-west-1")
