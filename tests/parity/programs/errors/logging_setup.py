"""Logging to standard output: levels, children, filters, formatters, handlers, exceptions, dictConfig."""

import io
import logging
import logging.config
import logging.handlers
import sys


class RedactFilter(logging.Filter):
    def filter(self, record):
        record.msg = str(record.msg).replace("hunter2", "*****")
        return True


class KeyValueFormatter(logging.Formatter):
    def format(self, record):
        text = f"level={record.levelname.lower()} logger={record.name} msg={record.getMessage()!r}"
        if hasattr(record, "user"):
            text += f" user={record.user}"
        if record.exc_info:
            text += f" exc={record.exc_info[0].__name__}"
        return text


class Adapter(logging.LoggerAdapter):
    def process(self, message, kwargs):
        return f"[{self.extra['request']}] {message}", kwargs


def risky():
    return {}["key"]


def main():
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(levelname)-8s %(name)s.%(funcName)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    app, db = logging.getLogger("app"), logging.getLogger("app.db")
    app.debug("hidden")
    app.info("started %s with %d workers", "server", 4)
    db.setLevel(logging.WARNING)
    db.info("hidden too")
    db.warning("slow query: %(ms)d ms", {"ms": 120})
    app.addFilter(RedactFilter())
    app.error("password is hunter2")
    try:
        risky()
    except KeyError:
        app.exception("it broke", exc_info=False)
        app.error("with type %s", sys.exc_info()[0].__name__)

    buffer = io.StringIO()
    second = logging.StreamHandler(buffer)
    second.setFormatter(KeyValueFormatter())
    second.setLevel(logging.ERROR)
    db.addHandler(second)
    db.propagate = False
    db.error("disk %s", "full", extra={"user": "ann"})
    try:
        risky()
    except KeyError:
        db.critical("lost", exc_info=True)
    db.warning("not for this handler")
    print(buffer.getvalue().rstrip())
    Adapter(app, {"request": "r-7"}).warning("adapted")

    logging.addLevelName(25, "NOTICE")
    app.log(25, "custom level %r", logging.getLevelName(25))
    print(
        app.getEffectiveLevel(),
        db.getEffectiveLevel(),
        app.isEnabledFor(logging.DEBUG),
        db.parent.name,
        logging.getLevelNamesMapping()["NOTICE"],
        logging.getHandlerNames(),
    )

    memory = logging.handlers.MemoryHandler(capacity=3, flushLevel=logging.ERROR, target=handler)
    batch = logging.getLogger("batch")
    batch.propagate = False
    batch.addHandler(memory)
    batch.info("one")
    print("buffered:", len(memory.buffer))
    batch.error("two")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "brace": {"format": "{levelname[0]}|{name}|{message}", "style": "{", "validate": False},
                "plain": {"format": "$levelname: $message", "style": "$"},
            },
            "handlers": {
                "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"},
                "file": {
                    "class": "logging.FileHandler",
                    "filename": "app.log",
                    "mode": "w",
                    "formatter": "plain",
                    "encoding": "utf-8",
                },
            },
            "loggers": {"configured": {"handlers": ["out", "file"], "level": "DEBUG", "propagate": False}},
        }
    )
    logging.getLogger("configured").debug("from dictConfig \u00e9")
    logging.shutdown()
    with open("app.log", encoding="utf-8") as file:
        print(file.read().strip())
    rotating = logging.handlers.RotatingFileHandler("rot.log", maxBytes=60, backupCount=2)
    for n in range(8):
        rotating.emit(logging.makeLogRecord({"msg": f"message number {n}", "levelname": "INFO"}))
    rotating.close()
    with open("rot.log") as current, open("rot.log.1") as older:
        print(current.read().split("\n"), len(older.read()))
    try:
        logging.getLogger(5)
    except TypeError as error:
        print(error)
    logging.raiseExceptions = False
    app.info("bad %d format", "string")
    app.warning("end")


if __name__ == "__main__":
    main()
