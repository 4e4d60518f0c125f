"""Who may import whom: the whole list of DESIGN, read from the source of every module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {p.name for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists()} - {"tests", "benchmarks"}
MAY_IMPORT = {
    "graph": set(),
    "loaders": {"graph"},
    "visualisations": {"graph"},
    "resolvers": {"graph"},
    "schema": {"resolvers", "graph"},
    "maillage": {"loaders", "visualisations", "schema", "resolvers", "graph"},
}
FORBIDDEN_IN_GRAPH = {"strawberry", "graphql", "starlette", "uvicorn", "jinja2", "click", "pyvis"}
ONLY_IN = {
    "pyvis": {"visualisations"},
    "matplotlib": {"visualisations"},
    "typst": {"visualisations"},
    "neo4j": {"graph", "maillage"},
    "sqlite3": {"graph"},
}


def imports(source: str, package: str) -> set[str]:
    """Top-level names that *source* imports; a relative import counts as *package*."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(package if node.level else (node.module or "").partition(".")[0])
    return found


def forbidden(package: str, source: str) -> set[str]:
    """What *source*, a module of *package*, may not import."""
    seen = imports(source, package)
    wrong = (seen & PACKAGES) - MAY_IMPORT[package] - {package}
    wrong |= {name for name, where in ONLY_IN.items() if name in seen and package not in where}
    if package == "graph":
        wrong |= seen & FORBIDDEN_IN_GRAPH
    return wrong


@pytest.mark.parametrize(
    "module",
    sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")),
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_a_module_imports_only_what_stands_to_its_right(module: Path) -> None:
    package = module.relative_to(ROOT).parts[0]

    wrong = forbidden(package, module.read_text(encoding="utf-8"))

    assert not wrong, f"{module.relative_to(ROOT)} imports {sorted(wrong)}"


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("graph", "import loaders.sheet"),
        ("graph", "from schema.types import Partner"),
        ("graph", "def late():\n    import strawberry"),
        ("resolvers", "from schema import root"),
        ("schema", "import maillage.app"),
        ("loaders", "from resolvers.context import Context"),
        ("maillage", "import pyvis"),
        ("maillage", "from matplotlib import figure"),
        ("schema", "import neo4j"),
    ],
)
def test_a_forbidden_import_is_refused(package: str, source: str) -> None:
    assert forbidden(package, source)


def test_every_package_stands_in_the_list() -> None:
    assert MAY_IMPORT.keys() >= PACKAGES
