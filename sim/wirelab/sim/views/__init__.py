"""Renderings of the trace: rows of styled text for terminals and files."""
