"""The SQLite database of one hall: journal, tickets, print jobs; and the notification of other processes."""
