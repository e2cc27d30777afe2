"""What is kept of a class session: numbered events, participants without names, votes. Facts only."""

import uuid

from django.db import models


class ClassSession(models.Model):
    """One session. Links hold tokens; only their digests are kept. `last_number` is that of the newest event.

    `lends_shares`: later sessions here may be told how the first votes of this one split.
    """

    code = models.CharField(max_length=6, unique=True)
    lesson = models.CharField(max_length=120)
    plan = models.JSONField(default=dict)
    teacher_digest = models.CharField(max_length=64)
    screen_digest = models.CharField(max_length=64)
    last_number = models.PositiveIntegerField(default=0)
    keep_aggregate = models.BooleanField(default=False)
    lends_shares = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)


class ClassEvent(models.Model):
    """One step of a session; never changed, never deleted before the session is."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["session", "number"], name="one_event_a_number"),)
        ordering = ("number",)


class Participant(models.Model):
    """Somebody in the room, known by a random key and an offered pseudonym. `simulated` ones never count.

    `by_hand` ones hold up a printed card, and the instructor counts them in.
    """

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="participants")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pseudonym = models.CharField(max_length=40)
    simulated = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)


class Vote(models.Model):
    """The last vote of a participant on a question in a round of an attempt. `right` is null for a prediction."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes")
    question_id = models.CharField(max_length=120)
    round = models.PositiveSmallIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    given = models.JSONField()
    right = models.BooleanField(null=True)
    confidence = models.CharField(max_length=6, default="", blank=True)
    seconds = models.FloatField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["participant", "question_id", "round", "attempt"], name="one_vote_a_round_and_attempt"
            ),
        )
        indexes = (models.Index(fields=["question_id", "round", "attempt"]),)


class ReviewsCounted(models.Model):
    """A participant agrees that later reviews count in the report of the session. Without this row none does."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="reviews_counted")
    at = models.DateTimeField(auto_now_add=True)


class MoreTime(models.Model):
    """A participant took more time, once in a countdown; `number` is that of the event that started it."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="more_times")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["participant", "number"], name="more_time_once"),)


class Signal(models.Model):
    """Lost, slower, faster: shown as a trend, never with a name."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="signals")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField(auto_now_add=True)


class WallQuestion(models.Model):
    """A question from the room. Anonymous to everybody, the instructor included."""

    session = models.ForeignKey(ClassSession, on_delete=models.CASCADE, related_name="wall")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE)
    text = models.CharField(max_length=280)
    hidden = models.BooleanField(default=False)
    answered = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)


class WallVote(models.Model):
    """One participant finds a question of the wall worth asking."""

    question = models.ForeignKey(WallQuestion, on_delete=models.CASCADE, related_name="up_votes")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["question", "participant"], name="one_up_vote_each"),)
