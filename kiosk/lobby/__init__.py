"""What people do in a hall: take a number, call it, follow it through to done."""
