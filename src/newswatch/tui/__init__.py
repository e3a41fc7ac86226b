"""8 SCREEN: the only folder that knows textual."""
