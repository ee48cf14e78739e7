"""A loan's repayment plan with Decimal, exact to the cent."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, getcontext, localcontext

CENT = Decimal("0.01")


def monthly_payment(principal: Decimal, annual_rate: Decimal, months: int) -> Decimal:
    rate = annual_rate / 12
    if rate == 0:
        return (principal / months).quantize(CENT)
    factor = (1 + rate) ** months
    return (principal * rate * factor / (factor - 1)).quantize(CENT, ROUND_HALF_UP)


def schedule(principal: Decimal, annual_rate: Decimal, months: int):
    payment, balance = monthly_payment(principal, annual_rate, months), principal
    for month in range(1, months + 1):
        interest = (balance * annual_rate / 12).quantize(CENT, ROUND_HALF_EVEN)
        part = min(payment - interest, balance) if month < months else balance
        balance -= part
        yield month, interest, part, balance


def main():
    principal, rate = Decimal("12500.00"), Decimal("0.0575")
    print("monthly payment:", monthly_payment(principal, rate, 24))
    interest_total = Decimal(0)
    for month, interest, part, balance in schedule(principal, rate, 24):
        interest_total += interest
        if month in (1, 2, 12, 23, 24):
            print(f"{month:>3} interest {interest:>7} principal {part:>8} balance {balance:>10,}")
    print("interest in total:", interest_total)
    print("without interest:", monthly_payment(Decimal(100), Decimal(0), 3))
    print("default precision:", getcontext().prec, "one third:", Decimal(1) / 3)
    with localcontext(prec=50) as context:
        print("with 50 digits:", context.sqrt(Decimal(2)))
    print("compound:", (1 + rate / 365) ** 365 - 1)


if __name__ == "__main__":
    main()
