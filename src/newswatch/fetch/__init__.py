"""2 BYTES: every request of the program goes through here."""
