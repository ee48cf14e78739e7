"""Configuration with configparser: defaults, interpolation, types, writing back."""

import configparser
import io

TEXT = """
[DEFAULT]
home = /srv/app
debug = no

[paths]
data = %(home)s/data
logs = %(data)s/logs
; a comment
cache: %(home)s/cache

[server]
host = localhost
port = 8080
timeout = 2.5
debug = on
allowed =
    10.0.0.0/8
    192.168.0.0/16
empty

[weird "section"]
Key With Spaces = value = with equals
"""


def main():
    config = configparser.ConfigParser(allow_no_value=True)
    config.read_string(TEXT, source="app.ini")
    for name in config.sections():
        print(f"[{name}]")
        for key, value in config[name].items():
            print(f"   {key} = {value!r}")
    server = config["server"]
    print(server.getint("port"), server.getfloat("timeout"), server.getboolean("debug"),
          config.getboolean("paths", "debug"), server.get("missing", fallback="nothing"))
    print("allowed:", server["allowed"].split())

    config.set("server", "port", "9090")
    config.add_section("new")
    config["new"]["percent"] = "100%%"
    config.remove_option("server", "empty")
    config.remove_section("paths")
    buffer = io.StringIO()
    config.write(buffer, space_around_delimiters=False)
    print(buffer.getvalue().rstrip())

    for text in ("[a]\nx=1\n[a]\ny=2", "x=1", "[a]\nx=%(nope)s", "[a]\nx=1\nx=2", "[a\nx"):
        parser = configparser.ConfigParser()
        try:
            parser.read_string(text)
            print(parser["a"]["x"])
        except configparser.Error as error:
            print(type(error).__name__, "|", str(error).replace("\n", " / "))

    raw = configparser.RawConfigParser(strict=False)
    raw.optionxform = str
    raw.read_string("[S]\nCamelCase = %(kept)s\nCamelCase = twice")
    print(dict(raw["S"]))
    extended = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    extended.read_dict({"a": {"x": "1"}, "b": {"y": "${a:x}2"}})
    print(extended["b"]["y"])


if __name__ == "__main__":
    main()
