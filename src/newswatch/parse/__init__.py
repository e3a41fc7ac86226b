"""3 ENTRIES: bytes become cleaned entries, in killable processes."""
