"""The move: closed periods of `events` go into the Iceberg table `events_history`."""
