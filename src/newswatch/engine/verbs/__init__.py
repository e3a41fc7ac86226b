"""How verbs reach who does them: each group of verbs (`engine.api.*`) once, for every engine."""
