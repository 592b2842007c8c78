"""The bootstrap program: what an account needs once, before the first stack of the lake."""
