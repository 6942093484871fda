"""The reference city end: what every kiosk told, stored once and in order, and the pages made of it."""
