"""Clients of the embedded cloud, for those who only ask it: its start brings in all of Pulumi."""

from __future__ import annotations

from athena_on_duckdb.clients import Clients

__all__ = ["Clients"]
