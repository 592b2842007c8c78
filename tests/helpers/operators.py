"""Somebody who has the operator's policy of an embedded cloud, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.clients import Clients

if TYPE_CHECKING:
    from firelake.local.cloud import Cloud


def keys_of_operator(cloud: Cloud, name: str) -> dict[str, str]:
    """The credentials of a new user, as environment variables.

    Args:
        cloud: The cloud.
        name: The user's, unlike any other of this cloud.
    """
    environment = dict(cloud.environment())
    # The local Athena knows the keys that are given out by way of it.
    if "AWS_ENDPOINT_URL_IAM" in environment:
        environment["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL_IAM"]
    call = Clients(environment).call
    user = {"UserName": name}
    call("iam", "CreateUser", user)
    call("iam", "AttachUserPolicy", {**user, "PolicyArn": str(cloud.outputs["operatorPolicyArn"])})
    key = call("iam", "CreateAccessKey", user)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
