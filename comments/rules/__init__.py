"""Rules that the newsroom writes: which hold now, what they would catch and caught, and who changes them."""
