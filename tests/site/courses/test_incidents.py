"""Incidents: every number has a source, times add up, a fault is named at its line, and the pages say all of it."""

import datetime
import re
import tomllib
from html import unescape

import pytest
from django.conf import settings

from courses.blocks import CourseError
from courses.catalogue import catalogue
from courses.incident_pages import timeline_of
from courses.incidents import read_incident
from courses.search import search
from courses.toml_tables import OUR_CHOICE
from lessons.quizzes.practice import Source
from lessons.simulator import split_brain
from lessons.widgets.kit.svg import draw
from quizzes.bank import bank
from quizzes.sources import Past, pool_of
from widgets.drawing import presets_of
from widgets.reference import sources

FOLDER = settings.CONTENT / "incidents"
FILES = sorted(FOLDER.glob("*.toml"))
INCIDENTS = catalogue().incidents
AT_LEAST = {
    "github-2018",
    "aws-us-east-1-2025",
    "s3-2017",
    "google-cloud-network-2019",
    "facebook-2021",
}
NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|half|third|quarter|dozens?|hundreds?|thousands?|millions?|twice)\b"
)
DIRECTIVE = re.compile(r"\{[a-z]+:[^{}]*\}")


def numbers_in(value):
    """Every number, date, and text with a digit or a number word, with what it says."""
    if isinstance(value, (bool, type(None))):
        return
    if isinstance(value, (int, float, datetime.date)):
        yield value
    elif isinstance(value, str):
        plain = DIRECTIVE.sub("", value)  # what a directive says is computed
        if re.search(r"\d", plain) or NUMBER_WORDS.search(plain.lower()):
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from numbers_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)


def entries_of(file):
    """Each thing that a file says: its head, and every table below it, with a name to find it by."""
    tables = tomllib.loads(file.read_text())
    below = {
        name: value
        for name, value in tables.items()
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))
    }
    yield "head", {name: value for name, value in tables.items() if name not in below}
    for name, value in below.items():
        for place, one in enumerate(value if isinstance(value, list) else [value], 1):
            yield f"{name} {place}", one


def test_the_incidents_that_the_course_speaks_of_can_be_replayed():
    assert INCIDENTS.keys() >= AT_LEAST


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_has_a_source(file):
    seen = 0
    for name, entry in entries_of(file):
        # Keys of sources and of questions, and the day of the last change, are about the file itself.
        said = {
            key: value for key, value in entry.items() if key not in ("source", "updated", "questions", "prediction")
        }
        found = list(numbers_in(said))
        seen += len(found)
        if not found:
            continue
        assert entry.get("source"), (name, found)
        for key in entry["source"]:
            assert key in sources() or (key == OUR_CHOICE and name.split()[0] in ("run", "counterfactual")), (name, key)
    assert seen >= 15


def test_a_number_without_a_source_would_be_found():
    assert list(numbers_in({"text": "It lasted 43 s."}))
    assert list(numbers_in({"text": "Dozens of copies."}))
    assert list(numbers_in({"set": {"rate": 22.2}}))
    assert not list(numbers_in({"text": "It came to {value:downtime/?outages_s=[1]#downtime_s|s}."}))


@pytest.mark.parametrize("slug", INCIDENTS)
def test_a_replayed_timeline_adds_up_to_the_minute(slug):
    incident = INCIDENTS[slug]
    assert sum(phase.lasted_s for phase in incident.phases) == incident.lasted_s
    assert incident.lasted_s > 0


def test_in_1_the_replay_of_github_keeps_the_recipe_and_strands_about_954_writes_on_the_old_side():
    run = INCIDENTS["github-2018"].run.experiment
    preset = presets_of("split-brain")[run.preset]
    recipe = {
        "partition_s": 43,
        "detect_s": 0,
        "promote_after_s": 10,
        "fencing": "none",
        "write_rate_rps": 22.2,
        "shared_key_fraction": 0.2,
        "merge": "manual",
    }
    assert run.settings == {} and preset.values == recipe
    result = split_brain.run(split_brain.Scenario(**recipe), seed=preset.seed)
    assert result.unique_writes["old"] == pytest.approx(954, abs=100)
    assert result.unique_writes["new"] > 0
    cut = INCIDENTS["github-2018"].entries[0]
    assert (cut.until - cut.at).total_seconds() == 43
    assert INCIDENTS["github-2018"].lasted_s == (24 * 60 + 11) * 60


def test_in_2_the_event_in_us_east_1_took_about_five_times_as_long_as_its_cause():
    incident = INCIDENTS["aws-us-east-1-2025"]
    cause, recovery = incident.phases
    assert cause.lasted_s == (2 * 60 + 52) * 60
    assert cause.lasted_s + recovery.lasted_s == incident.lasted_s == (14 * 60 + 32) * 60
    assert incident.lasted_s / cause.lasted_s == pytest.approx(5, abs=0.1)
    local = incident.local(incident.start), incident.local(cause.until), incident.local(incident.end)
    assert [f"{one:%-d %H:%M}" for one in local] == ["19 23:48", "20 02:40", "20 14:20"]


