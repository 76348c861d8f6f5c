"""Most valuable ng-routes under dual prices: labels from both ends, joined in the middle.

A route is worth the sum of `gain` (profit less dual price) of its customers. An ng-route may come
back to a customer once the path has left the neighbourhood that remembers it, so the set holds all
real routes and the best value bounds theirs from above. A label is a partial path; one dominates
another at the same customer if it is not later, not worth less and remembers no more.
"""

from typing import NamedTuple

import numba
import numpy as np

from benchmarks.patrols.instances import Instance

WORD = 64
MOST_AT_A_PLACE = 200_000


class TooManyLabels(Exception):
    """The instance is too hard for these neighbourhoods in this memory."""


class Network(NamedTuple):
    """Times of an instance, forwards and mirrored in time; place 0 is the depot."""

    distance: np.ndarray
    service: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    limit: np.ndarray  # labels later than this are left to the other direction
    horizon: int


def networks(instance: Instance, middle: float = 0.5) -> tuple[Network, Network]:
    """Return the instance forwards up to the middle of the horizon, and from the end backwards."""
    horizon, service = instance.budget, instance.service
    home = horizon - service - instance.distance[:, 0]
    opens = np.maximum(instance.opens, instance.distance[0])
    closes = np.minimum(instance.closes, home)
    opens[0], closes[0] = 0, horizon
    half = int(horizon * middle)
    forwards = Network(
        np.ascontiguousarray(instance.distance),
        service,
        opens,
        closes,
        np.full(len(service), half),
        horizon,
    )
    backwards = Network(
        np.ascontiguousarray(instance.distance.T),
        service,
        horizon - service - closes,
        horizon - service - opens,
        horizon - half - service - 1,
        horizon,
    )
    return forwards, backwards


