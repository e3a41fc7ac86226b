"""`newswatch rules`: the rules on the command line. `group` knows click, each other module is one verb."""
