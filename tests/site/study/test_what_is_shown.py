"""Does the page of one's own progress speak in words, and take only what it can keep?"""

import pytest

from study.models import ReadingPlace

FORM = {"query": "preset=hot-standby", "prediction": "failover-hot-standby-return"}


@pytest.mark.parametrize(
    ("guess", "words"), [("140", "near enough"), ("30", "too low"), ("190", "too high"), ("9000", "more than twice")]
)
def test_predictions_are_shown_with_how_near_they_came(reader, guess, words):
    reader.post("/quiz/predictions/failover/", FORM | {"guess": guess})
    page = reader.get("/progress/").content.decode()
    assert words in page
    assert "After how many seconds are users served again?" in page


def test_a_skipped_prediction_is_shown_as_skipped(reader):
    reader.post("/quiz/predictions/failover/", FORM | {"action": "skip"})
    page = reader.get("/progress/").content.decode()
    assert "skipped" in page and "not predicted" in page


def test_answers_are_shown_by_what_was_asked(reader):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    page = reader.get("/progress/").content.decode()
    assert "The link to the primary is cut for 20 s." in page and "not yet" in page


@pytest.mark.parametrize("form", [{"lesson": "../.."}, {"lesson": "a\0b"}, {"lesson": "x" * 121}, {"lesson": ""}])
def test_a_place_that_is_none_is_not_kept(reader, form):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    assert reader.post("/progress/place/", form | {"anchor": "a"}).status_code == 204
    assert not ReadingPlace.objects.exists()


def test_the_learners_pages_ask_as_many_questions_of_the_database_after_many_tries(
    reader, django_assert_max_num_queries
):
    for _ in range(15):
        reader.post("/quiz/failover-blip/", {"answer": "promote"})
    with django_assert_max_num_queries(14):
        reader.get("/progress/")
    with django_assert_max_num_queries(8):
        reader.get("/lessons/failover-and-failback/")


@pytest.mark.parametrize("path", ["/progress/", "/progress/forget/", "/privacy/"])
def test_looking_changes_nothing(reader, path, django_assert_num_queries):
    reader.post("/quiz/failover-blip/", {"answer": "promote"})
    before = reader.get("/progress/").content
    assert reader.get(path).status_code == 200
    assert reader.get("/progress/").content == before
