"""`newswatch feeds`: the feeds on the command line. `group` knows click, each other module is one verb or two."""
