"""What the desk's scripts say. They fill in `{name}`."""

import json

from django.utils.translation import gettext as _


def words() -> str:
    """The texts by name, as JSON."""
    said = {
        "sending": _("Being sent …"),
        "approved": _("Approved: {name}."),
        "rejected": _("Rejected: {name}."),
        "spam": _("Spam: {name}."),
        "returned": _("Returned to its author: {name}."),
        "left": _("Left up: {name}."),
        "pending": _("Waits again: {name}."),
        "stays": _("Done: {name}."),
        "search": _("Search comments"),
        "undo": _("Undo"),
        "undoLabel": _("Undo: {name}"),
        "several": _("{n} comments"),
        "undone": _("Undone. As before: {name}."),
        "nothingToUndo": _("There is nothing to undo."),
        "place": _("{place} of {count}"),
        "none": _("Nothing waits here."),
        "end": _("This is the last one."),
        "start": _("This is the first one."),
        "refusedElsewhere": _("{name}: {words}"),
        "elsewhere": _("{deed}, {at}"),
        "rewritten": _("Its author has changed it since."),
        "withdrawn": _("Its author has withdrawn it."),
        "gone": _("This comment is not there any more."),
        "show": _("Show it as it is now"),
        "keep": _("Keep"),
        "keepLabel": _("Keep what {who} decided"),
        "override": _("Override with a reason"),
        "why": _("Why do you override it?"),
        "whyNeeded": _("Say why you override it."),
        "chooseReason": _("Choose a reason."),
        "reasonKeys": _("Press the number of a reason, then Enter; words for the author may stand between."),
        "needsWords": _("This reason needs an explanation for the author."),
        "whatToChange": _("Say in the explanation what the author should change; Enter sends it."),
        "answerObjection": _("Its author has objected: answer in the explanation; Enter sends it."),
        "noLetter": _("The letter could not be shown. Try again."),
        "cannot": _("This cannot be done to this comment."),
        "away": _("No connection. {n} not sent yet; tried again by itself."),
        "signedOut": _("You have been signed out. {n} not sent yet; what you decided and typed is kept here."),
        "awayIdle": _("No connection. What colleagues decide is not shown at the moment."),
        "signedOutIdle": _("You have been signed out. What you typed is kept here."),
        "notTaken": _("The server did not take this ({status}). Nothing was decided."),
        "discard": _("Do not send"),
        "new": _("{n} new"),
        "newMany": _("more than {n} new"),
        "newShown": _("{n} new in this list."),
        "newBelow": _("They wait further down, or in another view."),
        "selected": _("{n} selected"),
        "unselected": _("Nothing is selected."),
        "keysOff": _("Single keys are off; buttons do the same."),
        "keysOn": _("Single keys are on."),
        "kept": _("What you typed before is back."),
    }
    return json.dumps(said)
