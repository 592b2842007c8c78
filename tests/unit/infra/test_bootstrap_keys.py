"""Which keys of an account a deploy role reaches, whatever it does to their tags and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from firelake.infra.bootstrap.lake_statements import deploy_statements
from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.bootstrap.resource_types import Bundle
from tests.helpers.key_world import Key, is_allowed, way_to

if TYPE_CHECKING:
    from firelake.infra.iam import Statement

NAMES: Final = BootstrapNames("111122223333", "us-east-1")
OWN: Final = frozenset({"alias/firelake-dev"})
STACKS: Final = ("firelake-dev", "firelake-prod", "theirs")
HARMFUL: Final = (
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
)
VIA_DYNAMODB: Final = ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey")


def dev() -> list[Statement]:
    return deploy_statements(Bundle.STORAGE, NAMES.lake("dev"))


@pytest.mark.parametrize("action", [*HARMFUL, *VIA_DYNAMODB, "kms:EnableKeyRotation"])
@pytest.mark.parametrize(
    "key",
    [
        pytest.param(Key(aliases=frozenset({"alias/theirs"})), id="of somebody"),
        pytest.param(Key("firelake-dev", OWN | {"alias/theirs"}), id="shared with somebody"),
        pytest.param(Key("theirs"), id="tagged by somebody"),
        pytest.param(Key("firelake-prod", frozenset({"alias/firelake-prod"})), id="of prod"),
        pytest.param(Key("firelake-prod"), id="of prod, whose alias is not there yet"),
    ],
)
def test_no_way_leads_to_a_key_that_is_known_to_be_anothers(key: Key, action: str) -> None:
    assert way_to(dev(), key, action, STACKS) is None


@pytest.mark.parametrize("action", HARMFUL)
def test_a_key_with_neither_alias_nor_tag_is_harmed_by_nothing_but_first_tagging_it(
    action: str,
) -> None:
    # AWS cannot tell this from tagging a key while it is made: docs/deploy.md says so.
    assert way_to(dev(), Key(), action, STACKS) == ["TagResource(firelake-dev)"]


@pytest.mark.parametrize(
    "key",
    [Key("firelake-dev", OWN), Key("firelake-dev")],
    ids=["deployed", "whose alias has gone before it"],
)
@pytest.mark.parametrize("action", [*HARMFUL, *VIA_DYNAMODB, "kms:EnableKeyRotation"])
def test_the_stacks_own_key_is_changed_and_deleted(key: Key, action: str) -> None:
    assert way_to(dev(), key, action, STACKS) == []


def test_a_key_is_made_with_the_stacks_tag_and_with_no_others() -> None:
    for action in ("kms:CreateKey", "kms:TagResource"):
        made = {
            tag: is_allowed(dev(), action, None, request_tag=tag, resource="*")
            for tag in (*STACKS, None)
        }
        assert [tag for tag, is_made in made.items() if is_made] == ["firelake-dev"]


@pytest.mark.parametrize("key", [Key("firelake-dev"), Key()], ids=["at once", "minutes later"])
@pytest.mark.parametrize("action", [*VIA_DYNAMODB, "kms:EnableKeyRotation", "kms:CreateAlias"])
def test_a_first_deployment_goes_on_whenever_the_tags_of_a_new_key_count(
    key: Key, action: str
) -> None:
    assert is_allowed(dev(), action, key)


def test_the_deploy_role_of_prod_deletes_no_key() -> None:
    statements = deploy_statements(Bundle.STORAGE, NAMES.lake("prod"))
    key = Key("firelake-prod", frozenset({"alias/firelake-prod"}))
    assert way_to(statements, key, "kms:ScheduleKeyDeletion", STACKS) is None
