"""Mail merge with string.Template, str.format_map and a custom Formatter."""

import string
from string import Template

LETTER = Template("""Dear $name,

your order #${order_id}x came to $$${total}. ${note}
""")
PEOPLE = [
    {"name": "Ms. Li", "order_id": 17, "total": "19.90"},
    {"name": "Dr. \u00c5s", "order_id": 18, "total": "5.00", "note": "Thank you!"},
]


class Forgiving(dict):
    def __missing__(self, key):
        return "{" + key + "?}"


class PercentTemplate(Template):
    delimiter = "%"
    idpattern = r"[a-z]+\.[a-z]+"


class Shouting(string.Formatter):
    def convert_field(self, value, conversion):
        if conversion == "u":
            return str(value).upper()
        return super().convert_field(value, conversion)

    def get_value(self, key, args, kwargs):
        return kwargs.get(key, f"<{key}>") if isinstance(key, str) else super().get_value(key, args, kwargs)


def main():
    for person in PEOPLE:
        print(LETTER.safe_substitute(person))
        try:
            LETTER.substitute(person)
        except KeyError as error:
            print("missing:", error)
    print(LETTER.substitute(PEOPLE[0], note="(late)").splitlines()[-1])
    print(LETTER.get_identifiers(), LETTER.is_valid(), Template("$ no").is_valid())
    try:
        Template("line\n cost: $5").substitute()
    except ValueError as error:
        print(error)
    print("{name} {other} {order_id:04}".format_map(Forgiving(PEOPLE[0])))
    print(PercentTemplate("%user.name %% %x %{a.b}").safe_substitute({"user.name": "Ann", "a.b": 1}))
    formatter = Shouting()
    print(formatter.format("{name!u} {0:>5} {missing} {name:.2}", 7, name="bob"))
    print(list(formatter.parse("a{b!r:>{w}}c{{d}}")))
    print(string.capwords("the  quick-brown fox's"), string.ascii_uppercase[:5], string.punctuation)
    table = str.maketrans({"a": "4", "e": "3", "o": None, "s": "sh"})
    print("a rose is a rose".translate(table))
    for bad, args in (("{", ()), ("{}{1}", (1, 2)), ("{0}", ()), ("{!x}", (1,)), ("}", ())):
        try:
            print(bad.format(*args))
        except (ValueError, IndexError) as error:
            print(type(error).__name__, error)


if __name__ == "__main__":
    main()
