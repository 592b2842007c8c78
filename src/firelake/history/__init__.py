"""Bringing in what the stream cannot: backfill."""
