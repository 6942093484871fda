"""Slips: their content, their layout, and their bytes for a thermal printer."""
