"""7 ATTENTION: which hits interrupt a person."""
