"""An application whose answers begin and never end."""

import asyncio

from newsportal.asgi_types import Receive, Scope, Send


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Begin to answer, and wait for ever."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"And then", "more_body": True})
    await asyncio.Event().wait()
