"""newswatch: a terminal news monitor that alerts on keyword rules."""

__version__ = "0.1.0"
