"""The words of newswatch: frozen values and the one pure function over them, `reduce`.

Standard library only; no clock, no I/O. Times are aware datetimes in UTC; names ending in `_s`
are seconds. Text in these values has been cleaned at the door (`text.clean`) and is safe to show;
links are http(s) or None.
"""
