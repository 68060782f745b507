"""How the portal is monitored: request log, figures, health, the worker's heartbeat, what browsers report.

It imports nothing from the apps; they tell it what else to look at (`newsportal.operating.sources`).
"""
