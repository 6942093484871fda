"""What kiosk and city share: the bytes of messages, topics, TLS, and the MQTT connection."""
