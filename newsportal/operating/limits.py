"""The numbers of watching the portal, each with its reason. Seconds and bytes."""

# --- The log --------------------------------------------------------------------------------------------------------

# How long a line of the request log may wait for others to be written with it: a tail -f feels immediate, and a busy
# process makes five system calls a second instead of thousands. A process that is killed takes as much with it.
LOG_FLUSH_SECONDS = 0.2
# Lines that wait at most, some 10 MB: a log that takes nothing must not eat the memory; what is over is counted.
LOG_LINES_WAITING = 50_000
# One write of at most so much reaches a pipe whole (PIPE_BUF), so lines of two processes are not mixed.
LOG_WRITE_BYTES = 4096
# What is shown of an address, of a parameter and of a statement; the longest of ours are a third of that.
PATH_CHARACTERS = 300
VALUE_CHARACTERS = 64
SQL_CHARACTERS = 2000
# A message with its traceback: 40 frames of a deep template.
MESSAGE_CHARACTERS = 20_000
# An id that a proxy gives to a request: nginx's has 32 characters, a UUID 36, an AWS trace 51.
ID_CHARACTERS = (8, 64)

# --- Figures --------------------------------------------------------------------------------------------------------

# How often each process writes down what it counted: Prometheus asks each 15 s, and writing takes 0.1 ms.
TALLY_SECONDS = 1.0
# A file of counts that was not renewed for so long is of a process that has ended, on whatever machine.
TALLIES_OF_DEAD_SECONDS = 3600.0
# Where the classes of the histogram end: a kept page takes 0.1 ms, a rendered one 10, a picture that is uploaded 2 s.
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# How long counts of whole tables are believed: to count a million rows takes 0.2 s, and they are for charts of weeks.
COUNTED_SECONDS = 300.0

# --- Health ---------------------------------------------------------------------------------------------------------

# How often each part of a worker says that it lives: three rows in ten seconds are nothing to write.
BEAT_SECONDS = 10.0
# When it is late: a slow mail server may hold a round up for two minutes (the lease of a message), and the desk's part
# looks once a minute.
BEAT_LATE_SECONDS = 180.0
# Workers that were not heard for a day are forgotten: their machine is gone.
BEAT_KEPT_SECONDS = 86_400.0
# A message that was due so long ago and was not tried waits for a worker that does not come: it looks each second.
OVERDUE_SECONDS = 300.0
# A change that the page store has not heard of for so long: each server process tells it within two seconds.
UNTOLD_SECONDS = 30.0
# Less than this share of a disk, and less than this many bytes, is little: a day of a busy paper's comments and
# pictures is 1 GB; of a small disk a twentieth is enough to react.
DISK_SHARE = 0.05
DISK_BYTES = 1024**3
# Clocks that are kept by NTP differ by milliseconds; pages are not kept from 5 s on, and links live for minutes.
SKEW_SECONDS = 2.0
# How long it is believed that nothing is to be migrated: a migration of the same code is not taken back.
MIGRATED_SECONDS = 60.0
# How long it counts that a request came through a proxy that nobody trusts.
FORWARDED_SECONDS = 3600.0

# --- What browsers report -------------------------------------------------------------------------------------------

# Several in one post are possible; a page that breaks has a handful.
CSP_REPORTS_AT_ONCE = 20
# What a process writes down in a minute, all networks together, and of one network: a broken extension on one reader's
# pages reports a few a minute; a flood costs no more than this many statements.
CSP_PER_MINUTE = 60
CSP_PER_NETWORK = 10
# Different reports that are kept, and for how long: a release that breaks a page does it within days.
CSP_ROWS = 500
CSP_KEPT_DAYS = 30
