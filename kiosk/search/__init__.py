"""Search: finds the procedures for a question in everyday words."""
