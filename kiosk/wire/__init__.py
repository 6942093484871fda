"""What both ends of the line share: messages as bytes, topics, TLS, and the MQTT connection."""
