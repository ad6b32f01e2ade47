"""Every way in which a request can fail, told as a problem."""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.http.guard import BODY_BYTES_MAX, BODY_TOO_LARGE, FAULT
from regulars.http.problem import FieldFault, problem

REQUEST_INVALID = refusal_code("request.invalid", "fields")
FIELD_UNKNOWN = refusal_code("request.field_unknown", "fields")
PATH_UNKNOWN = refusal_code("request.path_unknown")
METHOD_UNKNOWN = refusal_code("request.method_unknown")
REQUEST_UNREADABLE = refusal_code("request.unreadable")

FAULTS_TOLD_MAX = 20
FIELD_LETTERS_MAX = 120

# pydantic's kinds of error, in words; what was typed is never repeated.
WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("必填", "is required"),
    "extra_forbidden": ("没有这个字段", "is not a field"),
    "string_too_short": ("太短", "is too short"),
    "string_too_long": ("太长", "is too long"),
    "string_pattern_mismatch": ("含有不允许的字符", "has characters that are not allowed"),
    "string_type": ("应该是文字", "must be a text"),
    "int_type": ("应该是整数", "must be a whole number"),
    "int_parsing": ("应该是整数", "must be a whole number"),
    "int_from_float": ("应该是整数", "must be a whole number"),
    "bool_type": ("应该是 true 或 false", "must be true or false"),
    "bool_parsing": ("应该是 true 或 false", "must be true or false"),
    "greater_than_equal": ("太小", "is too small"),
    "greater_than": ("太小", "is too small"),
    "less_than_equal": ("太大", "is too large"),
    "less_than": ("太大", "is too large"),
    "too_short": ("项目太少", "has too few items"),
    "too_long": ("项目太多", "has too many items"),
    "list_type": ("应该是列表", "must be a list"),
    "tuple_type": ("应该是列表", "must be a list"),
    "dict_type": ("应该是对象", "must be an object"),
    "model_attributes_type": ("应该是对象", "must be an object"),
    "model_type": ("应该是对象", "must be an object"),
    "enum": ("不在可选范围内", "is not one of the choices"),
    "literal_error": ("不在可选范围内", "is not one of the choices"),
    "uuid_parsing": ("应该是 UUID", "must be a UUID"),
    "uuid_type": ("应该是 UUID", "must be a UUID"),
    "json_invalid": ("不是有效的 JSON", "is not valid JSON"),
}
OTHERWISE = ("格式不对", "is not in the right form")


def install(app: FastAPI) -> None:
    """Have every failure of a route told as a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return invalid(request, error.errors())


def invalid(request: Request, all_errors: Sequence[Mapping[str, object]]) -> Response:
    """A request whose fields are wrong, by pydantic's list of errors."""
    errors = all_errors[:FAULTS_TOLD_MAX]
    faults = [_told(one) for one in errors]
    unknown = [
        fault.field
        for fault, one in zip(faults, errors, strict=True)
        if one["type"] == "extra_forbidden"
    ]
    fields = [fault.field for fault in faults]
    refusal = (
        FIELD_UNKNOWN.because(fields=unknown) if unknown else REQUEST_INVALID.because(fields=fields)
    )
    return problem(request, refusal, faults=faults)


def _told(error: Mapping[str, object]) -> FieldFault:
    place = error.get("loc")
    parts = [str(part) for part in place] if isinstance(place, tuple) else []
    name = ".".join(parts[1:])[:FIELD_LETTERS_MAX] or (parts[0] if parts else "body")
    words = WORDS.get(str(error.get("type")), OTHERWISE)
    return FieldFault(name, *words)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer_of(request, error)


def answer_of(request: Request, error: HTTPException) -> Response:
    """What the framework refused, as a problem."""
    refusals = {
        404: PATH_UNKNOWN.because(),
        405: METHOD_UNKNOWN.because(),
        413: BODY_TOO_LARGE.because(maximum_bytes=BODY_BYTES_MAX),
    }
    refusal = refusals.get(error.status_code, REQUEST_UNREADABLE.because())
    return problem(request, refusal, headers=error.headers)


async def _fault(request: Request, error: Exception) -> Response:
    return problem(request, FAULT.because())
