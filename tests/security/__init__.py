"""The walls: who may open what, what passes from outside, what comes of what strangers send."""
