"""Wiring only: settings, application, pages, command line."""
