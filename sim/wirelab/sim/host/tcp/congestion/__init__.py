"""Congestion control: one algorithm, one file."""
