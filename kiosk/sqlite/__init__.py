"""SQLite for both databases, the kiosk's and the city's: connections that raise our errors, and the write-ahead log."""
