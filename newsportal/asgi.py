"""What the server runs: observing requests, around the page store, in front of the edge, in front of Django."""

import os
from functools import partial

from django.conf import settings

from newsportal.asgi_types import Receive, Scope, Send
from newsportal.edge import edge, threads
from newsportal.operating.logs import tell_what_ends
from newsportal.operating.observing import Observer
from newsportal.operating.request_log import RequestLog, as_json, as_line
from newsportal.pages.access import access
from newsportal.pages.front import Front
from newsportal.pages.keeper import Keeper
from newsportal.pages.rendering import render
from newsportal.wsgi import application as django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")


def _observed() -> Observer:
    """The page store and its keeper in front of the edge, or the edge alone without a store; all of it observed."""
    log = RequestLog(_FORMS.get(settings.LOG_FORMAT, as_line) if settings.REQUEST_LOG else None)
    here = access()
    if here is None:
        return Observer(edge, log, begin=tell_what_ends)
    front = Front(here, behind=edge, render=partial(render, django), threads=threads)
    keeper = Keeper(here, front.counts)

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        # Not on import: tests and commands import this, and keep no pages.
        keeper.start()
        await front(scope, receive, send)

    return Observer(behind, log, front.at_once, tell_what_ends)


_FORMS = {"line": as_line, "json": as_json}
application = _observed()
