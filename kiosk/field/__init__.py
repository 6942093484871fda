"""For the technician: what is wrong, and what to do about it."""
