"""6 MEMORY: what must outlive a crash: entries, identities, hits, feed state."""
