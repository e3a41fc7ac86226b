"""Entries in, hits out: the rule language (docs/rules-semantics.md), the matcher, and rules.toml."""
