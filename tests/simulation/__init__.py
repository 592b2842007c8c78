"""Simulated lakes: the shipped code under faults, deployments, wrong clocks and operators."""
