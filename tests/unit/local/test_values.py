"""Values between Python and Pulumi's wire."""

from __future__ import annotations

from typing import Any, cast

import pulumi
import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from firelake.formats.emulation import UnsupportedFeatureError
from firelake.local.values import (
    ARCHIVE_SIGNATURE,
    ASSET_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    from_wire,
    is_secret,
    properties,
    to_wire,
    unknown_paths,
)

TEXTS = st.text().filter(lambda text: text not in {SIGNATURE_KEY, UNKNOWN})
SCALARS = st.booleans() | st.integers(-(2**53), 2**53) | TEXTS | st.floats(allow_nan=False)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def struct_of(**members: object) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(cast("dict[str, Any]", members))
    return struct


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_what_goes_out_comes_back(values: dict[str, object]) -> None:
    assert properties(to_wire(values, frozenset())) == values


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_what_goes_out_secret_comes_back_bare_and_is_known_to_be_secret(
    values: dict[str, object],
) -> None:
    struct = to_wire(values, frozenset(values))
    assert properties(struct) == values
    assert all(is_secret(value) for value in struct.values())


def test_whole_numbers_are_integers_and_others_are_not() -> None:
    read = properties(struct_of(days=7.0, share=0.5, flag=True))
    assert read == {"days": 7, "share": 0.5, "flag": True}
    assert {key: type(value) for key, value in read.items()} == {
        "days": int,
        "share": float,
        "flag": bool,
    }


def test_members_come_in_the_order_of_their_names_and_without_nulls() -> None:
    read = properties(struct_of(zone=1, area={"y": 1, "x": None, "w": 2}, none=None))
    assert list(read) == ["area", "zone"]
    assert read["area"] == {"w": 2, "y": 1}


def test_a_secret_within_a_list_or_an_object_is_found() -> None:
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "hidden"}
    struct = struct_of(deep={"list": ["plain", secret]}, plain=["plain"])
    assert is_secret(struct["deep"])
    assert not is_secret(struct["plain"])
    assert properties(struct) == {"deep": {"list": ["plain", "hidden"]}, "plain": ["plain"]}


@pytest.mark.parametrize(
    "asset",
    [
        pulumi.FileAsset("dist/function.py"),
        pulumi.StringAsset("text"),
        pulumi.RemoteAsset("https://example.org/asset"),
        pulumi.FileArchive("dist/function.zip"),
        pulumi.RemoteArchive("https://example.org/archive.zip"),
    ],
    ids=lambda asset: type(asset).__name__,
)
def test_an_asset_comes_back_as_one_of_its_kind(asset: pulumi.Asset | pulumi.Archive) -> None:
    read = properties(to_wire({"code": asset}, frozenset()))["code"]
    assert type(read) is type(asset)
    assert vars(read) == vars(asset)


def test_an_archive_of_assets_comes_back_with_its_assets() -> None:
    archive = pulumi.AssetArchive(
        {"a.py": pulumi.StringAsset("text"), "lib": pulumi.FileArchive("lib")}
    )
    read = properties(to_wire({"code": archive}, frozenset()))["code"]
    assert isinstance(read, pulumi.AssetArchive)
    assert {key: vars(value) for key, value in read.assets.items()} == {
        "a.py": {"text": "text"},
        "lib": {"path": "lib"},
    }


def test_unknowns_are_found_wherever_they_are() -> None:
    struct = struct_of(
        plain="x", top=UNKNOWN, deep={"list": ["x", UNKNOWN, {"key": UNKNOWN}], "none": None}
    )
    assert sorted(unknown_paths(struct)) == ["deep.list[1]", "deep.list[2].key", "top"]


def test_a_value_with_another_signature_is_refused() -> None:
    struct = struct_of(**{SIGNATURE_KEY: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn"})
    with pytest.raises(UnsupportedFeatureError, match="5cf8f73096256a8f31e491e813e4eb8e"):
        from_wire(struct)


def test_the_signatures_are_those_of_the_installed_pulumi() -> None:
    assert vars(rpc)["_special_sig_key"] == SIGNATURE_KEY
    assert vars(rpc)["_special_secret_sig"] == SECRET_SIGNATURE
    assert vars(rpc)["_special_asset_sig"] == ASSET_SIGNATURE
    assert vars(rpc)["_special_archive_sig"] == ARCHIVE_SIGNATURE
    assert rpc.UNKNOWN == UNKNOWN
