"""What is kept of a learner: answers, predictions, a place, lessons done. Facts only."""

import uuid

from django.db import models


class Learner(models.Model):
    """Somebody who answered something, known by a random key alone."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    begun_at = models.DateTimeField(auto_now_add=True)


class Answer(models.Model):
    """One answer to one version of a question; every try is kept. `given` is null for "I don't know"."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="answers")
    question_id = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    given = models.JSONField(null=True)
    right = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["learner", "question_id", "-id"]),)


class PredictionRecord(models.Model):
    """One prediction and the answer of its run. `guess` is null when the reader just ran it."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="predictions")
    prediction_id = models.CharField(max_length=120)
    widget = models.CharField(max_length=60)
    query = models.CharField(max_length=1500)
    guess = models.JSONField(null=True)
    answer = models.JSONField(null=True)
    near = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "prediction_id"], name="one_prediction_each"),)


class ReadingPlace(models.Model):
    """Where the learner stopped."""

    learner = models.OneToOneField(Learner, on_delete=models.CASCADE, related_name="place")
    lesson = models.CharField(max_length=120)
    anchor = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now=True)


class LessonDone(models.Model):
    """The learner's own mark on a lesson."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["learner", "lesson"], name="one_mark_each"),)
