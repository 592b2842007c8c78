"""Claims: the DynamoDB table that says which event owns an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.contract.names import CLAIM_EXPIRES_AT, CLAIM_KEY
from firelake.infra.components.part import LakePart
from firelake.infra.config_sections import CLAIMS_UTILIZATION_PERCENT
from firelake.infra.config_setting import CapacityMode

if TYPE_CHECKING:
    from firelake.infra.components.part import LakeContext
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


class Claims(LakePart):
    """A table with one item of under 1 KB an id, deleted by time to live."""

    table: aws.dynamodb.Table

    @staticmethod
    def living_mode(
        names: Names, config: LakeConfig, here: pulumi.InvokeOptions | None = None
    ) -> CapacityMode | None:
        """Returns the mode of the table that is there; None where none is, or it does not matter.

        Args:
            names: The stack's names.
            config: The stack's settings.
            here: Whose provider is asked; None for the default one.
        """
        if config.claims.mode is not CapacityMode.PROVISIONED:
            return None
        if names.claims_table not in aws.dynamodb.get_tables(opts=here).names:
            return None
        mode = aws.dynamodb.get_table(name=names.claims_table, opts=here).billing_mode
        return CapacityMode.PROVISIONED if mode == "PROVISIONED" else CapacityMode.ON_DEMAND

    def __init__(
        self,
        name: str,
        context: LakeContext,
        living_mode: CapacityMode | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the table.

        Args:
            name: Name of the component.
            context: What it is made from.
            living_mode: The mode of the table that is there; None where none is.
            opts: Options of the component.
        """
        super().__init__("claims:Claims", name, context, opts)
        config = self.config.claims
        is_provisioned = config.mode is CapacityMode.PROVISIONED
        is_scaled = is_provisioned and living_mode is CapacityMode.PROVISIONED
        # What a table that takes what comes has under way must not wait for autoscaling, which
        # lowers the units by itself when they are too many.
        is_switched = is_provisioned and living_mode is CapacityMode.ON_DEMAND
        write_units = config.max_write_units if is_switched else config.min_write_units
        read_units = config.max_read_units if is_switched else config.min_read_units
        warm: aws.dynamodb.TableWarmThroughputArgsDict = {
            "write_units_per_second": config.warm_write_units,
            "read_units_per_second": config.warm_read_units,
        }
        self.table = aws.dynamodb.Table(
            f"{name}-table",
            name=self.names.claims_table,
            attributes=[{"name": CLAIM_KEY, "type": "S"}],
            hash_key=CLAIM_KEY,
            billing_mode="PROVISIONED" if is_provisioned else "PAY_PER_REQUEST",
            write_capacity=write_units if is_provisioned else None,
            read_capacity=read_units if is_provisioned else None,
            warm_throughput=warm if any(warm.values()) else None,
            table_class=config.table_class.value,
            ttl={"enabled": True, "attribute_name": CLAIM_EXPIRES_AT},
            point_in_time_recovery={"enabled": config.has_point_in_time_recovery},
            server_side_encryption={"enabled": True, "kms_key_arn": context.key_arn},
            deletion_protection_enabled=self.config.is_protected,
            tags=self.config.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=self.config.is_protected,
                # What autoscaling sets is not a change to undo. Before that there is nothing to
                # keep, and Pulumi would leave the units out: the provider then sets one.
                ignore_changes=["writeCapacity", "readCapacity"] if is_scaled else None,
            ),
        )
        if is_provisioned:
            self._scale("Write", config.min_write_units, config.max_write_units)
            self._scale("Read", config.min_read_units, config.max_read_units)
        self.register_outputs({"tableName": self.table.name})

    def _scale(self, units: str, lowest: int | None, highest: int | None) -> None:
        if lowest is None or highest is None:
            message = (
                f"claims in provisioned mode need bounds of {units} units: see firelake.infra.rules"
            )
            raise ValueError(message)
        suffix = units.lower()
        target = aws.appautoscaling.Target(
            f"{self.part}-{suffix}-target",
            service_namespace="dynamodb",
            resource_id=pulumi.Output.concat("table/", self.table.name),
            scalable_dimension=f"dynamodb:table:{units}CapacityUnits",
            min_capacity=lowest,
            max_capacity=highest,
            tags=self.config.tags,
            opts=self.options(),
        )
        aws.appautoscaling.Policy(
            f"{self.part}-{suffix}-scaling",
            name=pulumi.Output.concat(self.table.name, f"-{suffix}"),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            resource_id=target.resource_id,
            scalable_dimension=target.scalable_dimension,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {
                    "predefined_metric_type": f"DynamoDB{units}CapacityUtilization"
                },
                "target_value": CLAIMS_UTILIZATION_PERCENT,
            },
            opts=self.options(),
        )
