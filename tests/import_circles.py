"""Finds the modules of the package that import each other in a circle, by reading them."""

import ast
from pathlib import Path

import numpy as np
import scipy.sparse.csgraph


def find_circles() -> list[set[str]]:
    """Return the groups of modules that import each other in a circle, imports for type checkers included."""
    root = Path(__file__).resolve().parents[1]
    files = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (root / "latent_explorer").rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {f"{node.module}.{one.name}" for one in node.names} | {node.module}
        graph[module] = {name for name in names if name in files and not files[name].name.startswith("__init__")}
    rows = list(graph)
    place = {name: i for i, name in enumerate(rows)}
    edges = [(place[module], place[name]) for module in rows for name in graph[module]]
    links = scipy.sparse.coo_array((np.ones(len(edges)), tuple(zip(*edges, strict=True))), shape=(len(rows),) * 2)
    count, label = scipy.sparse.csgraph.connected_components(links, connection="strong")
    groups = [{rows[i] for i in np.flatnonzero(label == k)} for k in range(count)]
    return [group for group in groups if len(group) > 1]
