"""Neighbours: which link-layer address stands behind an address on the same link."""
