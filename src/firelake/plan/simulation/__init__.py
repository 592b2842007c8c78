"""A discrete-event model of the lake: records in cohorts, batches, claims, buffers, objects."""
