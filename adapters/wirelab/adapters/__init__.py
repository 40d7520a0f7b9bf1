"""Thin links that put the host stack on a real interface, and the command line."""
