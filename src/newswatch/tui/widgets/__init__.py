"""Widgets: each draws one value it is given, and says what a person did as a message. None knows the engine."""
