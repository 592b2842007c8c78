"""What became of events that were sent: rows, copies, errors, or nothing yet."""
