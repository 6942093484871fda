"""Paper: the process that owns the printer, and what its slips say."""
