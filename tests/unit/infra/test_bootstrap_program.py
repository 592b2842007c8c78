"""Tests of the bootstrap program as a whole: what it registers, and how."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firelake.infra.bootstrap.names import BOOTSTRAP_PROJECT, LAKE_PROJECT
from firelake.infra.bootstrap.program import program
from firelake.infra.errors import ConfigError
from tests.helpers.pulumi_recorder import run

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

ROOT = Path(__file__).parents[3]
SUBJECT = "repo:octo-org/octo-repo"
STATE = [
    ("aws:iam/policy:Policy", "boundary-dev"),
    ("aws:iam/policy:Policy", "boundary-dev-moves"),
    ("aws:iam/policy:Policy", "boundary-prod"),
    ("aws:iam/policy:Policy", "boundary-prod-moves"),
    ("aws:kms/alias:Alias", "state-alias"),
    ("aws:kms/key:Key", "state-key"),
    ("aws:s3/bucket:Bucket", "state-bucket"),
    ("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "state-lifecycle"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "state-ownership"),
    ("aws:s3/bucketPolicy:BucketPolicy", "state-policy"),
    ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "state-public-access"),
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "state-encryption",
    ),
    ("aws:s3/bucketVersioning:BucketVersioning", "state-versioning"),
    ("firelake:bootstrap:Boundaries", "boundary"),
    ("firelake:bootstrap:State", "state"),
]
PURPOSES = ("deploy-dev", "deploy-prod", "drift", "preview")
BUNDLES = ("catalog", "compute", "storage", "watch")
POLICIES = {
    "deploy-dev": BUNDLES,
    "deploy-prod": BUNDLES,
    "drift": ("dev", "prod"),
    "preview": ("lookups",),
}
ROLES = [
    ("firelake:bootstrap:Github", "github"),
    *(("aws:iam/role:Role", f"github-{purpose}") for purpose in PURPOSES),
    *(("aws:iam/rolePolicy:RolePolicy", f"github-{purpose}-state") for purpose in PURPOSES),
    *(
        (type_name, f"github-{purpose}-{policy}-{suffix}")
        for purpose, policies in POLICIES.items()
        for policy in policies
        for type_name, suffix in (
            ("aws:iam/policy:Policy", "policy"),
            ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attachment"),
        )
    ),
]
PROVIDER = ("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "github-provider")


def bootstrap(config: dict[str, object] | None = None) -> Recording:
    return run(program, config, project=BOOTSTRAP_PROJECT, stack="account")


@pytest.fixture(scope="module")
def recorded() -> Recording:
    return bootstrap({"githubSubject": SUBJECT})


def test_without_a_repository_it_makes_the_state_and_the_boundaries_alone() -> None:
    recording = bootstrap()
    assert recording.names == sorted(STATE)
    assert recording.outputs == {
        "stateUrl": "s3://firelake-pulumi-state-111122223333-us-east-1?region=us-east-1",
        "secretsProvider": "awskms://alias/firelake-pulumi-secrets?region=us-east-1",
    }


def test_with_a_repository_it_makes_provider_and_roles(recorded: Recording) -> None:
    assert recorded.names == sorted([*STATE, *ROLES, PROVIDER])
    assert recorded.outputs == {
        "stateUrl": "s3://firelake-pulumi-state-111122223333-us-east-1?region=us-east-1",
        "secretsProvider": "awskms://alias/firelake-pulumi-secrets?region=us-east-1",
        "previewRoleArn": "arn:aws:iam::111122223333:role/firelake-github-preview",
        "driftRoleArn": "arn:aws:iam::111122223333:role/firelake-github-drift",
        "deployRoleArns": {
            "dev": "arn:aws:iam::111122223333:role/firelake-github-deploy-dev",
            "prod": "arn:aws:iam::111122223333:role/firelake-github-deploy-prod",
        },
    }


def test_a_provider_that_exists_is_not_made_again_and_trusted_all_the_same() -> None:
    recording = bootstrap({"githubSubject": SUBJECT, "oidcProviderExists": True})
    assert recording.names == sorted([*STATE, *ROLES])
    trust = json.loads(recording.only("Role", "github-preview").inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    }


def test_the_provider_is_githubs_for_tokens_to_aws(recorded: Recording) -> None:
    assert recorded.only("OpenIdConnectProvider").inputs == {
        "url": "https://token.actions.githubusercontent.com",
        "clientIdLists": ["sts.amazonaws.com"],
        "tags": {},
    }


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("github-preview", "repo:octo-org/octo-repo:pull_request"),
        ("github-drift", "repo:octo-org/octo-repo:ref:refs/heads/main"),
        ("github-deploy-dev", "repo:octo-org/octo-repo:environment:dev"),
        ("github-deploy-prod", "repo:octo-org/octo-repo:environment:prod"),
    ],
)
def test_each_role_trusts_its_own_subject(recorded: Recording, name: str, subject: str) -> None:
    role = recorded.only("Role", name)
    trust = json.loads(role.inputs["assumeRolePolicy"])
    assert [statement["Condition"] for statement in trust["Statement"]] == [
        {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": subject,
            }
        }
    ]
    assert "managedPolicyArns" not in role.inputs


def test_a_role_gets_its_own_policies_and_no_others(recorded: Recording) -> None:
    attached = sorted(
        (each.inputs["role"], each.inputs["policyArn"])
        for each in recorded.all("RolePolicyAttachment")
    )
    assert attached == [
        (
            f"firelake-github-{purpose}",
            f"arn:aws:iam::111122223333:policy/firelake-github-{purpose}-{policy}",
        )
        for purpose, policies in POLICIES.items()
        for policy in policies
    ]


def test_accesses_of_the_state_bucket_change_one_after_the_other(recorded: Recording) -> None:
    assert "state-public-access" in recorded.only("BucketOwnershipControls").depends_on
    waited_for = recorded.only("BucketPolicy").depends_on
    assert {"state-public-access", "state-ownership"} < set(waited_for)


def test_the_state_bucket_is_private_encrypted_and_versioned(recorded: Recording) -> None:
    bucket = "firelake-pulumi-state-111122223333-us-east-1"
    key_arn = recorded.deployment.component_outputs[
        next(urn for urn in recorded.deployment.component_outputs if urn.endswith("::state"))
    ]["keyArn"]
    assert recorded.only("Bucket").inputs == {"bucket": bucket, "forceDestroy": False, "tags": {}}
    assert recorded.only("BucketPublicAccessBlock").inputs == {
        "bucket": bucket,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert recorded.only("BucketOwnershipControls").inputs == {
        "bucket": bucket,
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    }
    assert recorded.only("BucketServerSideEncryptionConfiguration").inputs == {
        "bucket": bucket,
        "rules": [
            {
                "applyServerSideEncryptionByDefault": {
                    "sseAlgorithm": "aws:kms",
                    "kmsMasterKeyId": key_arn,
                },
                "bucketKeyEnabled": True,
            }
        ],
    }
    assert recorded.only("BucketVersioning").inputs == {
        "bucket": bucket,
        "versioningConfiguration": {"status": "Enabled"},
    }


@pytest.mark.parametrize("is_protected", [True, False])
def test_bucket_and_key_are_protected_until_it_is_configured_otherwise(
    is_protected: bool,
) -> None:
    recording = bootstrap({"isProtected": is_protected})
    protected = {each.name for each in recording.resources if each.protect}
    assert protected == ({"state-bucket", "state-key"} if is_protected else set())
    assert recording.only("Bucket").inputs["forceDestroy"] is not is_protected


def test_a_misspelled_key_stops_it_before_anything_is_made() -> None:
    with pytest.raises(ConfigError, match="no such key; the nearest is githubSubject"):
        bootstrap({"githubSubjects": SUBJECT})


@pytest.mark.parametrize(
    ("folder", "project"),
    [("infra/bootstrap", BOOTSTRAP_PROJECT), (".", LAKE_PROJECT)],
)
def test_the_project_files_have_the_names_that_the_code_has(folder: str, project: str) -> None:
    text = (ROOT / folder / "Pulumi.yaml").read_text()
    assert re.findall(r"^name: (.+)$", text, re.MULTILINE) == [project]
