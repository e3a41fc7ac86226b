from __future__ import annotations

import gc

from newswatch.collector import at_rest


def test_the_collector_rests_meanwhile_and_then_works_again() -> None:
    before = gc.get_freeze_count()
    try:
        with at_rest():
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
