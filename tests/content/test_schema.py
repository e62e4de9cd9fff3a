import json
from pathlib import Path

from bot.content.schema import json_schema

DIALOGS = Path(__file__).parents[2] / "dialogs"


def test_the_schema_for_editors_is_the_one_of_the_program():
    assert (DIALOGS / "schema.json").read_text(encoding="utf-8") == json_schema()


def test_the_schema_refuses_keys_that_the_program_refuses():
    schema = json.loads(json_schema())
    assert schema["additionalProperties"] is False
    assert {"dialog", "about", "start", "expire", "nodes"} <= set(schema["required"])
    assert set(schema["$defs"]["Branch"]["properties"]) == {"if", "to"}
    assert all(part.get("additionalProperties") is False for part in schema["$defs"].values() if "properties" in part)
