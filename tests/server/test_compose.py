"""compose.yaml by the published schema, which docker-compose's package carries (it is downloaded, not installed)."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.server.composition import FILE

WHEEL = Path(__file__).parents[2] / "build" / "docker_compose-1.29.2-py2.py3-none-any.whl"


@pytest.fixture(scope="module")
def schema() -> dict:
    with zipfile.ZipFile(WHEEL) as wheel:
        return json.loads(wheel.read("compose/config/compose_spec.json"))


def test_the_composition_is_one(schema):
    jsonschema.validate(yaml.safe_load(FILE.read_text(encoding="utf-8")), schema)


def test_the_schema_tells_a_mistake(schema):
    composition = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    composition["services"]["hub"]["comand"] = []
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(composition, schema)
