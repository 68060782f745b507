"""The newsroom's own rules: which are in force, what they would catch and caught, and who changes them."""
