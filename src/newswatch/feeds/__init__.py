"""1 WHICH: the list of feeds a person owns, and when each is due."""
