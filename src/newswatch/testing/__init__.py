"""For tests: a clock to turn, a scripted engine, builders of values, a loopback feed server."""
