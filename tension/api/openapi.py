"""The OpenAPI 3.1 document of the interface, made from the same table as its routes."""

from __future__ import annotations

import re
from typing import Any

from tension.api.parameters import FILTERS, Parameter
from tension.api.resources import RESOURCES, Resource

_ERROR = {
    "description": "What is wrong, where, and what is allowed.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_PAGE = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {},
        "total": {"type": "integer"},
        "limit": {"type": "integer"},
        "offset": {"type": "integer"},
        "next": {"type": ["string", "null"]},
    },
}


def build_openapi() -> dict[str, Any]:
    """The document as plain data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Indo-Pacific Tension Tracker",
            "version": "1",
            "description": "The record, read only. Every answer is of the store's present version (ETag). A path with "
            ".csv, .geojson, .kml, .ics or .atom at its end gives that format where the resource has it.",
        },
        "paths": {f"/api/v1{resource.path}": {"get": _build_operation(resource)} for resource in RESOURCES},
        "components": {
            "schemas": {
                "Page": _PAGE,
                "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
            }
        },
    }


def _build_operation(resource: Resource) -> dict[str, Any]:
    in_path = re.findall(r"{(\w+)}", resource.path)
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path
    ]
    asked = [*resource.parameters, *(FILTERS if resource.takes_filter else ())]
    parameters += [_build_parameter(parameter) for parameter in asked]
    answers: dict[str, Any] = {
        "200": {
            "description": resource.summary,
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
        },
        "304": {"description": "Not changed since the ETag that was sent."},
        "400": _ERROR,
        "403": _ERROR,
        "503": _ERROR,
    }
    if in_path:
        answers["404"] = _ERROR
    name = re.sub(r"\W+", "_", resource.path).strip("_")
    return {"operationId": f"read_{name}", "summary": resource.summary, "parameters": parameters, "responses": answers}


def _build_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.words,
        "schema": dict(parameter.schema),
    }
