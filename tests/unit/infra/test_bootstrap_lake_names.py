"""The bootstrap's roles fit what a lake is called, or it refuses by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from firelake.infra.bootstrap.program import program
from firelake.infra.errors import ConfigError
from tests.helpers.pulumi_recorder import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.pulumi_recorder import Recording

SUBJECT = "repo:octo-org/octo-repo"
ACCOUNT = "111122223333"


def bootstrap(folder: Path, **stacks: str) -> Recording:
    """What is made for lakes whose `Pulumi.<stack>.yaml` say this."""
    for stack, config in stacks.items():
        (folder / f"Pulumi.{stack}.yaml").write_text(f"config:\n{config}")
    config = {"githubSubject": SUBJECT, "lakeFolder": str(folder)}
    return run(program, {f"firelake-bootstrap:{key}": value for key, value in config.items()})


def policies(made: Recording) -> dict[str, str]:
    return {
        str(each.inputs["name"]): str(each.inputs["policy"])
        for each in made.all("aws:iam/policy:Policy")
    }


def refused(folder: Path, **stacks: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        bootstrap(folder, **stacks)
    return [f"{each.key}: {each.value}" for each in raised.value.problems]


def test_roles_and_boundaries_are_for_the_names_that_a_lake_is_given(tmp_path: Path) -> None:
    made = policies(
        bootstrap(
            tmp_path,
            dev="  firelake:startDate: 2026-11-01\n"
            "  firelake:iamPath: /data/\n"
            "  firelake:names: {prefix: acme-shop, bucket: acme-events, functionRole: acme-fn}\n",
        )
    )
    deploy = "".join(
        text for name, text in made.items() if name.startswith("firelake-github-deploy-dev")
    )
    for arn in (
        "arn:aws:s3:::acme-events",
        f"arn:aws:iam::{ACCOUNT}:role/data/acme-fn",
        f"arn:aws:iam::{ACCOUNT}:role/data/acme-shop-delivery",
        f"arn:aws:iam::{ACCOUNT}:policy/data/acme-shop-analyst",
        f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/acme-shop-events",
    ):
        assert f'"{arn}"' in deploy
    # The boundaries are the bootstrap's own, and have no path.
    assert f'"arn:aws:iam::{ACCOUNT}:policy/firelake-boundary-dev"' in deploy
    assert "firelake-dev-" not in deploy
    boundary = made["firelake-boundary-dev"]
    assert "arn:aws:s3:::acme-events/events/" in boundary
    assert "stream/acme-shop-events" in boundary
    assert "firelake-prod-" in "".join(
        text for name, text in made.items() if name.startswith("firelake-github-deploy-prod")
    )
    assert all(len(text) <= 6144 for text in made.values())


def test_a_folder_without_files_has_the_usual_names(tmp_path: Path) -> None:
    usual = run(program, {"firelake-bootstrap:githubSubject": SUBJECT})
    assert policies(bootstrap(tmp_path)) == policies(usual)


@pytest.mark.parametrize(
    ("stacks", "found"),
    [
        (
            {"dev": "  firelake:existing: {bucket: acme-data, bucketFolder: lake/}\n"},
            ["existing.bucket of dev: 'acme-data'", "existing.bucketFolder of dev: 'lake/'"],
        ),
        (
            {"dev": "  firelake:permissionsBoundary: platform/limit\n"},
            ["permissionsBoundary of dev: 'platform/limit'"],
        ),
        (
            {"dev": "  firelake:names: {operatorPolicy: firelake-boundary-prod}\n"},
            ["names.operatorPolicy: 'firelake-boundary-prod'"],
        ),
        (
            {"dev": "  firelake:names: {functionRole: firelake-github-deploy-prod}\n"},
            ["names.functionRole: 'firelake-github-deploy-prod'"],
        ),
        (
            {
                "dev": "  firelake:names: {topic: acme-alarms}\n",
                "prod": "  firelake:names: {topic: acme-alarms}\n",
            },
            ["names.topic: 'acme-alarms'"],
        ),
        (
            {"dev": "  firelake:names: {alarms: firelake}\n"},
            ["names.alarms: 'firelake-'"],
        ),
    ],
)
def test_what_no_role_can_be_for_is_refused_by_name(
    tmp_path: Path, stacks: dict[str, str], found: list[str]
) -> None:
    assert refused(tmp_path, **stacks) == found


def test_the_boundary_of_the_bootstrap_itself_is_taken(tmp_path: Path) -> None:
    config = "  firelake:permissionsBoundary: firelake-boundary-prod\n"
    assert "firelake-boundary-prod" in policies(bootstrap(tmp_path, prod=config))


def test_names_that_make_a_policy_too_long_are_refused(tmp_path: Path) -> None:
    names = {
        key: (key.lower() * 9)[:60]
        for key in ("bucket", "function", "deliveryStream", "stream", "claimsTable", "mover")
    }
    names |= {key: key * 3 for key in ("functionRole", "deliveryRole", "crawlerRole", "moverRole")}
    found = refused(
        tmp_path, prod=f"  firelake:iamPath: /{'p' * 200}/\n  firelake:names: {json.dumps(names)}\n"
    )
    assert all("characters" in each for each in found)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "lake") == [f"lakeFolder: {str(tmp_path / 'lake')!r}"]
