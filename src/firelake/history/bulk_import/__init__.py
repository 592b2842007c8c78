"""The bulk import: a table of the user's goes into `events_history` as Athena's own SQL."""
