"""The numbers of signing in, each with its reason."""

from datetime import timedelta

# For one name from one network: people mistype two or three times. Attempts from other networks do not count, or
# anybody could lock anybody out.
TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)
# For all names from one network: a newsroom of sixty behind one address mistypes less often than this on a Monday, and
# successes do not count. An attacker who tries names gets some 1,200 attempts a day.
NETWORK_TRIES = 50
NETWORK_TRIES_WINDOW = timedelta(hours=1)

# For one name from everywhere, except browsers in which it signed in before: its owner mistypes less often, and an
# attacker with thousands of networks gets some 2,400 attempts a day, at passwords of at least eight characters.
NAME_TRIES = 100
NAME_TRIES_WINDOW = timedelta(hours=1)
# As long as browsers keep a cookie (RFC 6265bis asks them for 400 days at most), and each sign-in renews it.
BROWSER_KNOWN_FOR = timedelta(days=400)

# One customer has 65,536 networks of the size by which readers are counted (/64), and five attempts from each would be
# no limit. About as many people of an office or a carrier share a /48 as share an IPv4 address.
IPV6_PREFIX = 48

# Between the password and the second factor: finding a phone takes less.
SECOND_STEP = timedelta(minutes=10)
# A passkey is asked for while somebody holds a finger on a sensor or looks for a key.
CEREMONY = timedelta(minutes=5)
# How long after a sign-in or a confirmation rights may be changed: long enough for a few accounts in a row.
CONFIRMED_FOR = timedelta(minutes=15)
# How precisely a session's last use is noted: each note is a write to the database.
USE_NOTED_EVERY = timedelta(minutes=5)

# Ten, as with most services: each lost phone uses up one.
RECOVERY_CODES = 10
PASSKEY_NAME_LENGTH = 64
# More keys than anybody carries; an unlimited list would be a gift to somebody who takes an account over.
PASSKEYS = 20

# A link that somebody waits for is used at once; an invitation may arrive on a Friday evening.
RESET_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=3)
# Links to one mailbox in a day, whoever asks: enough after losing the first two, too few to fill a mailbox.
RESETS_DAILY = 5
# Links asked for from one network in an hour, found or not.
RESETS_HOURLY = 20
# How long sent mails are kept, to be found when somebody says that nothing arrived.
MAILS_KEPT = timedelta(days=14)
