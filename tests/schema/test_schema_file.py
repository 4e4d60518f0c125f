from pathlib import Path

import pytest
from graphql import GraphQLList, get_nullable_type, is_object_type

from schema.execution import GraphQL
from schema.guard import CAPS, list_caps

FILE = Path(__file__).parent.parent.parent / "schema" / "schema.graphql"


def test_the_schema_file_is_what_the_code_says() -> None:
    """After a wanted change: `python -m schema.execution > schema/schema.graphql`."""
    assert FILE.read_text(encoding="utf-8") == GraphQL().schema.as_str() + "\n"


def test_every_list_field_has_a_cap() -> None:
    schema = GraphQL().schema._schema
    lists = {
        f"{name}.{field}"
        for name, type_ in schema.type_map.items()
        if is_object_type(type_) and not name.startswith("__")
        for field, definition in type_.fields.items()
        if isinstance(get_nullable_type(definition.type), GraphQLList)
    }

    caps = list_caps(schema)

    assert lists == caps.keys()
    assert all(1 <= cap <= 100 for cap in caps.values())


@pytest.mark.parametrize("field", sorted(CAPS))
def test_a_cap_names_a_list_that_exists(field: str) -> None:
    assert field in list_caps(GraphQL().schema._schema)
