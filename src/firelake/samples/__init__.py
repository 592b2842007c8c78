"""Sample events of any contract, and what a run of them must come to in the lake."""
