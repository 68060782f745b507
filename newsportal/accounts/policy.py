"""Every number of signing in, with its reason."""

from datetime import timedelta

# Of one name from one network: who mistypes does so two or three times. Somebody else's tries, from another network,
# do not count, or anybody could lock anybody out.
TRIES = 5
TRIES_WINDOW = timedelta(minutes=15)
# Of all names from one network: a newsroom of sixty behind one address mistypes less often than this on a Monday, and
# successes do not count. One that tries names gets to ask some 1,200 a day.
NETWORK_TRIES = 50
NETWORK_TRIES_WINDOW = timedelta(hours=1)

# Of one name from everywhere, but for browsers in which it signed in before: the newsroom's own mistype less often, and
# whoever has thousands of networks gets to ask some 2,400 a day, of passwords of eight characters at least.
NAME_TRIES = 100
NAME_TRIES_WINDOW = timedelta(hours=1)
# As long as browsers keep a cookie (RFC 6265bis asks them for 400 days at most), and each sign-in renews it.
BROWSER_KNOWN_FOR = timedelta(days=400)

# One customer has 65,536 networks of the size that counts readers (/64), and five tries from each would be no limit. Of
# an office or a carrier so many share a /48 as share an IPv4 address.
IPV6_PREFIX = 48

# Between the password and the second factor: to find a phone takes less.
SECOND_STEP = timedelta(minutes=10)
# A passkey is asked for while somebody holds a finger on a sensor or looks for a key.
CEREMONY = timedelta(minutes=5)
# After a sign-in, or when the password was asked for again, rights may be changed for so long: a few accounts in a row.
CONFIRMED_FOR = timedelta(minutes=15)
# How exactly a session's last use is noted: each note is a write of the database.
USE_NOTED_EVERY = timedelta(minutes=5)

# Ten, as most services give: one is used up with each lost phone.
RECOVERY_CODES = 10
PASSKEY_NAME_LENGTH = 64
# More keys than anybody carries; a list without an end would be a gift to who takes an account over.
PASSKEYS = 20

# A link that a colleague waits for is used at once; an invitation may come on a Friday evening.
RESET_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=3)
# Links to one mailbox in a day, whoever asks: enough for who loses the first two, too few to fill a mailbox.
RESETS_DAILY = 5
# Links asked for from one network in an hour, found or not.
RESETS_HOURLY = 20
# What was mailed is kept so long, to be found when somebody says that nothing came.
MAILS_KEPT = timedelta(days=14)
