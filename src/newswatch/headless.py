"""The printer: every stored hit not yet told, as it comes, on stdout."""
