"""Processes that run statements, so that each can be ended without harm to another."""
