"""Processes that do one hostile thing at a time for us, and can be killed. They know nothing of what they do.

`pool` is the side that asks, `child` the side that answers, `frames` what goes between them.
"""
