"""Is a fault in review.toml or ideas.toml refused with the file and the name?"""

import pytest

from lessons.quizzes.ideas import IdeaError, read_ideas
from lessons.quizzes.prompts import ANSWER_LENGTH_MAX, ASK_LENGTH_MAX, PromptError, read_prompts

PROMPT = (
    '[[prompt]]\nid = "first-one"\nidea = "some-idea"\nkind = "what_if"\n'
    'ask = "What happens?"\nanswer = "This, because of that."\nlink = "#there"\n'
)
IDEA = '[some-idea]\nname = "Some idea"\nsentence = "It is so."\nlesson = "first-lesson"\n'


@pytest.fixture
def prompts_of(tmp_path):
    """Reads the prompts of one lesson with this review.toml."""

    def read(text: str, folder: str = "010-first-lesson"):
        lesson = tmp_path / "series" / folder
        lesson.mkdir(parents=True, exist_ok=True)
        (lesson / "review.toml").write_text(text)
        return read_prompts(tmp_path)

    return read


@pytest.fixture
def ideas_of(tmp_path):
    """Reads the ideas of a content folder with this ideas.toml."""

    def read(text: str):
        (tmp_path / "ideas.toml").write_text(text)
        return read_ideas(tmp_path)

    return read


def test_a_link_to_a_section_leads_to_its_lesson_from_anywhere(prompts_of):
    assert prompts_of(PROMPT)["first-one"].link == "/lessons/first-lesson/#there"
    run = PROMPT.replace("#there", "/widgets/failover/?preset=hot-standby")
    assert prompts_of(run)["first-one"].link == "/widgets/failover/?preset=hot-standby"


def test_prompts_stand_in_the_order_of_the_lessons(prompts_of):
    prompts_of(PROMPT, "020-second-lesson")
    found = prompts_of(PROMPT.replace("first-one", "a-later-name"))
    assert [(prompt.id, prompt.lesson) for prompt in found.values()] == [
        ("a-later-name", "first-lesson"),
        ("first-one", "second-lesson"),
    ]


def test_an_id_is_taken_once_in_the_whole_course(prompts_of):
    prompts_of(PROMPT)
    with pytest.raises(PromptError, match=r"020-second-lesson.*first-one: the id is taken"):
        prompts_of(PROMPT, "020-second-lesson")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[prompt", "review.toml"),
        ("", "holds [[prompt]] tables"),
        ('prompt = ["text"]\n', "holds [[prompt]] tables"),
        ('title = "T"\n' + PROMPT, "holds [[prompt]] tables"),
        (PROMPT.replace("answer =", "answers ="), "prompt first-one: answer is missing"),
        (PROMPT.replace('"This, because of that."', '" "'), "prompt first-one: answer is missing, empty"),
        (PROMPT.replace('"This, because of that."', "7"), "prompt first-one: answer is missing, empty or no text"),
        (PROMPT + 'hint = "Think."\n', "prompt first-one: no field 'hint'"),
        (PROMPT.replace("first-one", "First!"), "prompt First!: an id has"),
        (PROMPT.replace("what_if", "definition"), "prompt first-one: kind is 'definition'"),
        (PROMPT.replace("#there", "there"), "prompt first-one: link is 'there'"),
        (PROMPT.replace("#there", "https://example.com/"), "prompt first-one: link is"),
        (PROMPT.replace("What happens?", "W" * (ASK_LENGTH_MAX + 1)), f"ask has {ASK_LENGTH_MAX + 1} characters"),
        (PROMPT.replace("that.", "t" * ANSWER_LENGTH_MAX), f"(allowed: {ANSWER_LENGTH_MAX})"),
    ],
)
def test_a_prompt_that_cannot_be_asked_is_refused_by_name(prompts_of, text, words):
    with pytest.raises(PromptError, match=r"review\.toml") as refused:
        prompts_of(text)
    assert words in str(refused.value)


def test_a_directive_counts_as_one_word_of_what_is_read(prompts_of):
    directive = "{value:failover/hot-standby?" + "a=1&" * 200 + "#rto_s|s}"
    assert directive in prompts_of(PROMPT.replace("What happens?", f"How long is {directive}?"))["first-one"].ask


def test_ideas_keep_the_order_of_their_file(ideas_of):
    found = ideas_of(IDEA.replace("some-idea", "zebra") + IDEA)
    assert list(found) == ["zebra", "some-idea"]
    assert found["zebra"].name == "Some idea"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[some", "ideas.toml"),
        (IDEA.replace("some-idea", "SomeIdea"), "[SomeIdea]: a slug has"),
        ('loose = "text"\n', "[loose]: an idea has name, sentence, lesson"),
        (IDEA.replace("sentence", "words"), "[some-idea]: an idea has"),
        (IDEA + 'also = "more"\n', "[some-idea]: an idea has"),
        (IDEA.replace('"It is so."', '""'), "[some-idea]: sentence is empty"),
        (IDEA.replace('"It is so."', "1"), "[some-idea]: sentence is empty or no text"),
        (IDEA.replace("Some idea", "n" * 81), "[some-idea]: name has 81 characters (allowed: 80)"),
    ],
)
def test_an_idea_that_cannot_be_named_is_refused_by_name(ideas_of, text, words):
    with pytest.raises(IdeaError, match=r"ideas\.toml") as refused:
        ideas_of(text)
    assert words in str(refused.value)
