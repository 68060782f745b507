"""How the portal is watched: request log, figures, health, the worker's heartbeat, what browsers report.

It imports nothing of the apps; they tell it what else is to be looked at (`newsportal.operating.sources`).
"""
