"""The kiosk's connection to the city: which events are sent when, and what the city sends back."""
