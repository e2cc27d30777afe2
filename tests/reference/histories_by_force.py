"""A slow second opinion: does a history keep to a model, when every order and every explanation is tried?

Written from the definitions alone and with nothing from the package. Operations are plain dicts {client, op, key,
value, called_ms, returned_ms, ok}; every key starts as `initial`. No memory, no shortcuts: for a handful of operations.
"""

from itertools import chain, combinations, permutations, product

INFINITE = float("inf")


def holds(operations, model, initial=None):
    """Whether the model allows the history."""
    told = sorted(operations, key=lambda one: one["called_ms"])
    counted = [{**one, "place": place} for place, one in enumerate(told) if _says_something(one)]
    sure = [one for one in counted if one["returned_ms"] is not None]
    unsure = [one for one in counted if one["returned_ms"] is None]
    return any(_holds_with([*sure, *happened], model, initial) for happened in _subsets(unsure))


def _says_something(one):
    if one["returned_ms"] is None:
        return one["op"] != "read"
    return one["ok"] or one["op"] == "cas"


def _subsets(things):
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def _holds_with(operations, model, initial):
    if model == "linearizable":
        keys = {one["key"] for one in operations}
        return all(
            _some_order([one for one in operations if one["key"] == key], _before_in_time, initial) for key in keys
        )
    if model == "sequential":
        return _some_order(operations, _before_for_client, initial)
    return any(_keeps(operations, sources, model, initial) for sources in product(*_sources(operations, initial)))


def _before_for_client(one, other):
    """The client's own order: what has no answer comes before nothing."""
    same = one["client"] == other["client"]
    return same and one["returned_ms"] is not None and one["place"] < other["place"]


def _before_in_time(one, other):
    if one["returned_ms"] is None or one is other:
        return False
    return one["returned_ms"] < other["called_ms"] or _before_for_client(one, other)


def _some_order(operations, before, initial):
    """Whether some order of all of them keeps to `before` and gives every one what it met."""

    def go(left, values):
        if not left:
            return True
        for place, one in enumerate(left):
            rest = left[:place] + left[place + 1 :]
            if any(before(other, one) for other in rest):
                continue
            now = values.get(one["key"], initial)
            if _fits(one, now) and go(rest, {**values, one["key"]: _after(one, now)}):
                return True
        return False

    return go(list(operations), {})


def _same(one, other):
    return type(one) is type(other) and one == other


def _fits(one, now):
    if one["op"] == "read":
        return _same(one["value"], now)
    if one["op"] == "cas":
        matched = _same(one["value"][0], now)
        return matched if one["ok"] or one["returned_ms"] is None else not matched
    return True


def _after(one, now):
    if one["op"] == "append":
        return (now or "") + one["value"]
    if one["op"] == "write":
        return one["value"]
    return one["value"][1] if _changes(one) and one["op"] == "cas" else now


def _changes(one):
    return one["op"] == "write" or (one["op"] == "cas" and (one["ok"] or one["returned_ms"] is None))


def _observes(one):
    return one["op"] in ("read", "cas")


def _learnt(one, client):
    """A client learns what it met from an answer only."""
    return _observes(one) and one["client"] == client and one["returned_ms"] is not None


def _left(one):
    """The value that a change leaves."""
    return one["value"] if one["op"] == "write" else one["value"][1]


def _sources(operations, initial):
    """For each operation every place it may have read from: a place in the list, "start", or None where it read
    nothing."""
    choices = []
    for one in operations:
        if not _observes(one):
            choices.append([None])
            continue
        found = [
            place
            for place, other in enumerate(operations)
            if other is not one and other["key"] == one["key"] and _changes(other) and _fits(one, _left(other))
        ]
        choices.append([*found, "start"] if _fits(one, initial) else found)
    return choices


def _keeps(operations, sources, model, initial):
    """Whether the model holds when each operation read from where `sources` says."""
    size = len(operations)
    own = {(a, b) for a in range(size) for b in range(size) if _before_for_client(operations[a], operations[b])}
    cause = own | {(source, place) for place, source in enumerate(sources) if isinstance(source, int)}
    for middle in range(size):
        for a in range(size):
            if (a, middle) in cause:
                cause |= {(a, b) for b in range(size) if (middle, b) in cause}
    if any((place, place) in cause for place in range(size)):
        return False
    if model == "causal":
        clients = {one["client"] for one in operations}
        return all(_client_order(operations, sources, cause, client) for client in clients)
    promised = {
        "read_your_writes": _own_writes,
        "monotonic_reads": _seen_before,
        "monotonic_writes": _written_before_seen,
        "writes_follow_reads": _known_to_writers,
    }[model]
    for read in range(size):
        if sources[read] is None or operations[read]["returned_ms"] is None:
            continue
        for version in promised(operations, sources, own, cause, read):
            if _older(operations, cause, sources[read], version, read):
                return False
    return True


def _older(operations, cause, found, version, read):
    """Whether what the read found is older than this version of the same key."""
    if operations[version]["key"] != operations[read]["key"] or version in (found, read):
        return False
    return found == "start" or (found, version) in cause


def _own_writes(operations, sources, own, cause, read):
    return [a for a in range(len(operations)) if (a, read) in own and _changes(operations[a])]


def _seen_before(operations, sources, own, cause, read):
    return [sources[a] for a in range(len(operations)) if (a, read) in own and isinstance(sources[a], int)]


def _written_before_seen(operations, sources, own, cause, read):
    found = []
    for seen in _seen_before(operations, sources, own, cause, read):
        earlier = [a for a in range(len(operations)) if (a, seen) in own and _changes(operations[a])]
        found += earlier
        if sources[read] in earlier and operations[seen]["key"] == operations[read]["key"]:
            found.append(seen)
    return found


def _known_to_writers(operations, sources, own, cause, read):
    found = []
    for seen in _seen_before(operations, sources, own, cause, read):
        known = [
            sources[a]
            for a in range(len(operations))
            if ((a, seen) in own or a == seen) and isinstance(sources[a], int)
        ]
        found += known
        if sources[read] in known and operations[seen]["key"] == operations[read]["key"]:
            found.append(seen)
    return found


def _client_order(operations, sources, cause, client):
    """Whether one order of all changes and what this client learnt keeps causes first and gives each its source."""
    places = [place for place, one in enumerate(operations) if _changes(one) or _learnt(one, client)]
    for order in permutations(places):
        at = {place: moment for moment, place in enumerate(order)}
        if all(at[a] < at[b] for a, b in cause if a in at and b in at) and _reads_last(
            operations, sources, order, client
        ):
            return True
    return False


def _reads_last(operations, sources, order, client):
    last = {}
    for place in order:
        one = operations[place]
        if _learnt(one, client) and last.get(one["key"], "start") != sources[place]:
            return False
        if _changes(one):
            last[one["key"]] = place
    return True
