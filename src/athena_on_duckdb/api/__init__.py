"""The API of Athena: requests, who makes them, what they may, and the queries that they start."""
