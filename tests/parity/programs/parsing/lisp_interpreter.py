"""A small Scheme: reader, evaluator with closures and tail calls in a loop, printer."""

import operator
from functools import reduce

PROGRAM = """
(define (fact n) (if (<= n 1) 1 (* n (fact (- n 1)))))
(fact 25)
(define (loop n acc) (if (= n 0) acc (loop (- n 1) (+ acc n))))
(loop 5000 0)
(define make-counter (lambda () (let ((n 0)) (lambda () (set! n (+ n 1)) n))))
(define c (make-counter))
(begin (c) (c) (c))
(map (lambda (x) (* x x)) (list 1 2 3 4))
(cond ((< 2 1) "no") ((= 1 1) "yes") (else "never"))
'(a (b "c d") 1.5 #t ())
(car (cdr '(1 2 3)))
(let ((x 2) (y 3)) (* x y))
(undefined-thing)
(+ 1 "a")
(car '())
"""


class Symbol(str):
    pass


class Environment(dict):
    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values, strict=True))
        self.outer = outer

    def find(self, name):
        env = self
        while env is not None and name not in env:
            env = env.outer
        if env is None:
            raise NameError(f"unbound {name}")
        return env


def read_all(text):
    tokens = text.replace("(", " ( ").replace(")", " ) ").replace("'", " ' ")
    parts = tokens.split('"')
    stream = []
    for i, part in enumerate(parts):
        stream += [("str", part)] if i % 2 else [("tok", t) for t in part.split()]
    stream.reverse()
    while stream:
        yield read(stream)


def read(stream):
    kind, token = stream.pop()
    if kind == "str":
        return token
    if token == "(":
        items = []
        while stream[-1] != ("tok", ")"):
            items.append(read(stream))
        stream.pop()
        return items
    if token == "'":
        return [Symbol("quote"), read(stream)]
    if token in ("#t", "#f"):
        return token == "#t"
    for convert in (int, float):
        try:
            return convert(token)
        except ValueError:
            pass
    return Symbol(token)


class Procedure:
    def __init__(self, names, body, env):
        self.names, self.body, self.env = names, body, env


def evaluate(x, env):
    while True:
        if isinstance(x, Symbol):
            return env.find(x)[x]
        if not isinstance(x, list):
            return x
        match x:
            case ["quote", value]:
                return value
            case ["if", test, then, otherwise]:
                x = then if evaluate(test, env) is not False else otherwise
            case ["define", [name, *names], *body]:
                env[name] = Procedure(names, body, env)
                return None
            case ["define", name, value]:
                env[name] = evaluate(value, env)
                return None
            case ["set!", name, value]:
                env.find(name)[name] = evaluate(value, env)
                return None
            case ["lambda", names, *body]:
                return Procedure(names, body, env)
            case ["begin", *body]:
                for part in body[:-1]:
                    evaluate(part, env)
                x = body[-1]
            case ["let", pairs, *body]:
                x = [[Symbol("lambda"), [n for n, _ in pairs], *body], *(v for _, v in pairs)]
            case ["cond", [test, value], *rest]:
                x = value if test == "else" or evaluate(test, env) is not False else [Symbol("cond"), *rest]
            case [head, *arguments]:
                function = evaluate(head, env)
                values = [evaluate(a, env) for a in arguments]
                if not isinstance(function, Procedure):
                    return function(*values)
                env = Environment(function.names, values, function.env)
                x = [Symbol("begin"), *function.body]
            case _:
                raise SyntaxError(f"cannot evaluate {show(x)}")


def show(x):
    match x:
        case bool():
            return "#t" if x else "#f"
        case Symbol():
            return str(x)
        case str():
            return f'"{x}"'
        case list():
            return "(" + " ".join(map(show, x)) + ")"
        case None:
            return ""
    return str(x)


def call(function, *values):
    return evaluate([function, *([Symbol("quote"), v] for v in values)], Environment())


BASE = {
    "+": lambda *a: reduce(operator.add, a), "*": lambda *a: reduce(operator.mul, a, 1), "-": operator.sub,
    "<": operator.lt, "<=": operator.le, "=": operator.eq, "list": lambda *a: list(a), "car": lambda l: l[0],
    "cdr": lambda l: l[1:], "map": lambda f, l: [call(f, v) for v in l],
}

if __name__ == "__main__":
    environment = Environment(BASE.keys(), BASE.values())
    for expression in read_all(PROGRAM):
        try:
            text = show(evaluate(expression, environment))
        except (NameError, TypeError, IndexError, SyntaxError) as error:
            text = f"{type(error).__name__}: {error}"
        if text:
            print(f"{show(expression)[:48]:<50} => {text}")
