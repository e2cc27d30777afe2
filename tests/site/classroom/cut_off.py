"""A room without an uplink, as a program: run by itself it plays a whole vote, and says where; a fault ends it.

With `alone` it first gives the network namespace that it was started in a loopback and one more address, nothing else.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import socket
import struct
import sys
from html import unescape
from pathlib import Path

ADDRESS_ALONE, ADDRESS_BESIDE = "10.77.0.1", "127.0.0.2"
SET_ADDRESS, SET_FLAGS, UP = 0x8916, 0x8914, 0x1


def network_made() -> None:
    """Raises the loopback, with a second address as a laptop has one in a room; there is no way to anywhere else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for name, address in ((b"lo", "127.0.0.1"), (b"lo:room", ADDRESS_ALONE)):
            place = struct.pack("16sH2x4s8x", name, socket.AF_INET, socket.inet_aton(address))
            fcntl.ioctl(any_socket, SET_ADDRESS, place)
            fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", name, UP))
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", b"lo", UP))
    with socket.socket() as outwards:
        assert outwards.connect_ex(("192.0.2.1", 80)) == errno.ENETUNREACH, "the uplink is cut"


def played(folder: Path, *, alone: bool) -> None:
    """Join, vote, reveal; the instructor at the loopback address, everybody else at the address of the room."""
    from config.served import Server

    room = ADDRESS_ALONE if alone else ADDRESS_BESIDE
    listen = "0.0.0.0" if alone else ADDRESS_BESIDE  # elsewhere the machine has more addresses
    server = Server(host="0.0.0.0", DATABASE_URL=f"sqlite:///{folder / 'room.sqlite3'}", DEBUG="1", LISTEN=listen)
    server.migrate()
    server.start()
    try:
        voted_and_revealed(server.port, room)
    finally:
        server.kill()


def voted_and_revealed(port: int, room: str) -> None:
    """The whole flow by HTTP. Every link and every picture leads to the room's own address."""
    from classroom.gate import code_picture
    from tests.site.classroom.visitor import Visitor, session_opened

    teacher = Visitor(port)
    code, started = session_opened(teacher)
    assert f"{room}:{port}/join and the code" in started
    assert str(code_picture(f"http://{room}:{port}/j/{code}/")) in started, "the picture leads to the room's address"
    links = [unescape(one) for one in re.findall(r'href="(http://[^"]+token=[^"]+)"', started)]
    assert len(links) == 2 and all(one.startswith(f"http://{room}:{port}/") for one in links)

    screen = Visitor(port, room)
    path = links[1].partition(f":{port}")[2]
    assert screen.ask("GET", path)[0] == 303
    status, shown = screen.ask("GET", f"/teach/{code}/screen/", part=False)
    assert status == 200 and f"{room}:{port}<wbr>/join" in shown
    assert str(code_picture(f"http://{room}:{port}/j/{code}/")) in shown
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', shown), "nothing is fetched from anywhere else"

    phones = [Visitor(port, room) for _ in range(3)]
    for phone in phones:
        assert phone.ask("GET", "/join/")[0] == 200
        status, _ = phone.ask("POST", "/join/", code=code.lower())
        assert status == 303
    stream = phones[0].stream(f"/live/{code}/phone?seen=0")
    made = {"number": "0", "prompt": "Which one?", "options": "this\nthat\nneither"}
    assert teacher.ask("POST", f"/teach/{code}/improvise/", **made)[0] == 200
    lines = iter(stream.readline, b"")
    assert any(line == b"id: 1\n" for line in lines), "the step came by stream"
    question = re.search(r'name="question" value="([^"]+)"', phones[0].ask("GET", f"/j/{code}/part/")[1])
    assert question is not None
    for phone, answer in zip(phones, "112", strict=True):
        status, text = phone.ask("POST", f"/j/{code}/vote/", question=question[1], round="1", answer=answer)
        assert status == 200 and "Your answer is in" in text
    assert teacher.ask("POST", f"/teach/{code}/step/", kind="reveal", number="1")[0] == 200
    assert any(line == b"id: 2\n" for line in lines)
    for who, part in ((screen, f"/teach/{code}/screen/part/"), (phones[2], f"/j/{code}/part/")):
        status, text = who.ask("GET", part)
        assert status == 200 and "Vote 1: 3 answers" in text and "2 (67" in text


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "alone" in sys.argv[2:]:
        network_made()
    import django

    django.setup()
    played(Path(sys.argv[1]), alone="alone" in sys.argv[2:])
    print("played", "with the uplink cut" if "alone" in sys.argv[2:] else "beside an uplink")
