"""Benchmarks: each file prints one table, `make bench` prints them all."""
