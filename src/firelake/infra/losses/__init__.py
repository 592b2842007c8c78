"""The guard's judges: each finds, in a preview, one way in which a change would lose data."""
