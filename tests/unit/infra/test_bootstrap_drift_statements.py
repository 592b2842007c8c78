"""Tests of what the role that looks for contract drift may do."""

from __future__ import annotations

from firelake.infra.bootstrap.lake_statements import drift_statements
from firelake.infra.bootstrap.names import BootstrapNames
from firelake.infra.iam.people import analyst_statements

NAMES = BootstrapNames("111122223333", "us-east-1").lake("dev")
ANY_KEY = "arn:aws:kms:us-east-1:111122223333:key/*"


def test_it_may_do_what_an_analyst_may_but_show_the_console() -> None:
    drift = {str(each["Sid"]): each for each in drift_statements(NAMES)}
    analyst = {str(each["Sid"]): each for each in analyst_statements(NAMES, ANY_KEY)}
    assert analyst.keys() - drift.keys() == {"Console"}
    assert drift.keys() < analyst.keys()
    assert {sid for sid, each in drift.items() if each != analyst[sid]} == {"BucketKey"}


def test_of_all_keys_it_may_use_the_stacks_alone_and_through_s3_alone() -> None:
    assert drift_statements(NAMES)[-1] == {
        "Sid": "BucketKey",
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": [ANY_KEY],
        "Condition": {
            "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/firelake-dev"]},
        },
    }
