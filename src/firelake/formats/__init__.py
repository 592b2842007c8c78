"""Formats that product and guests share: JSON documents, compressed bodies, KPL aggregates."""
