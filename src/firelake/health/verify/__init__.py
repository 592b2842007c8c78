"""Trying a lake that was just deployed: canaries through the whole of it, and what they show."""
