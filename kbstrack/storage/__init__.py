"""Files: bytes kept under their SHA-256, labels made safe to show, contents looked at safely."""
