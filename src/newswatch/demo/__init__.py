"""A recorded day, served by a local server to the real pipeline."""
