"""The numbers of the page store, each with its reason. Seconds and bytes."""

# The soft clock: a safety net for changes that no verb made (a row written by hand). A minute of an old page is what
# readers of other sites are used to all day.
SOFT_SECONDS = 60.0
# How long past its soft clock a page is still given out while somebody renders it anew: one more minute. Older than
# that (a page nobody asked for), readers wait for the rendering.
GRACE_SECONDS = 60.0
# While the database is down, a page that nothing has changed is better than none: for an hour.
DATABASE_DOWN_SECONDS = 3600.0
# How long one reader waits for another one's rendering: a page takes some 10 ms, on a busy machine 200.
WAIT_SECONDS = 2.0
# How often a reader who waits for another process looks again: half of a rendering on an idle machine.
LOOK_SECONDS = 0.005
# Clocks of machines that are kept by NTP differ by milliseconds. A page from further ahead than this was kept before
# a clock was set back, and may show what is not to be seen yet.
SKEW_SECONDS = 5.0

# Pages a store keeps: a story is 15 kB in its two forms, so 64 MB are some 4,000 pages.
STORE_BYTES = 64 * 1024 * 1024
# A larger page is rendered each time: of ours the sitemap comes near, and one of them pushes out a hundred others.
PAGE_BYTES = 2 * 1024 * 1024
# How long the header may be that tells a page's names: as long as Varnish takes one line of an answer by default. Of a
# front page it has 2 kB; a story with 10,000 tags had 250 kB, and proxies and browsers showed nothing of it.
NAMES_BYTES = 8_000
# Names a store keeps before it begins anew: ten for each page that fits.
NAMES_KEPT = 50_000
# Pages that a process holds ready in its own memory: the hot ones, some 500 of them.
MEMORY_BYTES = 8 * 1024 * 1024
# Longer addresses and values than any page of ours has are passed by: 20 digits and a public id make 33 characters.
PATH_CHARACTERS = 300
VALUE_CHARACTERS = 64

# How often each process looks after the store: changes that a dead process did not tell are made good, counts are
# written down, and a store that failed is tried again.
KEEPER_SECONDS = 1.0
# A change that is this old and still untold was left behind by a process that died.
UNTOLD_SECONDS = 1.0
# Redis on the same network answers within 1 ms. One that does not answer within this is done without.
REDIS_SECONDS = 0.25
# Pages in Redis that nobody asked for in an hour go.
REDIS_PAGE_SECONDS = 3600

# What a shared cache in front of us (a CDN, Varnish) may do: keep a page for a minute, for it hears of changes; give
# the old one out while it asks, ...
SHARED_SECONDS = 60
STALE_WHILE_SECONDS = 30
# ... and for some minutes while we do not answer.
STALE_IF_ERROR_SECONDS = 300
# A purge that a CDN does not take within this is tried again later.
PURGE_SECONDS = 5.0
# How often the worker looks for names to purge: half of it is what a purge waits on average, and looking takes 0.1 ms.
PURGE_LOOK_SECONDS = 0.5
# When a name is purged for the second time, and when a purge that failed is tried again. An answer that was on its way
# while the name changed may arrive at the cache after the first purge, and would stay for `SHARED_SECONDS`. It was
# found current just before it was sent (or rendered, where there is no store), so it is seconds late at the most.
PURGE_AGAIN_SECONDS = 5.0
# A change this old is no longer purged: ten times as long as any cache may keep a page, so what it had is gone.
PURGE_FOR_SECONDS = 3600.0
