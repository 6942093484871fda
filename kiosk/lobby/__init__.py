"""The rules of a hall: numbers are issued, called and served; bookings, help calls and feedback are recorded."""
