"""Statements towards SQLite, each right above the one function that runs it."""
