"""What is kept of a learner: answers, predictions, a place, lessons done, practice, reviews. Facts only."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

QUESTION_ID_LENGTH_MAX = 120
KEY_LENGTH_MAX = 40  # of an idempotency key: the same key twice is the same event
KEY = re.compile(rf"[A-Za-z0-9_.:-]{{1,{KEY_LENGTH_MAX}}}")


class Learner(models.Model):
    """Somebody who answered something, known by a random key alone."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    begun_at = models.DateTimeField(auto_now_add=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="learner", editable=False
    )


class Practice(models.Model):
    """One sitting: questions in the order planned, and how far it got. `plan` holds [question_id, seed] pairs.

    `drafts` are answers of an exam by place: nothing is marked before it is handed in.
    """

    class Mode(models.TextChoices):
        """Feedback after each question, or after the last."""

        PRACTICE = "practice"
        EXAM = "exam"

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="practices")
    mode = models.CharField(max_length=10, choices=Mode)
    source = models.CharField(max_length=120)
    plan = models.JSONField()
    place = models.PositiveIntegerField(default=0)
    flags = models.JSONField(default=list)
    drafts = models.JSONField(default=dict)
    begun_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)


class Answer(models.Model):
    """One answer to one version of a question; every try is kept. `given` is null for "I don't know".

    `seed` says which variant was asked. `key` is the idempotency key that came with the answer, if any.
    """

    class Confidence(models.TextChoices):
        """How sure the learner was; not asked every time."""

        NOT_ASKED = ""
        LOW = "low"
        MIDDLE = "middle"
        HIGH = "high"

    class AskedIn(models.TextChoices):
        """Where the question was asked."""

        PAGE = "page"
        PRACTICE = "practice"
        EXAM = "exam"
        REVIEW = "review"
        OFFLINE = "offline"
        CLASS = "class"

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="answers")
    question_id = models.CharField(max_length=QUESTION_ID_LENGTH_MAX)
    version = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField(null=True)
    given = models.JSONField(null=True)
    right = models.BooleanField()
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.NOT_ASKED, blank=True)
    asked_in = models.CharField(max_length=10, choices=AskedIn, default=AskedIn.PAGE)
    practice = models.ForeignKey(Practice, null=True, on_delete=models.SET_NULL, related_name="answers")
    key = models.CharField(max_length=KEY_LENGTH_MAX, null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["learner", "question_id", "-id"]),
            models.Index(fields=["question_id", "version"], name="answers_of_a_question"),
            models.Index(fields=["key"], name="answers_by_key"),
        )
        constraints = (models.UniqueConstraint(fields=["learner", "key"], name="one_answer_per_key"),)


class PredictionRecord(models.Model):
    """One prediction and the answer of its run. `guess` is null when the reader just ran it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="predictions")
    prediction_id = models.CharField(max_length=120)
    widget = models.CharField(max_length=60)
    query = models.CharField(max_length=1500)
    guess = models.JSONField(null=True)
    answer = models.JSONField(null=True)
    near = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "prediction_id"], name="one_prediction_each"),)


class ReadingPlace(models.Model):
    """Where the learner stopped."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="place")
    lesson = models.CharField(max_length=120)
    anchor = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)


class LessonDone(models.Model):
    """The learner's own mark on a lesson."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "lesson"], name="one_mark_each"),)


class ReviewCard(models.Model):
    """What one learner remembers of one prompt. `state` is plain data of lessons/review.py."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="cards")
    prompt_id = models.CharField(max_length=QUESTION_ID_LENGTH_MAX)
    state = models.JSONField()
    due_on = models.DateField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "prompt_id"], name="one_card_each"),)


class ReviewLog(models.Model):
    """One recall of one prompt: held or missed."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="reviews")
    prompt_id = models.CharField(max_length=QUESTION_ID_LENGTH_MAX)
    held = models.BooleanField()
    at = models.DateTimeField()
    key = models.CharField(max_length=KEY_LENGTH_MAX, null=True)

    class Meta:
        indexes = (models.Index(fields=["learner", "prompt_id", "at"]),)
        constraints = (models.UniqueConstraint(fields=["learner", "key"], name="one_review_per_key"),)


class StudyPlan(models.Model):
    """What the learner studies for: a date, and what happens on it in their words."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="study_plan")
    target_on = models.DateField(null=True)
    target_words = models.CharField(max_length=120, blank=True)


class ResumePhrase(models.Model):
    """The keyed hash of the words that open this record elsewhere; the words themselves are kept nowhere."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="phrase")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)


class QuestionFlag(models.Model):
    """Somebody says that a question is wrong or unclear. Who it was is not kept."""

    class Kind(models.TextChoices):
        """What is said of the question."""

        WRONG = "wrong"
        UNCLEAR = "unclear"

    question_id = models.CharField(max_length=QUESTION_ID_LENGTH_MAX)
    version = models.PositiveIntegerField()
    seed = models.PositiveBigIntegerField(null=True)
    given = models.JSONField(null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)
