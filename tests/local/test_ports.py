"""The port of the web: the one asked for, or the next that is free."""

import socket

import pytest

from poverty.local.ports import listen, wanted_port
from poverty.local.trouble import Trouble


def test_a_taken_port_gives_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with listen(number) as listener:
            address, port = listener.getsockname()
            assert address == "127.0.0.1"
            assert number < port < number + 100


def test_a_free_port_is_taken_as_asked():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    with listen(number) as listener:
        assert listener.getsockname()[1] == number


@pytest.mark.parametrize("port", [0, 65536])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(Trouble, match="is no port"):
        listen(port)


def test_the_port_comes_from_the_environment():
    assert wanted_port({}) == 8000
    assert wanted_port({"PORT": ""}) == 8000
    assert wanted_port({"PORT": "9000"}) == 9000
    with pytest.raises(Trouble, match="is not a number"):
        wanted_port({"PORT": "web"})
