"""TinyDB's own tests, unchanged, on the journal: see `test_suite`."""
