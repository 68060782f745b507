"""The benchmark: `make bench`, or `python -m tests.bench --help`. What it found is in `docs/performance.md`.

Each figure compares two things in one run, in turns (A B A B …), so that whatever slows the machine slows both. What
counts is the median of the rounds' ratios; the absolute numbers stand beside it for information.

| to change | open |
|---|---|
| how long and how often it measures, how large "large" is | `plan.py` |
| what a figure does and what it must reach | `figures/` |
| the bare Django project that the portal is compared with | `bare.py`, `bare_edge.py`, `bare_serve.py` |
| how portal, bare project and nginx are started and ended | `servers.py`, `processes.py` |
| the stories and comments that are there | `editions.py`, `seeds.py` |
| how load is made | `load.py` (wrk, or our own) |
| how rounds become a verdict | `measures.py` |
| what is written and how runs are compared | `report.py`, `comparing.py`, `machine.py` |
"""
