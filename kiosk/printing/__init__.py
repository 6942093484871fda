"""Printing: the worker that owns the printer, and the contents of its slips."""
