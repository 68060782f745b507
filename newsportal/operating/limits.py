"""The numbers of monitoring the portal, each with its reason. Seconds and bytes."""

# --- The log --------------------------------------------------------------------------------------------------------

# How long a line of the request log may wait to be written together with others: a tail -f feels immediate, and a busy
# process makes five system calls a second instead of thousands. A killed process loses this much.
LOG_FLUSH_SECONDS = 0.2
# Most lines that may wait, some 10 MB: a log that cannot be written must not eat up memory; the excess is counted.
LOG_LINES_WAITING = 50_000
# A single write of up to this size reaches a pipe whole (PIPE_BUF), so lines of two processes are not mixed.
LOG_WRITE_BYTES = 4096
# How much of an address, a parameter or a statement is shown; our longest are a third of that.
PATH_CHARACTERS = 300
VALUE_CHARACTERS = 64
SQL_CHARACTERS = 2000
# A message with its traceback: 40 frames of a deep template.
MESSAGE_CHARACTERS = 20_000
# Length of the id that a proxy gives a request: nginx's has 32 characters, a UUID 36, an AWS trace 51.
ID_CHARACTERS = (8, 64)

# --- Figures --------------------------------------------------------------------------------------------------------

# How often each process writes down its counts: Prometheus asks every 15 s, and writing takes 0.1 ms.
TALLY_SECONDS = 1.0
# A file of counts not renewed for this long belongs to a process that has ended, on whatever machine.
TALLIES_OF_DEAD_SECONDS = 3600.0
# The upper bounds of the histogram's buckets: a kept page takes 0.1 ms, a rendered one 10, an uploaded picture 2 s.
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# How long counts of whole tables are cached: counting a million rows takes 0.2 s, and they are for charts of weeks.
COUNTED_SECONDS = 300.0

# --- Health ---------------------------------------------------------------------------------------------------------

# How often each part of a worker reports that it is alive: writing three rows in ten seconds costs nothing.
BEAT_SECONDS = 10.0
# When it is late: a slow mail server may delay a round by two minutes (the lease of a message), and the desk's part
# runs once a minute.
BEAT_LATE_SECONDS = 180.0
# Workers not heard of for a day are forgotten: their machine is gone.
BEAT_KEPT_SECONDS = 86_400.0
# A message due this long ago and not yet tried waits for a worker that is not there: one would look every second.
OVERDUE_SECONDS = 300.0
# How long a change may be unknown to the page store: each server process tells it within two seconds.
UNTOLD_SECONDS = 30.0
# Free space is low if it is below this share of the disk and below this many bytes: a busy paper's comments and
# pictures of a day are 1 GB; on a small disk a twentieth leaves enough time to react.
DISK_SHARE = 0.05
DISK_BYTES = 1024**3
# Clocks kept by NTP differ by milliseconds; from 5 s on pages are not kept, and links live for minutes.
SKEW_SECONDS = 2.0
# How long the answer "nothing to migrate" is cached: migrations of the same code are not undone.
MIGRATED_SECONDS = 60.0
# How long a request through an untrusted proxy stays worth reporting.
FORWARDED_SECONDS = 3600.0

# --- What browsers report -------------------------------------------------------------------------------------------

# One post may hold several reports; a broken page causes a handful.
CSP_REPORTS_AT_ONCE = 20
# Reports that a process stores in a minute, in all and from one network: a broken extension in one reader's browser
# causes a few a minute; a flood costs no more than this many statements.
CSP_PER_MINUTE = 60
CSP_PER_NETWORK = 10
# How many different reports are kept, and for how long: a release that breaks a page does so within days.
CSP_ROWS = 500
CSP_KEPT_DAYS = 30