def test_in_2_the_run_beside_it_ends_with_the_event():
    from lessons.simulator import replication_lag as lens

    incident = INCIDENTS["aws-us-east-1-2025"]
    preset = presets_of("replication-lag")[incident.run.experiment.preset]
    assert preset.values["stall_s"] == incident.phases[0].lasted_s
    result = lens.run(lens.Scenario(**preset.values), seed=1)
    assert result.caught_up_at_s == pytest.approx(incident.lasted_s, abs=60)


def test_no_length_is_said_more_exactly_than_its_ends_are_known():
    facebook = INCIDENTS["facebook-2021"]
    assert facebook.end_about and facebook.lasted == "about 6\u2009h"
    for incident in INCIDENTS.values():
        for entry in incident.entries:
            assert not (entry.about and entry.until) or re.fullmatch("about \\d+\u2009(h|min)", entry.lasted)


@pytest.mark.parametrize("slug", INCIDENTS)
def test_the_counterfactual_changes_one_field_and_the_outcome(slug):
    incident = INCIDENTS[slug]
    was, would_be = incident.run.experiment, incident.otherwise.experiment
    assert (was.slug, was.preset) == (would_be.slug, would_be.preset)
    assert len(would_be.settings.items() ^ was.settings.items()) == 1
    first, second = (bank().predictions[one.prediction].prediction for one in (was, would_be))
    assert first.id != second.id, "a prediction is kept by its id, so each run needs its own"
    from lessons.widgets.registry import widget
    from widgets.drawing import draw as run

    made = widget(was.slug)
    results = [run(made, {"preset": one.preset, **one.settings}).result for one in (was, would_be)]
    answers = [second.answer(result) for result in results]
    assert answers[0] != answers[1]


@pytest.mark.parametrize("slug", INCIDENTS)
def test_a_page_says_all_of_it_without_scripts_and_sets_no_cookie(client, db, slug):
    incident = INCIDENTS[slug]
    answer = client.get(f"/incidents/{slug}/")
    page = unescape(answer.content.decode())
    assert not answer.cookies
    assert incident.lasted in page and incident.zone in page
    rows = page.split("<tbody>", 1)[1].split("</tbody>", 1)[0].split("<tr>")[1:]
    assert len(rows) == len(incident.entries)
    for row, entry in zip(rows, incident.entries, strict=True):
        assert f"{entry.at:%H:%M}" in row and f"{incident.local(entry.at):%H:%M}" in row
        assert all(f'href="/sources/#{key}"' in row for key in entry.sources)
    for one in (*incident.facts, *incident.unknown, *incident.told):
        said = page.split(one.text.split("{")[0][:60], 1)[1].split("</li>")[0].split("</dd>")[0]
        assert all(f'href="/sources/#{key}"' in said for key in one.sources)
    assert page.count('class="experiment"') == 2
    assert page.count('name="prediction"') == 2
    for differs in incident.run.differs:
        assert differs[:40] in page
    for asked in incident.questions:
        assert f'id="question-{asked.question_id}"' in page


@pytest.mark.parametrize("slug", INCIDENTS)
def test_a_source_that_was_not_read_itself_is_marked_wherever_it_is_cited(client, db, slug):
    page = unescape(client.get(f"/incidents/{slug}/").content.decode())
    for key in INCIDENTS[slug].sources_named:
        wanted = f"[{key}, secondary]" if sources()[key].kind == "secondary" else f"[{key}]"
        assert f">{wanted}</a>" in page


@pytest.mark.parametrize("slug", INCIDENTS)
def test_the_picture_is_small_enough_and_shows_every_bar(slug):
    view = timeline_of(INCIDENTS[slug])
    svg = draw(view)
    assert len(svg) < 16_000
    assert 3 <= len(view.ticks) <= 9
    for lane in view.lanes:
        assert f">{lane.name}<" in svg.replace("&amp;", "&")


