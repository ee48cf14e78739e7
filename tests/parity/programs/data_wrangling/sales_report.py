"""Read sales from CSV text, clean them, and print a report by region and month."""

import csv
import io
from collections import defaultdict
from decimal import Decimal, InvalidOperation

DATA = '''\
order_id,date,region,product,quantity,unit_price
1001,2025-01-04,North,Widget,3,19.99
1002,2025-01-09,South,Gadget,1,149.00
1003,2025-01-15,north,Widget,10,18.50
1004,2025-02-01,East,"Cable, 2m",25,3.25
1005,2025-02-11,South,Widget,,19.99
1006,2025-02-14,East,Gadget,2,not available
1007,2025-02-20, North ,Gadget,1,149.00
1008,2025-03-02,South,"Stand ""Pro""",4,35.10
1009,2025-03-09,East,Widget,7,19.99
1010,2025-03-28,South,"Cable, 2m",12,3.10
'''


def clean(rows):
    for number, row in enumerate(rows, 2):
        try:
            quantity, price = int(row["quantity"]), Decimal(row["unit_price"])
        except (ValueError, InvalidOperation) as error:
            print(f"line {number} skipped ({type(error).__name__}): {row['order_id']}")
            continue
        yield {
            "month": row["date"][:7],
            "region": row["region"].strip().title(),
            "product": row["product"],
            "amount": quantity * price,
        }


def pivot(records, row_key, column_key):
    table = defaultdict(lambda: defaultdict(Decimal))
    for record in records:
        table[record[row_key]][record[column_key]] += record["amount"]
    return table


def show(table, title):
    columns = sorted({column for row in table.values() for column in row})
    print(f"\n{title:<14}" + "".join(f"{c:>12}" for c in columns) + f"{'total':>12}")
    for name in sorted(table):
        cells = [table[name].get(c, Decimal(0)) for c in columns]
        print(f"{name:<14}" + "".join(f"{v:>12,.2f}" for v in cells) + f"{sum(cells):>12,.2f}")
    totals = [sum(row.get(c, Decimal(0)) for row in table.values()) for c in columns]
    print(f"{'total':<14}" + "".join(f"{v:>12,.2f}" for v in totals) + f"{sum(totals):>12,.2f}")


def main():
    records = list(clean(csv.DictReader(io.StringIO(DATA))))
    show(pivot(records, "region", "month"), "region")
    show(pivot(records, "product", "region"), "product")
    best = max(records, key=lambda record: record["amount"])
    print("\nbiggest order:", best)


if __name__ == "__main__":
    main()
