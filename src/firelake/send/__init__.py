"""Sending: documents become records, and records calls of PutRecords."""
