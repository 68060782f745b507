"""The numbers of the page store, each with its reason. Seconds and bytes."""

# The soft clock: a safety net for changes made without a verb (a row written by hand). Readers of other sites are used
# to pages a minute old all day.
SOFT_SECONDS = 60.0
# How long past its soft clock a page is still served while it is rendered anew: one more minute. If it is older (a
# page that nobody asked for), readers wait for the rendering.
GRACE_SECONDS = 60.0
# While the database is down, an unchanged page is better than none: for an hour.
DATABASE_DOWN_SECONDS = 3600.0
# How long a reader waits for another's rendering: a page takes some 10 ms, on a busy machine 200.
WAIT_SECONDS = 2.0
# How often a reader who waits for another process checks again: half of a rendering on an idle machine.
LOOK_SECONDS = 0.005
# Clocks kept by NTP differ by milliseconds. A page from further ahead than this was kept before a clock was set back,
# and may show what must not be seen yet.
SKEW_SECONDS = 5.0

# Bytes of pages that a store keeps: a story has 15 kB in its two forms, so 64 MB are some 4,000 pages.
STORE_BYTES = 64 * 1024 * 1024
# A larger page is rendered each time: of ours the sitemap comes near, and one such page pushes out a hundred others.
PAGE_BYTES = 2 * 1024 * 1024
# How long the header with a page's names may be: as long a line as Varnish accepts in a response by default. A front
# page's has 2 kB; that of a story with 10,000 tags had 250 kB, and proxies and browsers did not show the page.
NAMES_BYTES = 8_000
# Names a store keeps before it begins anew: ten for each page that fits.
NAMES_KEPT = 50_000
# Bytes of pages that a process holds ready in its own memory: the most popular ones, some 500.
MEMORY_BYTES = 8 * 1024 * 1024
# Addresses and values longer than any of ours bypass the store: 20 digits and a public id make 33 characters.
PATH_CHARACTERS = 300
VALUE_CHARACTERS = 64

# How often each process looks after the store: it tells changes that a dead process did not tell, writes counts down,
# and tries a store that failed again.
KEEPER_SECONDS = 1.0
# A change this old and still untold was left behind by a process that died.
UNTOLD_SECONDS = 1.0
# Redis on the same network answers within 1 ms. If it does not answer within this, we do without it.
REDIS_SECONDS = 0.25
# Pages in Redis that nobody has asked for in an hour are dropped.
REDIS_PAGE_SECONDS = 3600

# What a shared cache in front of us (a CDN, Varnish) may do: keep a page for a minute, as it is told of changes; serve
# the old one while it revalidates, ...
SHARED_SECONDS = 60
STALE_WHILE_SECONDS = 30
# ... and for some minutes while we do not answer.
STALE_IF_ERROR_SECONDS = 300
# A purge that a CDN does not accept within this is tried again later.
PURGE_SECONDS = 5.0
# How often the worker looks for names to purge: a purge waits half of it on average, and looking takes 0.1 ms.
PURGE_LOOK_SECONDS = 0.5
# When a name is purged for the second time, and when a failed purge is tried again. A response that was on its way
# while the name changed may reach the cache after the first purge, and would stay for `SHARED_SECONDS`. It was found
# current just before it was sent (or rendered, if there is no store), so it is at most seconds late.
PURGE_AGAIN_SECONDS = 5.0
# A change this old is no longer purged: this is ten times as long as any cache may keep a page, so the old one is gone.
PURGE_FOR_SECONDS = 3600.0
