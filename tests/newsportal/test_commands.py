"""The commands that run the portal."""

import socket
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def test_a_second_server_on_one_port_is_refused_in_words(settings: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings.PORT = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {settings.PORT} cannot be used .* make run PORT=8001"):
            call_command("serve", stdout=StringIO())


@pytest.mark.django_db
def test_one_round_of_the_worker_ends_by_itself() -> None:
    said = StringIO()
    call_command("worker", once=True, stdout=said)
    assert said.getvalue() == ""
