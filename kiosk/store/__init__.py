"""One SQLite file: the journal, the tickets, the print jobs, and the doorbell that tells the other processes."""
