"""What the processes open, and give to whom."""