def neighbourhoods(instance: Instance, size: int) -> np.ndarray:
    """Return for each place the bits of the customers it remembers: itself and the nearest."""
    places = instance.size + 1
    near = instance.distance + np.where(np.eye(places, dtype=bool), -1, 0)
    near[:, 0] = np.iinfo(np.int64).max
    bits = np.zeros((places, (places + WORD - 1) // WORD), dtype=np.uint64)
    for place in range(1, places):
        for other in np.argsort(near[place], kind="stable")[:size]:
            remember(bits, place, int(other))
    return bits


def remember(bits: np.ndarray, place: int, other: int) -> None:
    """Let `place` remember `other`."""
    bits[place, other // WORD] |= np.uint64(1) << np.uint64(other % WORD)


def best_routes(
    network: tuple[Network, Network],
    gain: np.ndarray,
    bits: np.ndarray,
    *,
    above: float,
    exact: bool,
    max_labels: int,
) -> list[tuple[float, tuple[int, ...]]]:
    """Return routes worth more than `above`, the best of each middle arc, the best first.

    With `exact`, an empty answer proves that no ng-route is worth more and the first is the best of
    all; without, dominance forgets what was visited: quick, and all routes found are real ones.
    """
    if not exact:
        bits = np.full_like(bits, np.iinfo(np.uint64).max)
    forwards, backwards = (
        _side(way, gain, bits, exact=exact, max_labels=max_labels) for way in network
    )
    value, first, second = _join(network[0], forwards, backwards, above)
    found = []
    for k in np.argsort(-value, kind="stable"):
        head, tail = _path(forwards, int(first[k])), _path(backwards, int(second[k]))
        found.append((float(value[k]), (*reversed(head), *tail)))
    return found


def _side(
    network: Network, gain: np.ndarray, bits: np.ndarray, *, exact: bool, max_labels: int
) -> "Side":
    places, words = bits.shape
    side = Side(
        node=np.empty(max_labels, np.int16),
        time=np.empty(max_labels, np.int32),
        value=np.empty(max_labels, np.float64),
        parent=np.empty(max_labels, np.int32),
        mask=np.empty((max_labels, words), np.uint64),
        following=np.empty(max_labels, np.int32),
        head=np.full(network.horizon + 1, -1, np.int32),
        used=np.ones(1, np.int64),
        order=np.empty((places, MOST_AT_A_PLACE), np.int32),
        count=np.zeros(places, np.int64),
    )
    side.node[0], side.time[0], side.value[0], side.parent[0] = 0, 0, 0.0, -1
    side.mask[0], side.following[0], side.head[0] = 0, -1, 0
    if not _label(side, network, gain, bits, exact):
        raise TooManyLabels(f"more than {max_labels}, or {MOST_AT_A_PLACE} at a place")
    return side


def _path(side: "Side", label: int) -> list[int]:
    path = []
    while label > 0:
        path.append(int(side.node[label]))
        label = int(side.parent[label])
    return path


class Side(NamedTuple):
    """Labels of one direction; `order` lists the undominated ones of a place, the best first."""

    node: np.ndarray
    time: np.ndarray
    value: np.ndarray
    parent: np.ndarray
    mask: np.ndarray
    following: np.ndarray  # the next label of the same moment
    head: np.ndarray  # by moment
    used: np.ndarray  # one number: how many labels there are
    order: np.ndarray
    count: np.ndarray


@numba.njit(cache=True)
def _inside(one, two):
    """Return whether all bits of `one` are in `two`."""
    rest = np.uint64(0)
    for w in range(len(one)):
        rest |= one[w] & ~two[w]
    return rest == 0


@numba.njit(cache=True)
def _apart(one, two):
    """Return whether no bit is in both."""
    common = np.uint64(0)
    for w in range(len(one)):
        common |= one[w] & two[w]
    return common == 0


@numba.njit(cache=True)
def _dominated(side, label, exact):
    place = side.node[label]
    for k in range(side.count[place]):
        other = side.order[place, k]
        if side.value[other] < side.value[label]:
            return False
        if side.time[other] <= side.time[label] and (
            not exact or _inside(side.mask[other], side.mask[label])
        ):
            return True
    return False


@numba.njit(cache=True)
def _settle(side, label):
    """Put the label into the list of its place; False if the list is full."""
    place = side.node[label]
    k = side.count[place]
    if k == side.order.shape[1]:
        return False
    while k > 0 and side.value[side.order[place, k - 1]] < side.value[label]:
        side.order[place, k] = side.order[place, k - 1]
        k -= 1
    side.order[place, k] = label
    side.count[place] += 1
    return True


@numba.njit(cache=True)
def _extend(side, label, network, gain, bits):
    """Add the labels that follow; False if there is no room for more."""
    i = side.node[label]
    free = side.time[label] + network.service[i]
    for j in range(1, len(gain)):
        word, bit = j // 64, np.uint64(1) << np.uint64(j % 64)
        # A detour costs time, so a customer worth nothing is in no best route.
        if gain[j] <= 1e-9 or side.mask[label, word] & bit:
            continue
        begins = max(free + network.distance[i, j], network.opens[j])
        if begins > min(network.closes[j], network.limit[j]):
            continue
        new = side.used[0]
        if new == len(side.node):
            return False
        side.node[new], side.time[new], side.parent[new] = j, begins, label
        side.value[new] = side.value[label] + gain[j]
        side.mask[new] = side.mask[label] & bits[j]
        side.mask[new, word] |= bit
        side.following[new] = side.head[begins]
        side.head[begins] = new
        side.used[0] += 1
    return True


@numba.njit(cache=True)
def _label(side, network, gain, bits, exact):
    """Set labels in order of time; False if there were too many."""
    for moment in range(len(side.head)):
        label = side.head[moment]
        while label >= 0:
            if not _dominated(side, label, exact) and not (
                _settle(side, label) and _extend(side, label, network, gain, bits)
            ):
                return False
            label = side.following[label]
    return True


@numba.njit(cache=True)
def _best_pair(i, j, network, forwards, backwards, above):
    """Return the best value above the bar over the arc i to j, and its two labels."""
    first, second = -1, -1
    latest = network.horizon - network.service[j]
    for k in range(forwards.count[i]):
        one = forwards.order[i, k]
        arrives = forwards.time[one] + network.service[i] + network.distance[i, j]
        for m in range(backwards.count[j]):
            two = backwards.order[j, m]
            if forwards.value[one] + backwards.value[two] <= above:
                break
            if arrives <= latest - backwards.time[two] and _apart(
                forwards.mask[one], backwards.mask[two]
            ):
                above = forwards.value[one] + backwards.value[two]
                first, second = one, two
                break
    return above, first, second


@numba.njit(cache=True)
def _join(network, forwards, backwards, above):
    """Return value, forward label and backward label of the best route over each middle arc."""
    places = len(forwards.count)
    value = np.empty(places * places, np.float64)
    first = np.empty(places * places, np.int32)
    second = np.empty(places * places, np.int32)
    found = 0
    for i in range(places):
        for j in range(places):
            if i == j and i > 0:
                continue
            best, one, two = _best_pair(i, j, network, forwards, backwards, above)
            if one >= 0:
                value[found], first[found], second[found] = best, one, two
                found += 1
    return value[:found], first[:found], second[:found]
