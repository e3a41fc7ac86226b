"""Measurements: each module compares newswatch with something else in one run and yields figures as ratios."""
