"""A hierarchy of custom exceptions with data, codes, retries, and translation at the border of layers."""

from __future__ import annotations

import functools
import pickle
from http import HTTPStatus


class AppError(Exception):
    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str, **details):
        super().__init__(message)
        self.details = details

    def __str__(self):
        extra = ", ".join(f"{k}={v!r}" for k, v in sorted(self.details.items()))
        return f"{self.args[0]} ({extra})" if extra else self.args[0]

    def to_dict(self):
        return {"error": type(self).__name__, "status": int(self.status), "message": self.args[0], **self.details}

    def __reduce__(self):
        return functools.partial(type(self), **self.details), self.args


class NotFound(AppError, LookupError):
    status = HTTPStatus.NOT_FOUND


class Forbidden(AppError, PermissionError):
    status = HTTPStatus.FORBIDDEN


class Throttled(AppError):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int):
        super().__init__("too many requests", retry_after=retry_after)
        self.retry_after = retry_after

    def __reduce__(self):
        return type(self), (self.retry_after,)


def translate(**mapping):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except tuple(kind for kind, _ in mapping.values()) as error:
                for kind, target in mapping.values():
                    if isinstance(error, kind):
                        raise target(f"{function.__name__} failed", why=str(error)) from error

        return wrapper

    return decorate


class Repository:
    USERS = {1: "ann", 2: "bob"}
    calls = 0

    @translate(missing=(KeyError, NotFound), kind=(TypeError, AppError))
    def get(self, user_id):
        Repository.calls += 1
        if Repository.calls % 3 == 0:
            raise Throttled(Repository.calls)
        return self.USERS[user_id + 0]

    def delete(self, user_id, by):
        if by != "root":
            raise Forbidden("only root deletes", user=by)
        return self.USERS.pop(user_id)


def respond(action) -> dict:
    try:
        return {"status": 200, "value": action()}
    except Throttled as error:
        return {"retry": error.retry_after, **error.to_dict()}
    except AppError as error:
        return error.to_dict() | ({"cause": type(error.__cause__).__name__} if error.__cause__ else {})
    except Exception as error:
        return {"error": "unexpected", "what": repr(error)}
    finally:
        respond.count = getattr(respond, "count", 0) + 1


def main():
    repository = Repository()
    for action in (
        lambda: repository.get(1),
        lambda: repository.get(9),
        lambda: repository.get(2),
        lambda: repository.get("1"),
        lambda: repository.delete(1, "ann"),
        lambda: repository.delete(1, "root"),
        lambda: repository.delete(1, "root"),
    ):
        print(respond(action))
    print(respond.count)
    error = NotFound("no page", path="/x", id=3)
    print(
        error,
        "|",
        repr(error),
        "|",
        isinstance(error, LookupError),
        [c.__name__ for c in NotFound.__mro__][:4],
        error.status.phrase,
    )
    copy = pickle.loads(pickle.dumps(error))
    print(
        copy, type(copy).__name__, copy.details == error.details, pickle.loads(pickle.dumps(Throttled(7))).retry_after
    )
    print(issubclass(Forbidden, OSError), Forbidden("x").errno, HTTPStatus(404).is_client_error)


if __name__ == "__main__":
    main()
