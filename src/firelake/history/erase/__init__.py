"""Erasure: a register that the views go by, and what ends its entries."""
