"""Firehose's error objects, read back: objects, lines, the events in them and why they failed."""
