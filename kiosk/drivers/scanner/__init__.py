"""Scanners: what they hand over, and codes read from pictures."""
