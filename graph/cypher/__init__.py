"""Statements towards Neo4j, each right above the one function that runs it."""
