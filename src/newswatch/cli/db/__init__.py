"""`newswatch db`: the history's file."""
