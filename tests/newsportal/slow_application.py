"""An application whose thread still has something to say after its answer has gone, as one of Django's has."""

import asyncio
import threading

from newsportal.asgi_types import Receive, Scope, Send
from newsportal.edge import threads

# Long enough that the server has stopped by then.
_SECONDS = 1.0


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once; a thread passes its last word to the loop later."""
    loop = asyncio.get_running_loop()

    def have_a_last_word() -> None:
        threading.Event().wait(_SECONDS)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()

    threads.submit(have_a_last_word)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
