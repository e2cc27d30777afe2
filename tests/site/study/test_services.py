"""Is an event that arrives twice kept once, and does nothing grow without end?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from lessons.review import card_state, recalled
from study.models import Answer, Learner, Practice, ReviewCard, ReviewLog, StudyPlan
from study.recall import cards_of, recalls_of
from study.services import (
    PRACTICES_MAX,
    REVIEWS_MAX,
    answer_record,
    flag_record,
    practice_advance,
    practice_begin,
    practice_end,
    review_record,
    study_plan_set,
)

PLAN = [["failover-blip", None], ["failover-fence", 7], ["failback-order", None]]


@pytest.fixture
def learner(db) -> Learner:
    return Learner.objects.create()


def _answer(learner: Learner, **more) -> Answer:
    return answer_record(
        **{"learner": learner, "question_id": "failover-blip", "version": 1, "given": "nothing", "right": True} | more
    )


def test_the_same_key_gives_the_first_answer_and_changes_nothing(learner):
    first = _answer(learner, key="k1", confidence="high", seed=3)
    again = _answer(learner, key="k1", given="promote", right=False)
    assert again == first
    assert Answer.objects.get().given == "nothing"


def test_answers_without_a_key_are_each_kept(learner):
    _answer(learner)
    _answer(learner, key="")
    assert Answer.objects.count() == 2


def test_two_learners_may_use_the_same_key(learner):
    _answer(learner, key="k1")
    _answer(Learner.objects.create(), key="k1")
    assert Answer.objects.count() == 2


def test_a_sitting_moves_and_ends_once(learner):
    practice = practice_begin(learner=learner, mode="exam", source="mixed", plan=PLAN)
    assert practice_advance(practice=practice, place=2).place == 2
    assert practice_advance(practice=practice, place=99).place == len(PLAN)
    assert practice_advance(practice=practice, place=1, plan=[*PLAN, ["failover-blip", None]]).place == 1
    ended = practice_end(practice=practice).ended_at
    assert ended and practice_end(practice=practice).ended_at == ended


def test_answers_outlive_the_sitting_they_were_given_in(learner):
    practice = practice_begin(learner=learner, mode="practice", source="mixed", plan=PLAN)
    kept = _answer(learner, practice=practice, asked_in="practice")
    practice.delete()
    kept.refresh_from_db()
    assert kept.practice is None


def test_sittings_are_bounded_and_the_latest_are_kept(learner):
    for _ in range(PRACTICES_MAX + 3):
        last = practice_begin(learner=learner, mode="practice", source="mixed", plan=PLAN)
    assert Practice.objects.count() == PRACTICES_MAX
    assert Practice.objects.filter(pk=last.pk).exists()


def test_a_flag_says_what_was_asked_and_not_who_asked_s15(learner):
    flag = flag_record(question_id="failover-blip", version=1, seed=9, given="promote", kind="unclear")
    assert (flag.question_id, flag.version, flag.seed, flag.given, flag.kind) == (
        "failover-blip",
        1,
        9,
        "promote",
        "unclear",
    )
    assert not [field.name for field in flag._meta.get_fields() if field.is_relation]


START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_recall_is_kept_once_and_plans_the_next(learner):
    first = review_record(learner=learner, prompt_id="p", held=True, at=START, key="r1")
    assert review_record(learner=learner, prompt_id="p", held=False, at=START, key="r1") == first
    assert [log.held for log in ReviewLog.objects.all()] == [True]
    card = ReviewCard.objects.get()
    assert card_state(card.state) == recalled(None, held=True, on=date(2026, 3, 2))
    assert card.due_on == date(2026, 3, 4)


def test_a_recall_that_arrives_late_gives_the_same_card_as_one_in_time(learner):
    other = Learner.objects.create()
    history = [(START, True), (START + timedelta(days=2), False), (START + timedelta(days=3), True)]
    for at, held in history:
        review_record(learner=learner, prompt_id="p", held=held, at=at)
    for at, held in reversed(history):
        review_record(learner=other, prompt_id="p", held=held, at=at)
    assert cards_of(learner) == cards_of(other)
    assert [one.held for one in recalls_of(other)["p"]] == [True, False, True]


def test_no_recall_is_kept_from_the_future_and_none_without_end(learner):
    review_record(learner=learner, prompt_id="p", held=True, at=datetime(2999, 1, 1, tzinfo=UTC))
    assert ReviewLog.objects.get().at < datetime.now(UTC)
    ReviewLog.objects.bulk_create(
        ReviewLog(learner=learner, prompt_id="p", held=True, at=START + timedelta(days=day)) for day in range(250)
    )
    review_record(learner=learner, prompt_id="p", held=True)
    assert ReviewLog.objects.count() == REVIEWS_MAX


def test_a_plan_is_set_changed_and_taken_back(learner):
    study_plan_set(learner=learner, target_on=date(2026, 5, 1), target_words="the drill")
    study_plan_set(learner=learner, target_on=date(2026, 6, 1), target_words="the drill " * 40)
    plan = StudyPlan.objects.get()
    assert plan.target_on == date(2026, 6, 1)
    assert len(plan.target_words) == 120
    study_plan_set(learner=learner, target_on=None, target_words="")
    assert not StudyPlan.objects.exists()
