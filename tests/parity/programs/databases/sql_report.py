"""Monthly report from two imported CSV tables, printed with aligned columns and totals."""

import csv
import io
import sqlite3

CUSTOMERS = "id,name,country\n1,Acme,DE\n2,Globex,US\n3,Initech,US\n4,Umbrella,FR\n"
INVOICES = """number,customer_id,day,cents,paid
A1,1,2025-01-15,12050,1
A2,2,2025-01-20,9900,0
A3,2,2025-02-02,450000,1
A4,3,2025-02-14,125,1
A5,1,2025-03-01,99999,0
A6,9,2025-03-05,1,0
"""
TYPES = {"id": "INTEGER", "customer_id": "INTEGER", "cents": "INTEGER", "paid": "INTEGER"}


def load(db, table, text):
    reader = csv.reader(io.StringIO(text))
    columns = next(reader)
    definition = ", ".join(f'"{c}" {TYPES.get(c, "TEXT")}' for c in columns)
    db.execute(f'CREATE TABLE "{table}" ({definition})')
    return db.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})', reader).rowcount


def money(cents):
    return "-" if cents is None else f"{cents / 100:,.2f}"


def report(db, title, query, parameters=()):
    cursor = db.execute(query, parameters)
    headers = [d[0] for d in cursor.description]
    rows = [
        [money(v) if h.endswith("_cents") else "" if v is None else str(v) for h, v in zip(headers, row)]
        for row in cursor
    ]
    headers = [h.removesuffix("_cents") for h in headers]
    widths = [max(map(len, column)) for column in zip(headers, *rows)]
    print(f"== {title}")
    for row in [headers, ["-" * w for w in widths], *rows]:
        print("  ".join(v.rjust(w) if i else v.ljust(w) for i, (v, w) in enumerate(zip(row, widths))).rstrip())


def main():
    db = sqlite3.connect(":memory:")
    print(load(db, "customer", CUSTOMERS), load(db, "invoice", INVOICES))
    report(
        db,
        "By month",
        "SELECT substr(day, 1, 7) AS month, count(*) AS n, sum(cents) AS total_cents, sum(cents) FILTER (WHERE NOT paid) AS open_cents FROM invoice GROUP BY month "
        "UNION ALL SELECT 'all', count(*), sum(cents), sum(cents * (1 - paid)) FROM invoice",
    )
    report(
        db,
        "By customer",
        "SELECT c.name, c.country, count(i.number) AS n, sum(i.cents) AS total_cents, max(day) AS last FROM customer c LEFT JOIN invoice i ON i.customer_id = c.id GROUP BY c.id ORDER BY total(i.cents) DESC, c.name",
    )
    report(db, "Orphans", "SELECT number, customer_id FROM invoice WHERE customer_id NOT IN (SELECT id FROM customer)")
    report(
        db,
        "Above average",
        "SELECT number, cents AS amount_cents FROM invoice WHERE cents > (SELECT avg(cents) FROM invoice)",
    )
    report(
        db,
        "Country shares",
        "SELECT country, sum(cents) AS total_cents, round(100.0 * sum(cents) / (SELECT sum(cents) FROM invoice), 1) || '%' AS share FROM invoice JOIN customer ON id = customer_id GROUP BY country ORDER BY share DESC",
    )
    report(
        db,
        "Late",
        "SELECT number, julianday(:today) - julianday(day) AS days FROM invoice WHERE NOT paid AND day < :today ORDER BY days DESC",
        {"today": "2025-03-03"},
    )


if __name__ == "__main__":
    main()
