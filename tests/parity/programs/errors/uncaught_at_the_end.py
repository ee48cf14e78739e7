"""Prints some results and then dies of an exception that nobody catches."""

import sys


class Order:
    def __init__(self, *prices):
        self.prices = prices

    def average(self):
        return sum(self.prices) / len(self.prices)

    def __del__(self):
        print("order deleted", flush=True)


def report(orders):
    for number, order in enumerate(orders, 1):
        print(f"order {number}: {order.average():.2f}")


def main():
    sys.stdout.write("report\n")
    try:
        report([Order(3, 4.5), Order(10), Order()])
    finally:
        print("finally before the end")


if __name__ == "__main__":
    main()
    print("never printed")
