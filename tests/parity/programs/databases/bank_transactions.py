"""Transactions: commit, rollback, savepoints, isolation levels, autocommit, triggers, backup and dump."""

import sqlite3
from contextlib import closing, contextmanager


class InsufficientFunds(Exception):
    pass


@contextmanager
def savepoint(db, name):
    db.execute(f"SAVEPOINT {name}")
    try:
        yield
    except Exception:
        db.execute(f"ROLLBACK TO {name}")
        raise
    finally:
        db.execute(f"RELEASE {name}")


def transfer(db, source, target, amount):
    with db:
        db.execute("UPDATE account SET balance = balance - ? WHERE name = ?", (amount, source))
        (left,) = db.execute("SELECT balance FROM account WHERE name = ?", (source,)).fetchone()
        if left < 0:
            raise InsufficientFunds(f"{source} lacks {-left}")
        if not db.execute("UPDATE account SET balance = balance + ? WHERE name = ?", (amount, target)).rowcount:
            raise LookupError(f"no account {target}")


def balances(db):
    return dict(db.execute("SELECT name, balance FROM account ORDER BY name"))


def main():
    with closing(sqlite3.connect("bank.db")) as db:
        db.executescript("""
            CREATE TABLE account (name TEXT PRIMARY KEY, balance INTEGER NOT NULL);
            CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, change INTEGER);
            CREATE TRIGGER audit_change AFTER UPDATE OF balance ON account WHEN old.balance <> new.balance
            BEGIN INSERT INTO audit(name, change) VALUES (new.name, new.balance - old.balance); END;
            INSERT INTO account VALUES ('ann', 100), ('bob', 50);
        """)
        for source, target, amount in (("ann", "bob", 30), ("ann", "bob", 300), ("bob", "zed", 10), ("bob", "ann", 80)):
            try:
                transfer(db, source, target, amount)
                print("ok", balances(db))
            except (InsufficientFunds, LookupError) as error:
                print(type(error).__name__, error, balances(db))
        print(db.execute("SELECT name, change FROM audit ORDER BY id").fetchall())
        db.execute("BEGIN")
        db.execute("UPDATE account SET balance = 1")
        try:
            with savepoint(db, "inner"):
                db.execute("DELETE FROM account")
                raise RuntimeError("undo the inner part")
        except RuntimeError as error:
            print(error, balances(db), db.in_transaction)
        db.rollback()
        print(balances(db), db.isolation_level, db.autocommit == sqlite3.LEGACY_TRANSACTION_CONTROL)

    with closing(sqlite3.connect("bank.db")) as db, closing(sqlite3.connect(":memory:")) as copy:
        print("after reopening:", balances(db))
        pages = []
        db.backup(copy, pages=1, progress=lambda status, remaining, total: pages.append(remaining))
        print(balances(copy), len(pages) > 0 and pages[-1] == 0)
        print("\n".join(line for line in copy.iterdump() if "account" in line and "TRIGGER" not in line))
        blob = copy.serialize()
        other = sqlite3.connect(":memory:")
        other.deserialize(blob)
        print(len(blob) % 4096, blob[:15], balances(other))
        db.execute("ATTACH ':memory:' AS extra")
        db.execute("CREATE TABLE extra.note AS SELECT name FROM account")
        print(
            db.execute("SELECT count(*) FROM extra.note").fetchone(),
            [row[1] for row in db.execute("PRAGMA database_list")],
        )
    with closing(sqlite3.connect("bank.db", autocommit=False)) as db:
        db.execute("INSERT INTO account VALUES ('eve', 1)")
        print(db.in_transaction, len(balances(db)))
    with closing(sqlite3.connect("bank.db", isolation_level=None)) as db:
        print(
            "not committed:",
            "eve" in balances(db),
            db.execute("PRAGMA integrity_check").fetchone()[0],
            db.execute("PRAGMA user_version = 7") and db.execute("PRAGMA user_version").fetchone(),
        )
        first = db.execute("SELECT name FROM account ORDER BY name")
        print(first.fetchone(), first.fetchmany(5), first.fetchone())
    with closing(sqlite3.connect("file:bank.db?mode=ro", uri=True)) as db:
        try:
            db.execute("DELETE FROM account")
        except sqlite3.OperationalError as error:
            print(error)
    try:
        sqlite3.connect("missing/folder.db").execute("CREATE TABLE t (x)")
    except sqlite3.OperationalError as error:
        print(error)


if __name__ == "__main__":
    main()
