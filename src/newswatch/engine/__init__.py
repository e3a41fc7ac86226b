"""THE ONLY PLACE THAT ORDERS THINGS: when feeds are checked, what is stored before what is told."""
