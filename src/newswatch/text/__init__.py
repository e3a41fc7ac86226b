"""CLEANING, pure: untrusted text becomes printable text, comparable text, plain text, safe links."""
