"""Brings into the lake what the stream cannot: history, late events, what overflowed."""
