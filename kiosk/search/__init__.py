"""The search: a question in everyday words, and the procedures that answer it."""
