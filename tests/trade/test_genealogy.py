"""Where things came from and where they went: every branch, no stranger, no endless circle."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.evidence.instant import Instant
from ledger.trade.genealogy import Direction, EventsNaming, Trace, trace
from ledger.trade.membership import Action, TracedEvent, Window


class World:
    """A small ledger in memory: events in the order they are told, found again by the names in them."""

    def __init__(self) -> None:
        self.events: list[TracedEvent] = []

    def make(self, at: int, inputs: Iterable[str], outputs: Iterable[str], *, run: str | None = None) -> None:
        self._tell(at, "TransformationEvent", inputs=tuple(inputs), outputs=tuple(outputs), transformation=run)

    def pack(self, at: int, container: str, *members: str, action: Action = "ADD") -> None:
        self._tell(at, "AggregationEvent", action=action, parent=container, children=members)

    def attach(self, at: int, container: str, *members: str, action: Action = "ADD") -> None:
        self._tell(at, "AssociationEvent", action=action, parent=container, children=members)

    def see(self, at: int, *things: str) -> int:
        self._tell(at, "ObjectEvent", action="OBSERVE", others=things)
        return len(self.events) - 1

    def trace(self, *starts: str, direction: Direction, limit: int = 20_000) -> Trace:
        return trace(starts, direction=direction, events_naming=finder(self.events), limit=limit)

    def _tell(self, at: int, kind: str, **fields: object) -> None:
        event = TracedEvent((len(self.events), 0), kind, Instant(at), **fields)  # type: ignore[arg-type]
        self.events.append(event)


def finder(events: Iterable[TracedEvent]) -> EventsNaming:
    index: dict[str, list[TracedEvent]] = defaultdict(list)
    for event in events:
        named = {event.parent, event.transformation, *event.children, *event.inputs, *event.outputs, *event.others}
        for name in named - {None}:
            index[str(name)].append(event)
    return lambda name: index.get(name, ())


def subjects(result: Trace) -> set[str]:
    return {node.identifier for node in result.nodes if not node.carrier}


def carriers(result: Trace) -> set[str]:
    return {node.identifier for node in result.nodes if node.carrier}


def told(result: Trace) -> set[int]:
    return {event.position[0] for event in result.events}


def test_back_follows_every_input_and_forward_every_output() -> None:
    world = World()
    world.make(1, ["leaf-a", "leaf-b"], ["green"])
    world.make(2, ["green", "jasmine"], ["tin-1", "tin-2"])
    assert subjects(world.trace("tin-1", direction="back")) == {"tin-1", "green", "jasmine", "leaf-a", "leaf-b"}
    assert subjects(world.trace("leaf-a", direction="forward")) == {"leaf-a", "green", "tin-1", "tin-2"}


def test_both_leaves_the_siblings_out() -> None:
    world = World()
    world.make(1, ["leaf"], ["tin-1", "tin-2"])
    world.make(2, ["tin-1"], ["cup"])
    assert subjects(world.trace("tin-1", direction="both")) == {"tin-1", "leaf", "cup"}


def test_parts_of_one_transformation_are_joined_by_their_id() -> None:
    world = World()
    world.make(1, ["leaf-a"], [], run="run-7")
    world.make(2, ["leaf-b"], [], run="run-7")
    world.make(3, [], ["green"], run="run-7")
    result = world.trace("green", direction="back")
    assert subjects(result) == {"green", "leaf-a", "leaf-b"}
    assert told(result) == {0, 1, 2}
    assert [(edge.sources, edge.targets, edge.window) for edge in result.edges] == [
        (("leaf-a", "leaf-b"), ("green",), Window(1, 3))
    ]
    assert subjects(world.trace("leaf-b", direction="forward")) == {"leaf-b", "green"}


@pytest.mark.parametrize("direction", ["back", "forward", "both"])
def test_a_container_moves_its_member_only_while_it_is_inside(direction: Direction) -> None:
    world = World()
    before = world.see(5, "case")
    world.pack(10, "case", "tin", "stranger")
    during = world.see(15, "case")
    world.pack(20, "case", "tin", action="DELETE")
    after = world.see(25, "case")
    strange = world.see(16, "stranger")
    result = world.trace("tin", direction=direction)
    assert during in told(result)
    assert not {before, after, strange} & told(result)
    assert carriers(result) == {"case"}
    assert subjects(result) == {"tin"}


def test_containers_within_containers_carry_for_the_time_all_of_them_did() -> None:
    world = World()
    world.pack(1, "truck", "pallet")
    world.pack(2, "pallet", "case")
    world.pack(10, "case", "tin")
    early, late = world.see(5, "truck"), world.see(12, "truck")
    world.pack(20, "truck", "pallet", action="DELETE")
    emptied = world.see(21, "truck")
    result = world.trace("tin", direction="forward")
    assert carriers(result) == {"case", "pallet", "truck"}
    assert late in told(result)
    assert not {early, emptied} & told(result)


@pytest.mark.parametrize("direction", ["back", "forward"])
def test_a_container_leads_to_all_it_ever_held(direction: Direction) -> None:
    world = World()
    world.pack(1, "case", "tin-1")
    world.pack(2, "case", "tin-1", action="DELETE")
    world.pack(3, "case", "tin-2")
    assert subjects(world.trace("case", direction=direction)) == {"case", "tin-1", "tin-2"}


def test_a_tote_that_was_used_up_leads_back_to_what_it_held_then() -> None:
    world = World()
    world.pack(1, "tote", "old")
    world.pack(2, "tote", action="DELETE")
    world.pack(3, "tote", "fresh")
    world.make(4, ["tote"], ["green"])
    world.pack(5, "tote", action="DELETE")
    world.pack(6, "tote", "later")
    assert subjects(world.trace("green", direction="back")) == {"green", "tote", "fresh"}


def test_what_is_processed_in_its_container_is_not_lost() -> None:
    world = World()
    world.pack(1, "case", "leaf")
    world.make(2, ["case"], ["green"])
    assert subjects(world.trace("leaf", direction="forward")) == {"leaf", "green"}


def test_a_delete_without_children_empties_the_container() -> None:
    world = World()
    world.pack(1, "case", "tin")
    world.pack(5, "case", action="DELETE")
    after = world.see(9, "case")
    result = world.trace("tin", direction="forward")
    assert told(result) == {0, 1}
    assert after not in told(result)


def test_observed_inside_counts_as_inside_until_taken_out() -> None:
    world = World()
    world.pack(1, "case", "tin", action="OBSERVE")
    during = world.see(2, "case")
    world.pack(3, "case", "tin", action="DELETE")
    after = world.see(4, "case")
    assert during in told(world.trace("tin", direction="back"))
    assert after not in told(world.trace("tin", direction="back"))


def test_a_delete_of_somebody_never_put_in_testifies_to_that_moment() -> None:
    world = World()
    before = world.see(1, "case")
    world.pack(3, "case", "tin", action="DELETE")
    result = world.trace("tin", direction="back")
    assert carriers(result) == {"case"}
    assert before not in told(result)


def test_part_of_a_lot_taken_out_leaves_the_rest_inside() -> None:
    lot = "https://id.gs1.org/01/09521234000013/10/L1"
    world = World()
    world.pack(1, "case", lot)
    world.pack(2, "case", lot, action="DELETE")
    after = world.see(3, "case")
    world.pack(4, "case", action="DELETE")
    emptied = world.see(5, "case")
    result = world.trace(lot, direction="forward")
    assert after in told(result)
    assert emptied not in told(result)


def test_an_association_carries_as_an_aggregation_does() -> None:
    world = World()
    world.attach(1, "pallet", "logger")
    seen = world.see(2, "pallet")
    result = world.trace("logger", direction="forward")
    assert seen in told(result)
    assert [edge.kind for edge in result.edges] == ["AssociationEvent"]


def test_circles_end() -> None:
    world = World()
    world.make(1, ["a"], ["b"])
    world.make(2, ["b"], ["a"])
    world.make(3, ["b"], ["b"])
    world.pack(4, "box", "crate")
    world.pack(5, "crate", "box")
    world.pack(6, "self", "self")
    assert subjects(world.trace("a", direction="both")) == {"a", "b"}
    assert subjects(world.trace("box", direction="both")) == {"box", "crate"}
    assert subjects(world.trace("self", direction="both")) == {"self"}


def test_an_unknown_thing_has_a_trace_of_itself() -> None:
    result = World().trace("nothing", direction="both")
    assert ([node.identifier for node in result.nodes], result.edges, result.events) == (["nothing"], (), ())
    assert not result.truncated


@pytest.mark.parametrize("limit", [1, 2, 5, 9])
def test_a_limit_is_kept_and_admitted(limit: int) -> None:
    world = World()
    for step in range(10):
        world.make(step, [f"x{step}"], [f"x{step + 1}"])
    result = world.trace("x0", direction="forward", limit=limit)
    assert result.truncated
    assert len(result.nodes) <= limit
    assert len(result.events) <= limit
    named = {node.identifier for node in result.nodes}
    assert all(set(edge.sources) | set(edge.targets) <= named for edge in result.edges)
    assert not world.trace("x0", direction="forward", limit=11).truncated


Step = tuple[list[int], list[int], bool]
STEPS = st.lists(
    st.tuples(
        st.lists(st.integers(0, 14), min_size=1, max_size=4),
        st.lists(st.integers(0, 14), min_size=1, max_size=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=25,
)


def closure(pairs: set[tuple[str, str]], start: str) -> set[str]:
    """Reachability by repeated joining of pairs: nothing of the walk under test."""
    reached = {start}
    while grown := {target for source, target in pairs if source in reached} - reached:
        reached |= grown
    return reached


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, start=st.integers(0, 14), back=st.booleans(), shuffle=st.randoms(use_true_random=False))
def test_the_trace_is_the_closure(steps: list[Step], start: int, back: bool, shuffle: random.Random) -> None:
    world = World()
    pairs: set[tuple[str, str]] = set()
    for number, (sources, targets, split) in enumerate(steps):
        inputs, outputs = [f"x{n}" for n in dict.fromkeys(sources)], [f"x{n}" for n in dict.fromkeys(targets)]
        pairs |= {(target, source) if back else (source, target) for source in inputs for target in outputs}
        if split:
            world.make(number, inputs, [], run=f"run-{number}")
            world.make(number, [], outputs, run=f"run-{number}")
        else:
            world.make(number, inputs, outputs)
    direction: Direction = "back" if back else "forward"
    result = world.trace(f"x{start}", direction=direction)
    assert subjects(result) == closure(pairs, f"x{start}")
    told_twice = list(world.events)
    shuffle.shuffle(told_twice)
    assert trace([f"x{start}"], direction=direction, events_naming=finder(told_twice)) == result


@settings(max_examples=100, deadline=None)
@given(levels=st.lists(st.integers(1, 4), min_size=6, max_size=9), seed=st.integers(0, 999))
def test_deep_layers_with_merges_and_splits_lose_no_branch(levels: list[int], seed: int) -> None:
    rng = random.Random(seed)
    world = World()
    pairs: set[tuple[str, str]] = set()
    layers = [[f"{depth}.{n}" for n in range(width)] for depth, width in enumerate(levels)]
    for depth, (above, below) in enumerate(pairwise(layers)):
        for child in below:
            parents = rng.sample(above, rng.randint(1, len(above)))
            world.make(depth, parents, [child])
            pairs |= {(child, parent) for parent in parents}
    bottom = layers[-1][0]
    result = world.trace(bottom, direction="back")
    assert subjects(result) == closure(pairs, bottom)
    assert max(node.depth for node in result.nodes) == len(levels) - 1


@settings(max_examples=150, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["ADD", "DELETE"])), max_size=25),
    sightings=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 24)), max_size=10),
)
def test_carried_events_are_those_of_the_minutes_inside(
    moves: list[tuple[int, int, Action]], sightings: list[tuple[int, int]]
) -> None:
    world = World()
    for at, (container, member, action) in enumerate(moves):
        if container != member:
            world.pack(at * 10, f"x{container}", f"x{member}", action=action)
    seen = [(world.see(at * 10 + 5, f"x{thing}"), thing, at * 10 + 5) for thing, at in sightings]
    result = world.trace("x0", direction="forward")
    within = minutes_with(world.events, "x0", [at for _, _, at in seen])
    members = subjects(result)
    for number, thing, at in seen:
        if f"x{thing}" not in members and f"x{thing}" in within.get(at, set()):
            assert number in told(result)
    if members == {"x0"}:
        for number, thing, at in seen:
            assert (number in told(result)) == (thing == 0 or f"x{thing}" in within[at])


def minutes_with(events: list[TracedEvent], thing: str, moments: list[int]) -> dict[int, set[str]]:
    """At each moment, everything `thing` is inside of, by replaying the packing up to then."""
    answer: dict[int, set[str]] = {}
    for moment in moments:
        inside: set[tuple[str, str]] = set()
        for event in events:
            if event.type == "AggregationEvent" and event.event_time <= moment:
                pairs = {(child, str(event.parent)) for child in event.children}
                inside = inside | pairs if event.action == "ADD" else inside - pairs
        answer[moment] = closure(inside, thing) - {thing}
    return answer


def counting(find: EventsNaming, asked: Counter[str]) -> EventsNaming:
    def ask(identifier: str) -> Iterable[TracedEvent]:
        asked[identifier] += 1
        return find(identifier)

    return ask


def test_a_walk_over_ten_thousand_events_asks_for_each_thing_once() -> None:
    rng = random.Random(1)
    world = World()
    pool = ["x0"]
    for step in range(1, 5_001):
        world.make(step * 10, {rng.choice(pool[-60:]) for _ in range(2)}, [f"x{step}"])
        world.pack(step * 10 + 5, f"case-{step // 10}", f"x{step}")
        pool.append(f"x{step}")
    asked: Counter[str] = Counter()
    result = trace(["x0"], direction="forward", events_naming=counting(finder(world.events), asked))
    assert len(result.events) == 10_000
    assert set(asked.values()) == {1}


def test_a_full_truck_is_not_walked_once_for_every_parcel() -> None:
    world = World()
    for parcel in range(3_000):
        world.pack(parcel, "truck", f"parcel-{parcel}")
    for minute in range(3_000):
        world.see(minute, "truck")
    asked: Counter[str] = Counter()
    parcels = [f"parcel-{n}" for n in range(3_000)]
    result = trace(parcels, direction="forward", events_naming=counting(finder(world.events), asked))
    assert carriers(result) == {"truck"}
    assert asked["truck"] == 1
