"""Screens: each is a picture of a View, and turns what a person does into engine verbs."""
