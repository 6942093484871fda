"""The field: what a technician is told, and what the compositor is."""
