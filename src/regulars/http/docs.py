"""The API as a page to read, made from openapi.json: no script, nothing from elsewhere.

Open on a server that only this machine reaches; closed otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.http.answers import cached
from regulars.http.edge import edge_of
from regulars.http.faults import PATH_UNKNOWN
from regulars.http.policy import PUBLIC

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2421; background: #faf8f3; margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 22px; } h2 { font-size: 17px; margin-top: 2rem; text-transform: capitalize; }
details { background: #fff; border: 1px solid #e6e1d6; border-radius: 10px; margin: 8px 0;
  padding: 8px 12px; }
summary { cursor: pointer; } code { font-size: 13px; } .method { color: #0f6b4f; font-weight: 600;
  display: inline-block; min-width: 4.5rem; } .need { color: #8a5314; }
table { border-collapse: collapse; } td { padding: 2px 12px 2px 0; vertical-align: top; }
"""

router = APIRouter(include_in_schema=False)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def shape_of(schema: Mapping[str, object]) -> str:
    """A JSON schema in few words: `list of NewLine`, `text`, `number or null`."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    choices = _items(schema.get("anyOf")) or _items(schema.get("oneOf"))
    if choices:
        return " or ".join(shape_of(_mapping(choice)) for choice in choices)
    listed = _items(schema.get("enum"))
    if listed:
        return " | ".join(escape(str(one)) for one in listed)
    if schema.get("type") == "array":
        return f"list of {shape_of(_mapping(schema.get('items')))}"
    words = [schema.get("format") or schema.get("type") or "anything"]
    words += [f"{name} {schema[name]}" for name in ("minimum", "maximum") if name in schema]
    return escape(", ".join(str(word) for word in words))


def _rows(properties: Mapping[str, object], required: Sequence[object]) -> Iterator[str]:
    for name, schema in properties.items():
        need = "" if name in required else " <small>optional</small>"
        yield (
            f"<tr><td><code>{escape(name)}</code>{need}</td>"
            f"<td>{shape_of(_mapping(schema))}</td></tr>"
        )


def _operation(method: str, path: str, operation: Mapping[str, object]) -> str:
    parameters = [_mapping(one) for one in _items(operation.get("parameters"))]
    rows = "".join(
        f"<tr><td><code>{escape(str(one.get('name')))}</code> <small>{escape(str(one.get('in')))}"
        f"</small></td><td>{shape_of(_mapping(one.get('schema')))}</td></tr>"
        for one in parameters
    )
    bodies = [_mapping(operation.get("requestBody"))]
    responses = _mapping(operation.get("responses"))
    bodies += [_mapping(one) for status, one in responses.items() if status.startswith("2")]
    shapes = [
        shape_of(_mapping(_mapping(content).get("schema")))
        for body in bodies
        for content in _mapping(body.get("content")).values()
    ]
    return (
        f'<details id="{escape(str(operation.get("operationId")))}"><summary>'
        f'<span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f'<span class="need">{escape(str(operation.get("x-policy", "")))}</span></summary>'
        f"<p>{escape(str(operation.get('description', '')))}</p><table>{rows}</table>"
        f"<p>{' → '.join(shapes)}</p></details>"
    )


def page_of(document: Mapping[str, object]) -> str:
    """The whole page. Everything that is shown was escaped."""
    parts: dict[str, list[str]] = {}
    for path, item in _mapping(document.get("paths")).items():
        for method, operation in _mapping(item).items():
            known = _mapping(operation)
            tag = next(iter(_items(known.get("tags"))), "other")
            parts.setdefault(str(tag), []).append(_operation(method, path, known))
    schemas = _mapping(_mapping(document.get("components")).get("schemas"))
    for name, schema in schemas.items():
        known = _mapping(schema)
        rows = "".join(_rows(_mapping(known.get("properties")), _items(known.get("required"))))
        parts.setdefault("forms", []).append(
            f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
            f"<table>{rows}</table></details>"
        )
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(ones)}" for tag, ones in parts.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Regulars 熟客 API</title>'
        '<link rel="stylesheet" href="/docs/style.css"><h1>Regulars 熟客 API</h1>'
        "<p>Money is in whole minor units. Every write carries <code>Idempotency-Key</code>. "
        '<a href="/api/v1/openapi.json">openapi.json</a></p>'
        f"{body}</html>"
    )


def _open(request: Request) -> None:
    if not edge_of(request).facing.docs:
        raise PATH_UNKNOWN.because()


@router.get("/api/v1/openapi.json", dependencies=[PUBLIC])
async def openapi(request: Request) -> Response:
    """The API as OpenAPI 3.1. Refuses: request.path_unknown on a server that others reach."""
    _open(request)
    return cached(request, orjson.dumps(request.app.openapi()))


@router.get("/docs", dependencies=[PUBLIC])
async def docs(request: Request) -> Response:
    """The API as a page. Refuses: request.path_unknown on a server that others reach."""
    _open(request)
    return Response(page_of(request.app.openapi()), 200, media_type="text/html; charset=utf-8")


@router.get("/docs/style.css", dependencies=[PUBLIC])
async def style() -> Response:
    """How the page looks."""
    return Response(STYLE, 200, media_type="text/css; charset=utf-8")
