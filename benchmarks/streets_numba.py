"""The router we did not build: Dijkstra with a binary heap, compiled by numba (ADR 41)."""

import numba as nb
import numpy as np


@nb.njit(cache=True)
def _push(keys, nodes, size, key, node):  # type: ignore[no-untyped-def]
    place = size
    while place and keys[(place - 1) >> 1] > key:
        above = (place - 1) >> 1
        keys[place], nodes[place] = keys[above], nodes[above]
        place = above
    keys[place], nodes[place] = key, node


@nb.njit(cache=True)
def _sink(keys, nodes, size):  # type: ignore[no-untyped-def]
    """Put what stands behind the end into the place of the first."""
    key, node, place = keys[size], nodes[size], 0
    while 2 * place + 1 < size:
        child = 2 * place + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], nodes[place] = keys[child], nodes[child]
        place = child
    keys[place], nodes[place] = key, node


@nb.njit(cache=True)
def _from_one(begins, ends, seconds, start, times, keys, nodes):  # type: ignore[no-untyped-def]
    times[:] = np.inf
    times[start] = 0.0
    keys[0], nodes[0], size = 0.0, start, 1
    while size:
        key, node = keys[0], nodes[0]
        size -= 1
        _sink(keys, nodes, size)
        if key > times[node]:
            continue
        for arc in range(begins[node], begins[node + 1]):
            later = key + seconds[arc]
            if later < times[ends[arc]]:
                times[ends[arc]] = later
                _push(keys, nodes, size, later, ends[arc])
                size += 1


@nb.njit(cache=True)
def many(begins, ends, seconds, starts, targets):  # type: ignore[no-untyped-def]
    """Return times from starts to targets, shape [start, target]."""
    times = np.empty(begins.size - 1)
    keys, nodes = np.empty(ends.size + 1), np.empty(ends.size + 1, np.int64)
    found = np.empty((starts.size, targets.size))
    for row in range(starts.size):
        _from_one(begins, ends, seconds, starts[row], times, keys, nodes)
        for column in range(targets.size):
            found[row, column] = times[targets[column]]
    return found
