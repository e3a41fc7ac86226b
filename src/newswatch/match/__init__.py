"""4 HITS: the rule language, and which rules match an entry."""
