"""N15: does a room work with the uplink cut, served from the instructor's own machine?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client

from config.own_addresses import addresses_for_the_room, ordered
from tests.site.classroom import cut_off

NAMESPACES = (["unshare", "--net"], ["unshare", "--map-root-user", "--net"])


def namespace() -> list[str]:
    """A command that starts another one where there is no network; [] where this system does not let us."""
    if shutil.which("unshare"):
        for command in NAMESPACES:
            if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
                return command
    return []


def test_N15_L23_a_session_is_joined_voted_in_and_revealed_with_the_uplink_cut(tmp_path):
    """Where the system allows no namespace, the room's address is a second one beside the uplink."""
    apart = namespace()
    command = [*apart, sys.executable, cut_off.__file__, str(tmp_path), *(["alone"] if apart else [])]
    places = os.pathsep.join((str(settings.ROOT), str(settings.ROOT / "site")))
    environment = {**os.environ, "PYTHONPATH": places, "SECRET_KEY": "of this room"}
    played = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert played.returncode == 0, played.stderr[-3000:]
    assert played.stdout.strip() == ("played with the uplink cut" if apart else "played beside an uplink")


def test_N15_a_laptop_that_listens_to_itself_alone_offers_no_other_address():
    assert [addresses_for_the_room(one) for one in ("", "127.0.0.1", "localhost", "::1")] == [[]] * 4
    assert addresses_for_the_room("192.168.1.7") == ["192.168.1.7"]


def test_N15_the_network_of_a_hall_comes_before_those_of_containers_and_loopback_never():
    found = ["172.17.0.1", "127.0.0.1", "169.254.8.8", "192.168.1.7", "10.0.0.4", "10.0.0.4"]
    assert ordered(found) == ["10.0.0.4", "192.168.1.7", "172.17.0.1", "169.254.8.8"]


@pytest.mark.django_db
def test_N15_every_own_address_is_named_and_the_first_is_in_the_picture(room_of_people, monkeypatch):
    monkeypatch.setattr(settings, "OWN_ADDRESSES", ["192.168.1.7", "172.17.0.1"])
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["127.0.0.1", "192.168.1.7", "172.17.0.1"])
    at = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000"}
    page = room_of_people.teacher.get(f"/teach/{room_of_people.code}/", **at).content.decode()
    assert "192.168.1.7:8000/join" in page and "172.17.0.1:8000/join" in page and "127.0.0.1" not in page
    client = Client()
    client.cookies = room_of_people.screen.cookies
    at["SERVER_NAME"] = "172.17.0.1"
    screen = client.get(f"/teach/{room_of_people.code}/screen/", **at).content.decode()
    assert "172.17.0.1:8000<wbr>/join" in screen, "whoever came by another address stays there"
