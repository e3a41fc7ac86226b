"""5 STORIES: which hits are about the same news."""
