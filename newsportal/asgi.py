"""What the server runs: what is seen of requests, around the page store, in front of the edge, in front of Django."""

import os
from collections.abc import Awaitable, Callable
from functools import partial

from django.conf import settings

from newsportal.edge import Receive, Scope, Send, edge, threads
from newsportal.operating.observing import Observer
from newsportal.operating.request_log import RequestLog, as_json, as_line
from newsportal.pages.access import access
from newsportal.pages.front import Front
from newsportal.pages.keeper import Keeper
from newsportal.pages.rendering import render
from newsportal.wsgi import application as django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsportal.settings")


def _with_store() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The page store and its keeper in front of the edge; the edge alone where there is no store."""
    here = access()
    if here is None:
        return edge
    front = Front(here, behind=edge, render=partial(render, django), threads=threads)
    keeper = Keeper(here, front.counts)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        # Not on import: tests and commands import this, and keep nothing.
        keeper.start()
        await front(scope, receive, send)

    return application


def _log() -> RequestLog | None:
    return RequestLog(as_json if settings.LOG_FORMAT == "json" else as_line) if settings.REQUEST_LOG else None


application = Observer(_with_store(), _log())