def test_a_second_visit_gets_the_kept_bytes(client, db, settings):
    settings.DEBUG = False
    first, second = (client.get("/incidents/github-2018/") for _ in range(2))
    assert first["ETag"] == second["ETag"]
    assert client.get("/incidents/github-2018/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_an_incident_that_is_not_there_is_not_found(client, db):
    assert client.get("/incidents/atlantis/").status_code == 404


def test_incidents_are_linked_from_the_front_page_the_index_and_their_lessons(client, db):
    assert 'href="/incidents/"' in client.get("/").content.decode()
    index = client.get("/incidents/").content.decode()
    for slug, incident in INCIDENTS.items():
        assert f'href="/incidents/{slug}/"' in index
        for lesson in incident.lessons:
            assert f'href="/incidents/{slug}/"' in client.get(f"/lessons/{lesson}/").content.decode()


def test_search_finds_incidents_by_what_they_say():
    assert "/incidents/github-2018/#timeline" in [hit.address for hit in search(catalogue(), "optical equipment")]
    assert any(hit.address.endswith("#told") for hit in search(catalogue(), "power tools"))


def test_questions_of_incidents_are_practised_with_their_lesson():
    asked = {block.question_id for incident in INCIDENTS.values() for block in incident.questions}
    of_incidents = {name for name in bank().questions if name.startswith("incident-")}
    assert asked == of_incidents
    for name in asked:
        lesson = bank().questions[name].lesson
        assert bank().questions[name] in pool_of(Source("lesson", lesson), Past(), "practice")


def test_every_wrong_answer_and_every_right_one_has_its_reason():
    for incident in INCIDENTS.values():
        for block in incident.questions:
            question = bank().questions[block.question_id]
            for option in question.options:
                assert option.reason and option.link, (question.id, option.id)
                assert option.right or option.misconception or question.kind == "order", (question.id, option.id)


def test_an_answer_on_the_page_leads_back_to_it(reader):
    page = "/incidents/s3-2017/"
    answer = reader.post("/quiz/incident-s3-restart/", {"answer": "full", "action": "answer", "back": page})
    assert answer.status_code == 303
    assert answer["Location"] == f"{page}#question-incident-s3-restart"
    assert "feedback__verdict--right" in reader.get(page).content.decode()


def test_a_prediction_on_the_page_opens_its_own_run_and_not_the_other(reader):
    page = "/incidents/github-2018/"
    form = {
        "prediction": "incident-github-new-side",
        "query": "preset=github-2018",
        "anchor": "run",
        "back": f"{page}#run",
        "guess": "700",
        "action": "predict",
    }
    answer = reader.post("/quiz/predictions/split-brain/", form)
    assert answer.status_code == 303 and answer["Location"] == f"{page}#run"
    text = reader.get(page).content.decode()
    assert "You said: 700" in text
    assert 'value="incident-github-new-side"' not in text
    assert 'value="incident-github-patience"' in text


# What is right, what stands there instead, what is said of it, and the line that is named.
BROKEN = [
    (
        "end = 2018-10-22T23:03:00Z",
        "end = 2018-10-22T23:04:00Z",
        "the last phase ends at",
        "until = 2018-10-22T23:03:00Z",
    ),
    ("start = 2018-10-21T22:52:00Z", "start = 2018-10-21T22:52:00+02:00", "allowed: a moment in UTC", "start = "),
    ('zone = "EDT"', 'zone = "CEST"', "allowed: UTC", 'zone = "CEST"'),
    ('lane = "queues"\nstate = "degraded"', 'lane = "queues"\nstate = "gone"', "state is 'gone'", 'state = "gone"'),
    ("until = 2018-10-22T16:45:00Z", "until = 2018-10-20T16:45:00Z", "ends before it", "until = 2018-10-20"),
    ('field = "promote_after_s"', 'field = "patience_s"', "no field 'patience_s'", 'field = "patience_s"'),
    ("value = 60", "value = 10", "changes nothing", "value = 10"),
    ('preset = "github-2018"', 'preset = "github-2019"', "no preset 'github-2019'", "[run]"),
    ('"failover-and-failback"', '"failing"', "no lesson 'failing'", "lessons = "),
    ('"incident-github-majority"', '"incident-github-minority"', "no question", "questions = "),
    ('text = "The first alerts."', 'text = "The first {term:alerts}."', "no glossary term", 'text = "The first {'),
    ('"The first alerts."', '"The first alerts."\nwho = "us"', "no key 'who'", 'who = "us"'),
    ("at = 2018-10-21T23:02:00Z", "at = 2018-10-21T22:53:00Z", "comes before the entry", "at = 2018-10-21T22:53"),
    ("[counterfactual]", "[otherwise]", "no table 'otherwise'", "[otherwise]"),
    ('title = "GitHub', "title = GitHub", "Invalid", "title = "),
]


@pytest.mark.parametrize(("good", "bad", "says", "line"), BROKEN)
def test_a_fault_is_named_at_its_line(tmp_path, good, bad, says, line):
    text = (FOLDER / "github-2018.toml").read_text()
    assert good in text
    path = tmp_path / "github-2018.toml"
    path.write_text(text.replace(good, bad, 1))
    with pytest.raises(CourseError) as raised:
        read_incident(path)
    said = str(raised.value)
    place = re.match(rf"{re.escape(str(path))}:(\d+): ", said)
    assert place and says in said, said
    assert path.read_text().splitlines()[int(place.group(1)) - 1].startswith(line), said


def test_a_missing_key_is_named_at_the_table_that_lacks_it(tmp_path):
    text = (FOLDER / "github-2018.toml").read_text()
    at = text.splitlines().index('text = "The first alerts."') + 1
    path = tmp_path / "github-2018.toml"
    path.write_text(text.replace('text = "The first alerts."', "", 1))
    with pytest.raises(CourseError, match=f":{at - 2}: text is missing"):
        read_incident(path)


def test_a_source_that_nobody_knows_is_refused_at_its_line(tmp_path):
    text = (FOLDER / "facebook-2021.toml").read_text()
    row = text.splitlines().index('source = ["WIKI-FB-2021", "KENTIK-2021"]') + 1
    path = tmp_path / "facebook-2021.toml"
    path.write_text(text.replace('"WIKI-FB-2021"', '"HEARSAY"'))
    with pytest.raises(CourseError, match=rf":{row}: no source 'HEARSAY'"):
        read_incident(path)
