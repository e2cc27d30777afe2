"""What is kept, shown and forgotten."""

from study.models import Answer, Learner, LessonDone
from study.throttle import Throttle


def test_reading_keeps_nothing(reader):
    for path in ("/", "/lessons/topologies/", "/widgets/failover/", "/progress/", "/privacy/", "/search/?q=a"):
        assert not reader.get(path).cookies
    assert not Learner.objects.exists()


def test_forgetting_lists_first_and_then_removes_everything(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    page = reader.get("/progress/forget/").content.decode()
    assert "answers to 1 question" in page and Answer.objects.exists()
    response = reader.post("/progress/forget/")
    assert "Everything is forgotten" in response.content.decode()
    assert not Learner.objects.exists() and not Answer.objects.exists()
    assert response.cookies["learner"].value == ""


def test_a_reader_returns_to_the_section_they_left(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    reader.post("/progress/place/", {"lesson": "topologies", "anchor": "check-yourself"})
    assert 'href="/lessons/topologies/#check-yourself"' in reader.get("/").content.decode()


def test_a_place_without_a_learner_keeps_nothing(reader):
    assert reader.post("/progress/place/", {"lesson": "topologies"}).status_code == 204
    assert not Learner.objects.exists()


def test_a_lesson_is_marked_as_done_and_unmarked(reader):
    reader.post("/progress/done/", {"lesson": "topologies", "action": "done"})
    assert "You marked this lesson as done" in reader.get("/lessons/topologies/").content.decode()
    reader.post("/progress/done/", {"lesson": "topologies", "action": "undo"})
    assert not LessonDone.objects.exists()


def test_answers_of_one_learner_are_not_shown_to_another(reader, client):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    assert "Not yet." in reader.get("/lessons/failover-and-failback/").content.decode()
    assert "Not yet." not in client.get("/lessons/failover-and-failback/").content.decode()


def test_a_throttle_opens_again_after_its_period():
    now = [0.0]
    throttle = Throttle(limit=2, period_s=10, clock=lambda: now[0])
    assert [throttle.allows("a") for _ in range(3)] == [True, True, False]
    assert throttle.allows("b")
    now[0] = 11
    assert throttle.allows("a")
