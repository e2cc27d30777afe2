"""Somebody with a browser and a network of their own: what they ask goes over the wire."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


class Visitor:
    """Keeps cookies. Says where a form comes from as a browser does at this address."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, *, part: bool = True, **form: str) -> tuple[int, str]:
        """Status and text of the answer. Raises OSError or HTTPException when there is none."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, urlencode(form) if form else None, self._headers(part))
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for given in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer.status, text

    def stream(self, path: str) -> http.client.HTTPResponse:
        """An open stream; its lines come as the server sends them."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        connection.request("GET", path, None, self._headers(False))
        return connection.getresponse()

    def _headers(self, part: bool) -> dict[str, str]:
        # Browsers send Sec-Fetch-Site to https and to loopback addresses alone.
        site = {"Sec-Fetch-Site": "same-origin"} if self.host.startswith("127.") else {}
        cookies = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        own = {"Origin": f"http://{self.host}:{self.port}", "Content-Type": FORM, "Cookie": cookies}
        return own | site | ({"X-Part": "yes"} if part else {})


def session_opened(teacher: Visitor) -> tuple[str, str]:
    """The code of a new session on the first lesson, and the page with its links."""
    _, page = teacher.ask("GET", "/teach/")
    found = re.search(r'name="lesson" value="([^"]+)"', page)
    assert found is not None
    status, page = teacher.ask("POST", "/teach/", lesson=found[1])
    assert status == 200, page
    code = re.search(r'href="/teach/([A-Z0-9]{6})/"', page)
    assert code is not None
    return code[1], page
