"""IAM policies as pure functions of names: what each role, person and service may do."""

from __future__ import annotations

from firelake.infra.iam.move_roles import (
    move_machine_statements,
    move_schedule_statements,
    mover_statements,
)
from firelake.infra.iam.people import analyst_statements, operator_statements, producer_statements
from firelake.infra.iam.resources import (
    bucket_policy,
    key_policy,
    key_users,
    stream_policy,
    topic_policy,
    topic_users,
)
from firelake.infra.iam.roles import crawler_statements, delivery_statements, function_statements
from firelake.infra.iam.statements import Statement, policy, trust

__all__ = [
    "Statement",
    "analyst_statements",
    "bucket_policy",
    "crawler_statements",
    "delivery_statements",
    "function_statements",
    "key_policy",
    "key_users",
    "move_machine_statements",
    "move_schedule_statements",
    "mover_statements",
    "operator_statements",
    "policy",
    "producer_statements",
    "stream_policy",
    "topic_policy",
    "topic_users",
    "trust",
]
