"""Is what one process tells the others what they hear, and never more than PostgreSQL passes on?"""

import random

import pytest

from classroom import news
from classroom.news import BYTES_MAX, News, read, written


@pytest.mark.parametrize("part", [None, (3, b""), (7, b"id: 7\nevent: part\ndata: <p>\xc2\xb1 1\xe2\x80\xaf%</p>\n\n")])
@pytest.mark.parametrize("kind", ["changed", "counted"])
def test_news_arrive_as_they_were_written(kind, part):
    assert read(written("ABCDEF", kind, part)) == News("ABCDEF", kind, part if part and part[1] else None, True)


def test_a_process_knows_its_own_news_from_those_of_others(monkeypatch):
    message = written("ABCDEF", "changed")
    monkeypatch.setattr(news, "OWN", "another")
    assert not read(message).is_own


def test_a_part_that_is_too_long_is_left_to_each_process():
    chance = random.Random(1)
    lengths = []
    for length in range(0, 12_000, 100):
        part = (1, chance.randbytes(length))
        message = written("ABCDEF", "changed", part)
        assert len(message.encode()) <= BYTES_MAX < 8_000
        heard = read(message)
        assert heard.part in (None, part) and heard.code == "ABCDEF" and heard.kind == "changed"
        lengths += [length] if heard.part else []
    assert lengths == list(range(100, lengths[-1] + 1, 100)) and 5_000 < lengths[-1] < 8_000
    assert read(written("ABCDEF", "changed", (1, b"<p>many words</p>" * 2_000))).part, "pages are mostly repetition"
