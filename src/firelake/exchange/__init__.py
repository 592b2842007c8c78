"""The contract in other forms: drafted from what a user has, and written for other tools."""
