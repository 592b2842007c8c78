"""What failed, and putting it back: the objects under `errors/`, and replay."""
