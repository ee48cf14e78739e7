"""Write and read the same rows in several CSV dialects; sniff what an unknown file uses."""

import csv
import io

ROWS = [
    ["id", "title", "price", "note"],
    ["1", "Plain", "10.50", ""],
    ["2", 'He said "hi"', "3,99", "semi;colon"],
    ["3", "two\nlines", "0", "tab\there"],
    ["4", "\u00dcml\u00e4ut", "-7", "pipe|d"],
]


class PipeDialect(csv.Dialect):
    delimiter = "|"
    quotechar = "'"
    escapechar = "\\"
    doublequote = False
    lineterminator = "\n"
    quoting = csv.QUOTE_MINIMAL


csv.register_dialect("pipes", PipeDialect)


def write(rows, **options):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **options).writerows(rows)
    return buffer.getvalue()


def main():
    settings = {
        "default": {},
        "excel-tab": {"dialect": "excel-tab"},
        "unix": {"dialect": "unix"},
        "pipes": {"dialect": "pipes"},
        "semicolon": {"delimiter": ";", "quoting": csv.QUOTE_NONNUMERIC},
    }
    for name, options in settings.items():
        text = write(ROWS, **options)
        print(f"-- {name}")
        print(ascii(text))
        back = list(csv.reader(io.StringIO(text, newline=""), **{k: v for k, v in options.items() if k != "quoting"}))
        print("   same after reading:", back == ROWS)

    sample = "name;age;city\nAnn;31;Graz\nBob;29;Linz\n"
    dialect = csv.Sniffer().sniff(sample)
    print("sniffed", repr(dialect.delimiter), "header:", csv.Sniffer().has_header(sample))

    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ["a", "b"], restval="?", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows([{"a": 1}, {"a": 2, "b": 3, "c": 4}])
    print(buffer.getvalue())
    for row in csv.DictReader(io.StringIO("a,b\n1,2,3,4\n5\n"), restkey="rest", restval="none"):
        print(row)
    try:
        csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"])
    except csv.Error as error:
        print("csv.Error:", error)
    print("dialects:", sorted(csv.list_dialects()))


if __name__ == "__main__":
    main()
