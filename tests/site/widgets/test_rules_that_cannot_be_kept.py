"""Is a run that finds out while it runs that it cannot be done answered with its field, and with the preset?"""

BASE = "/widgets/shuffle-sharding/?preset=eight-workers-pairs&shown=1"
NO_LUCK = f"{BASE}&workers=64&shard_size=4&customers=300&max_overlap=1"
IMPOSSIBLE = f"{BASE}&customers=29&max_overlap=1"


def test_a_rule_that_chance_does_not_meet_names_its_field_and_draws_the_preset(client):
    response = client.get(NO_LUCK)
    page = response.content.decode()
    assert response.status_code == client.get(IMPOSSIBLE).status_code
    assert "shards drawn at random" in page
    assert "28 shards" in page


def test_the_same_as_json_is_no_error_of_ours(client):
    response = client.get(NO_LUCK.replace("/?", ".json?"))
    assert response.status_code == client.get(IMPOSSIBLE.replace("/?", ".json?")).status_code
    assert response.status_code < 500
