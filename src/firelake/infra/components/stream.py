"""Stream: the Kinesis data stream that producers write to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.components.part import LakePart

if TYPE_CHECKING:
    import pulumi

    from firelake.infra.components.part import LakeContext


class Stream(LakePart):
    """An encrypted stream that keeps records for as long as delivery may lag."""

    stream: aws.kinesis.Stream

    def __init__(
        self, name: str, context: LakeContext, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("stream:Stream", name, context, opts)
        config = self.config.stream
        self.stream = aws.kinesis.Stream(
            f"{name}-stream",
            name=self.names.stream,
            stream_mode_details={"stream_mode": config.mode.upper()},
            shard_count=config.shard_count,
            retention_period=config.retention_hours,
            encryption_type="KMS",
            kms_key_id=context.key_arn,
            warm_throughput_mib_ps=config.warm_throughput_mib_s,
            # Or a reader with enhanced fan-out would keep the stream from being deleted.
            enforce_consumer_deletion=not self.config.is_protected,
            tags=self.config.tags,
            opts=self.options(is_kept=True),
        )
        if config.producer_accounts:
            aws.kinesis.ResourcePolicy(
                f"{name}-policy",
                resource_arn=self.stream.arn,
                policy=json.dumps(iam.stream_policy(self.names, config.producer_accounts)),
                opts=self.options(),
            )
        self.register_outputs({"streamName": self.stream.name})
