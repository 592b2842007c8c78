"""Stream: the Kinesis data stream that producers write to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.infra import iam

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class StreamArgs:
    """What the stream is made from."""

    names: Names
    config: LakeConfig
    key_arn: pulumi.Input[str]


class Stream(pulumi.ComponentResource):
    """An encrypted stream that keeps records for as long as delivery may lag."""

    stream: aws.kinesis.Stream

    def __init__(
        self, name: str, args: StreamArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("firelake:stream:Stream", name, None, opts)
        config = args.config.stream
        self.stream = aws.kinesis.Stream(
            f"{name}-stream",
            name=args.names.stream,
            stream_mode_details={"stream_mode": config.mode.upper()},
            shard_count=config.shard_count,
            retention_period=config.retention_hours,
            encryption_type="KMS",
            kms_key_id=args.key_arn,
            warm_throughput_mib_ps=config.warm_throughput_mib_s,
            # Or a reader with enhanced fan-out would keep the stream from being deleted.
            enforce_consumer_deletion=not args.config.is_protected,
            tags=args.config.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.config.is_protected),
        )
        if config.producer_accounts:
            aws.kinesis.ResourcePolicy(
                f"{name}-policy",
                resource_arn=self.stream.arn,
                policy=json.dumps(iam.stream_policy(args.names, config.producer_accounts)),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({"streamName": self.stream.name})
