"""The walls: who may open what, what is let in from outside, what becomes of strangers' input."""
