"""Every number of the conversation, each with its reason."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from comments.states import Pace, Reason, Topic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# --- The length of a comment ----------------------------------------------------------------------------------------

# The product's promise: a comment is a thought, and a thought takes about a line.
MINIMUM_CHARACTERS = 50
# Three times the longest letter that newspapers print; counted in code points, before any normalisation.
MAXIMUM_CODE_POINTS = 5_000
# Laughter and emphasis repeat a letter; more than three say nothing more.
SAME_IN_A_ROW = 3
# The longest full names on passports have some 75 letters.
NAME_CODE_POINTS = 80

# --- What is shown --------------------------------------------------------------------------------------------------

THREADS_A_PAGE = 20
# The most discussed stories on the front page: as many as fit beside the latest without being longer.
MOST_DISCUSSED = 5
# Answers shown under a comment on a story's page; the rest have a page of their own.
ANSWERS_SHOWN = 10
ANSWERS_A_PAGE = 50
# Up to this many comments it costs less to read all of them than to find out which of them a page shows.
READ_WHOLE = 60
FEED_COMMENTS = 50

# --- How fast one may write -----------------------------------------------------------------------------------------

# A class of thirty behind one address comments within ten minutes, some of them twice; a script gets no further.
BURST = 45
BURST_WINDOW = timedelta(minutes=10)
# A library or a company goes on commenting through the hour; a moderator still reads this many in forty minutes.
HOURLY = 90
# A double click, a reload, a lost response: the same words from the same place within a minute are one comment.
REPEAT_WINDOW = timedelta(seconds=60)
# Mails that strangers can cause to one address in a day by typing it under their comments.
MAILS_TO_ONE_ADDRESS = 5
MAILS_WINDOW = timedelta(days=1)

# In a slowed conversation, one comment from each network in this time: long enough to think twice, and a class of
# thirty behind one address still gets a word in within the day.
SLOWED_THREAD_GAP = timedelta(minutes=10)
# Offered to a moderator who slows a conversation: a quarrel is over in an hour, a news day by the evening.
SLOWED_THREAD_LENGTHS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
# A rule, too, slows a conversation that is quick and heated. It looks at the last hour: long enough to tell a quarrel
# from a bad minute, short enough to end with it.
HEATED_WINDOW = timedelta(hours=1)
# One comment in three minutes, by all writers together: a slower conversation cools down by itself.
HEATED_COMMENTS = 20
# A third of them rejected, reported or held for their words. On an ordinary day it is one in ten or fewer.
HEATED_SHARE = 1 / 3
# Held for its words: at least as grave as a word of the newsroom's list, or several lesser findings at once (`RISK`). A
# new author, or capitals, are no heat.
HEATED_RISK = 5
# Reported from this many networks: a single one must not be able to slow a conversation.
HEATED_REPORTERS = 2
# Heated comments come from this many networks: one alone is slowed as such, and a quarrel has two sides and its crowd.
HEATED_SENDERS = 3
# As long as a moderator would slow a quarrel; then it is looked at again.
HEATED_LENGTH = timedelta(hours=1)
# A moderator who ends it has looked; for the rest of the day's shift the rule leaves the conversation to them.
HEATED_LEFT_ALONE = timedelta(hours=12)
# Rules and questions stand above the form, on telephones, too: nobody reads anything longer there.
THREAD_WORDS_CODE_POINTS = 500

# --- While somebody writes ------------------------------------------------------------------------------------------

# How long unsent text stays in the reader's own browser: over a holiday, but not for ever on a device that others use,
# too.
DRAFT_KEPT = timedelta(days=7)

# What readers are told about waiting is measured on this many of the newest decisions by persons within `FIGURES_WEEK`:
# a shift or two.
WAITS_TOLD_OF = 200
# And only if there are at least this many: three quick answers promise nothing.
WAITS_AT_LEAST = 20
# "Usually" is three times out of four, in percent.
WAITS_USUAL = 75
# Hours of the day in which less than this share of a week's decisions is made are hours in which nobody moderates.
HOUR_IS_QUIET = 0.01
# And this many of them in a row are a night worth mentioning; a lunch break is none.
NIGHT_AT_LEAST = 4
# Each process measures both again at most once in this time: they change by the day.
WAITS_KEPT = timedelta(minutes=5)

# --- A friendly chance ----------------------------------------------------------------------------------------------

# How many words of the newsroom's list an author is shown in their own text before it is sent: enough to mend an
# outburst, and no way to have a dictionary checked.
PASSAGES_SHOWN = 3
# How often an hour one network is shown such words: a class that quarrels is reminded, but no script can read out the
# list.
CHANCES_HOURLY = 20
CHANCES_WINDOW = timedelta(hours=1)

# --- What is kept ---------------------------------------------------------------------------------------------------

# A network is only a keyed hash, and the key lives this long: enough to slow down a week's flood; after that nobody,
# including us, can tell whether two comments came from one place.
NETWORK_KEY_LIFE = timedelta(days=7)
# An address that was typed and not confirmed could be anybody's: whoever means to confirm does so after a fortnight's
# holiday.
UNCONFIRMED_ADDRESS_KEPT = timedelta(days=14)
# A confirmed address under which nobody has written for two years is of no use to its owner any more; the comments
# stay.
IDLE_ADDRESS_KEPT = timedelta(days=730)
# A decision may be questioned for half a year: for that long it is known what its author was told about it.
NOTICES_KEPT = timedelta(days=184)
# The worker cleans up each hour; data more than a day overdue means that the cleaning failed, and is not a matter of
# timing.
RETENTION_SLACK = timedelta(days=1)
# How many rows one statement deletes or empties: nobody waits for it.
FORGOTTEN_TOGETHER = 1_000
# How long the link to what is held about an address works: somebody who asks in the evening reads the mail in the
# morning, and a mail that is found later opens nothing.
ADDRESS_LINK_LIFE = timedelta(days=1)
# How many links one network may request within an hour: enough for a library's readers, too few for a list of
# addresses.
ADDRESS_LINKS_HOURLY = 10
# How many comments are erased in one slice: each makes the desk wait for a fifth of a second at most.
ERASED_TOGETHER = 500
# How many rows of each kind the page of an address shows; the file has all of them.
HELD_ROWS_SHOWN = 50

# --- How authors stand ----------------------------------------------------------------------------------------------

# A pause lets a quarrel cool down; anything longer than a month is a bar, and is called one.
PAUSE_AT_MOST = timedelta(days=30)
# Nobody knows today what should hold in more than a year; a standing without an end can be lifted on any day.
STANDING_AT_MOST = timedelta(days=366)
# Offered to a moderator who gives a standing: an evening, a night's sleep, a weekend, a week, a month.
STANDING_LENGTHS = (timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30))
# Short enough for the author to read in one go; what is meant for colleagues alone is a note.
STANDING_REASON_CODE_POINTS = 1_000
NOTE_CODE_POINTS = 1_000
# How much of a note the desk's card shows: a line; the author's page has all of it.
NOTE_SHORT_CODE_POINTS = 140
# How many of the newest notes are read: nobody reads a file of more than a hundred on one person.
NOTES_SHOWN = 100
# From a slowed network one comment in ten minutes: a conversation goes on, a flood does not.
SLOWED_HOURLY = 6
# Offered to a moderator who slows or pauses a network, besides "until its key is gone".
RESTRAINT_LENGTHS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
# All comments by one author: as many as on the desk's own page.
AUTHOR_COMMENTS_A_PAGE = 50

# --- Recommending ---------------------------------------------------------------------------------------------------

# Recommendations of one comment from one network: a family, an office floor, some of a class. A browser's name is
# easily invented, so this is the most that one address can add to a number.
RECOMMENDED_FROM_ONE_NETWORK = 10
# A reader of a long conversation recommends every fourth of two hundred comments; a class of thirty, three each.
RECOMMENDED_HOURLY = 90
# They are counted at most once in this time: a stored page may be as old as that, so applause causes no rendering.
RECOMMENDATIONS_COUNTED = timedelta(minutes=1)
# How many are counted in one transaction: it holds the comments' rows for some hundredths of a second.
COUNTED_TOGETHER = 1_000

# --- What is held for a person --------------------------------------------------------------------------------------

# Two links are a source and its counter-argument; more are mostly a catalogue.
LINKS_ALLOWED = 2
# Share of capitals among the letters, from this many letters on: "NATO and the EU" must pass, a shouted line must not.
SHOUTING_SHARE = 0.6
SHOUTING_LETTERS = 20
# Ordinary prose of ten words or more has well over half of them distinct.
PADDING_WORDS = 10
PADDING_DISTINCT_SHARE = 0.4
# Prose in any script is mostly letters; rows of dots, digits and pictures are not.
PADDING_LETTER_SHARE = 0.5
# The same text from anybody within this time: campaigns copy and paste for days, and a proverb may come back later.
SAME_TEXT_WINDOW = timedelta(days=30)
# Approved comments under a confirmed address after which an author is no longer a stranger.
NEW_AUTHOR_COMMENTS = 1


@dataclass(frozen=True)
class Limits:
    """The numbers that the newsroom may change, within `BOUNDS`."""

    links_allowed: int
    burst: int
    hourly: int
    new_author_comments: int
    same_text_days: int


# The lowest and highest number that each may be set to. Not zero where zero would close the conversation to everybody.
BOUNDS: dict[str, tuple[int, int]] = {
    # Some papers allow no links at all.
    "links_allowed": (0, 20),
    # Below three, a reader who mends a typo is slowed; above a thousand nothing is.
    "burst": (3, 1_000),
    "hourly": (3, 10_000),
    # A stranger's first comment is always held: no setting lets it through unread.
    "new_author_comments": (1, 50),
    "same_text_days": (1, 365),
}


def limits() -> Limits:
    """The limits that apply unless the newsroom has set others."""
    return Limits(LINKS_ALLOWED, BURST, HOURLY, NEW_AUTHOR_COMMENTS, SAME_TEXT_WINDOW.days)


# --- Rules that the newsroom writes ---------------------------------------------------------------------------------

# Five thousand words are several of the lists that newsrooms exchange; anything longer was pasted by mistake.
WORD_RULES = 5_000
# A rule is a word or a phrase, not a sentence: somebody who writes a sentence again changes a letter.
RULE_CODE_POINTS = 100
RULE_WORDS = 8
# A character of Unicode may fold to eighteen; there is room for a few of these.
RULE_KEY = 300
# This many letters must stand beside a `*`: with two, every tenth comment would match.
RULE_STEM = 3
# Decisions of this many days tell what a rule will do; a month has its campaigns and its quiet days.
REHEARSED = timedelta(days=30)
# In a busier month the newest are rehearsed: enough to know a rate, and read in a few seconds.
REHEARSED_COMMENTS = 100_000
REHEARSAL_EXAMPLES = 10
# How long the figures of a rehearsal may be saved with the rule; after that they would describe another month.
REHEARSAL_LIFE = timedelta(hours=1)
NOTES_CODE_POINTS = 1_000

# --- The order of the queue -----------------------------------------------------------------------------------------

# What each finding says about the harm that a text may do, in points: what a person must see soon weighs most.
RISK = {
    # Chosen by the newsroom itself, word by word.
    "listed_words": 5,
    "rejecting_words": 5,
    # A rule that only logs says nothing yet.
    "logged_words": 0,
    # Campaigns send one text many times, and each copy that is decided early saves the others work.
    "same_text_again": 4,
    # A catalogue of links is mostly an advertisement.
    "too_many_links": 3,
    # A script, or an overly helpful browser.
    "trap_filled": 3,
    # A matter of manners.
    "shouting": 1,
    "padding": 1,
    # Most newcomers mean well; nothing else is known of them.
    "first_time_author": 1,
    # An author who is always read first waits no longer for it than anybody else.
    "always_held": 1,
    # Authors who are shut out and come back are mostly angry.
    "paused_author": 3,
    "barred_author": 3,
    "every_comment": 0,
    "trusted_author": 0,
    "trusted_by_moderator": 0,
}
# For a rule that is not named above: as much as a link too many counts for, less than the newsroom's own words.
RISK_OF_OTHERS = 3
# A point of risk counts as much as this much waiting: in ten minutes a moderator reads some twenty comments.
RISK_IS_WORTH = timedelta(minutes=10)
# So nothing overtakes a comment that has waited two hours longer, and a quiet story never starves.
RISK_MOST = 12

# What no index covers is searched for among this many comments of a view: a tenth of a second's work for a database,
# and more than a newsroom decides in a week.
LOOKED_THROUGH = 10_000
# More words than this narrow no search further.
SEARCHED_WORDS = 8
# How many of the comments that came back from their authors are shown above the queue of the person who returned them;
# more would bury half the page.
CAME_BACK_SHOWN = 20

# --- What stands beside a comment at the desk -------------------------------------------------------------------------

# How many of an author's newest other comments are shown: enough to tell a habit from a bad day.
OTHERS_SHOWN = 5
# And how many words of each: as many as fit on a line.
OTHERS_WORDS = 14
# This many words in a row come from the story and not from the language.
QUOTED_WORDS = 5
# How many words of the story are shown before and after a quotation: a sentence's worth.
QUOTED_AROUND = 20
# Words shorter than this are mostly grammar, and sharing one of them is chance.
SHARED_LETTERS = 5
SHARED_WORDS = 2

# --- Reports --------------------------------------------------------------------------------------------------------

# Somebody who reads through a conversation that went wrong reports a handful of comments; a script gets no further.
REPORT_BURST = 10
REPORTS_HOURLY = 30
# The words of a report: which law, or why. As long as an explanation; anything longer belongs in a letter.
REPORT_CODE_POINTS = 2_000
# Mails on reports that strangers can cause to one address in a day by typing it into the form; readers who report more
# than this can see what becomes of it on the pages of their reports.
REPORT_MAILS_TO_ONE_ADDRESS = 10
# A report of illegality comes before all others of the month: whoever is told of a crime must look without delay. The
# others count by RISK_IS_WORTH for each further network that reports the same comment, up to RISK_MOST of them.
ILLEGAL_IS_WORTH = timedelta(days=30)
# Who reported, and in which words, is kept for as long as a decision may be objected to (Digital Services Act, Art.
# 20(1): six months), and some days for what arrives on the last of them.
REPORTERS_KEPT = timedelta(days=190)
# How many months the figures of reports look back, including the present one.
FIGURES_REPORT_MONTHS = 12

# --- Editing and deciding -------------------------------------------------------------------------------------------

# An edit of a visible comment leaves the approved words up until somebody has read the new ones: an author who mends a
# typo is not silenced for it.
EDIT_KEEPS_PUBLIC_TEXT = True
# A moderator's decision may be taken back before anybody is told of it.
NOTICE_DELAY = timedelta(seconds=10)
# A returned comment waits for its author over a week's holiday; after that the conversation has moved on.
RETURN_WINDOW = timedelta(days=7)
# The next shift notices a bulk act that went wrong, at the latest.
BATCH_UNDO_WINDOW = timedelta(hours=24)
# Ten times as many as two pages of the desk hold; locked and written together they take a fifth of a second.
BATCH_COMMENTS = 1_000
# How many of those are taken back in one slice: each comes back to a place of its own, which is a statement, and a
# colleague's decision waits a few hundredths of a second for it.
UNDONE_TOGETHER = 100

# How long colleagues are shown that somebody has a comment open: reading a long one and writing to its author takes
# about a minute, and somebody who went for a coffee must not seem to be at it.
CLAIM_LIFE = timedelta(seconds=90)
# The page says so three times in that time, so that one lost response does not end it.
CLAIM_RENEWED = timedelta(seconds=30)

# Each process counts the numbers beside the desk's views at most once in this time, however many moderators watch them:
# a colleague's decision must show that soon.
COUNTS_KEPT = timedelta(seconds=2)

# --- Objecting ------------------------------------------------------------------------------------------------------

# At least six months after the decision (Digital Services Act, Article 20(1)); no six months have more days than these.
OBJECTION_WINDOW = timedelta(days=184)
# As much as a comment: an author who objects to a decision may need as many words as the comment did.
OBJECTION_CODE_POINTS = MAXIMUM_CODE_POINTS
# How many stand above everybody's queue: as many as of the comments that came back from their authors.
OBJECTED_SHOWN = CAME_BACK_SHOWN

# --- What readers are told by mail ----------------------------------------------------------------------------------

# People confirm an address to hear about what they wrote; each mail says how to end it.
PACE = dict.fromkeys(Topic, Pace.NOW)
# The hour of the paper's day at which readers who want one mail a day get it: most of the day's decisions have been
# made then, and the evening is left for answering.
ROUNDUP_HOUR = 18
# From this long before that hour a message waits for tomorrow's mail: today's may be on its way.
ROUNDUP_CLOSED = timedelta(minutes=1)
# Nobody reads a mail with more quotes; the rest is a number in it.
ROUNDUP_QUOTES = 50
# The most messages in one mail at all: nobody follows a comment with a thousand answers a day by mail.
ROUNDUP_MESSAGES = 1_000
# Mails on answers to one address within an hour; further ones come with the day's roundup. A quarrel, or a crowd that
# has found a comment, must not fill anybody's mailbox.
ANSWER_MAILS = 10
ANSWER_MAILS_WINDOW = timedelta(hours=1)
# Conversations for which a setting can be chosen: the newest in which the reader wrote.
CONVERSATIONS_TO_CHOOSE = 20

# --- What the desk is told ------------------------------------------------------------------------------------------

# Ten times the usual number in an hour is news in itself: somebody linked to the story, or a campaign has found it.
BUSY_TIMES = 10
# And at least this many: one moderator can read one every minute or two beside the rest of the queue.
BUSY_AT_LEAST = 30
BUSY_WINDOW = timedelta(hours=1)
# What is usual is measured over a week: weekends are quieter than Mondays.
BUSY_COMPARED_WITH = timedelta(days=7)
# A cause that comes and goes is told once in this time: people switch off a phone that buzzes each minute.
ALARM_AT_MOST_EVERY = timedelta(hours=1)
# The hour of the paper's day from which its digest is sent: the night is known when the first shift begins.
DIGEST_HOUR = 7
# Causes that are over, and who was told of them, are kept for as long as the figures look back; after that nobody asks
# for them.
DESK_MESSAGES_KEPT = timedelta(days=30)

# --- Ledger and figures ---------------------------------------------------------------------------------------------

# A name, an outcome, a reason or a section is searched for in this many of the newest decisions, or of the newest
# within the chosen days: a month of a busy desk, in a fifth of a second.
LEDGER_SEARCHED = 100_000
# A week has its quiet days and its loud ones; its last 24 hours are shown hour by hour.
FIGURES_WEEK = timedelta(days=7)
# Long enough for each hour of the day to occur thirty times, short enough to describe the desk as it is now.
FIGURES_MONTH = timedelta(days=30)
# In a month with more than this the newest are read, in a second or two; more would move no median.
FIGURES_WAITS = 100_000

# Rows of the ledger that are read once more when the months are computed: simultaneous transactions commit in any
# order, and none here is a thousand rows late.
MONTHS_OVERLAP = 1_000
# Charts of the public page: a year, whose columns can still be told apart on a phone.
MONTHS_DRAWN = 12

# --- Reasons --------------------------------------------------------------------------------------------------------

# A page of words to an author is plenty; anything longer was pasted by mistake.
EXPLANATION_CODE_POINTS = 2_000
# Reasons that say too little by themselves: the moderator adds words.
REASONS_WITH_EXPLANATION = frozenset({Reason.OTHER})

# What is forbidden whatever our guidelines say; every other reason rests on the guidelines.
REASONS_OF_LAW = frozenset({Reason.ILLEGAL})

# Names that speak for the paper, whatever letters they are written in.
RESERVED_NAMES = (
    "admin",
    "administrator",
    "moderator",
    "moderation",
    "editor",
    "editors",
    "newsroom",
    "staff",
    "webmaster",
    # What a German paper calls its newsroom.
    "redaktion",
    "chefredaktion",
    "redakteur",
    "redakteurin",
    "moderatorin",
    "administratorin",
)

# What each reason rests on: the clause of the guidelines, in the words that readers and authors see.
CLAUSES: "dict[Reason, str | _StrPromise]" = {
    Reason.OFF_TOPIC: _("Keep to the story and to what others said about it."),
    Reason.OFFENSIVE: _("Disagree as sharply as you like, but respect the people you disagree with."),
    Reason.HARASSMENT: _("Nobody is followed, threatened or shamed here."),
    Reason.HATE: _("No contempt for people for where they come from, what they believe, or who they are."),
    Reason.ADVERTISING: _("Links serve the argument; nothing is sold here."),
    Reason.MISINFORMATION: _("Claims that can do harm and are known to be false are not published."),
    Reason.PERSONAL_DATA: _("Private addresses, numbers and names of private people stay private, your own included."),
    Reason.ILLEGAL: _("What the law forbids to publish is not published."),
    Reason.OTHER: _("Something else; the moderator says what."),
}
