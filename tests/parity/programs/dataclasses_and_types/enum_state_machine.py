"""Enums: a traffic light, flags for permissions, auto values, string enums, aliases."""

from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, member, nonmember, unique, verify, CONTINUOUS, EnumCheck


class Light(Enum):
    RED = ("stop", 30)
    GREEN = ("go", 25)
    YELLOW = ("slow", 5)

    def __init__(self, action, seconds):
        self.action = action
        self.seconds = seconds

    @property
    def next(self):
        members = list(Light)
        return members[(members.index(self) + 1) % len(members)]


class Permission(Flag):
    READ = auto()
    WRITE = auto()
    EXECUTE = auto()
    ALL = READ | WRITE | EXECUTE


class Level(IntEnum):
    LOW = 1
    MIDDLE = 5
    MEDIUM = 5
    HIGH = 10

    @classmethod
    def _missing_(cls, value):
        if isinstance(value, str):
            return cls.__members__.get(value.upper())


class Colour(StrEnum):
    DARK_RED = auto()
    SKY = "sky blue"


class Mode(IntFlag):
    R = 4
    W = 2
    X = 1


class Operation(Enum):
    @member
    def add(a, b):
        return a + b

    @member
    def twice(a, b):
        return 2 * (a + b)

    limit = nonmember(10)

    def __call__(self, *arguments):
        return self.value(*arguments)


def main():
    light, elapsed = Light.RED, 0
    while elapsed < 90:
        print(f"t={elapsed:>2} {light.name}: {light.action}")
        elapsed, light = elapsed + light.seconds, light.next
    rights = Permission.READ | Permission.WRITE
    print(
        rights,
        rights.value,
        Permission.EXECUTE in rights,
        ~rights,
        rights & Permission.WRITE,
        list(Permission.ALL),
        Permission(0),
        len(rights),
    )
    print(
        Level.MEDIUM,
        Level.MEDIUM is Level.MIDDLE,
        Level("high"),
        Level.LOW + 1,
        list(Level),
        sorted(Level, reverse=True),
        list(Level.__members__),
    )
    print(
        Colour.DARK_RED,
        f"{Colour.SKY:>10}",
        Colour("sky blue"),
        Colour.SKY == "sky blue",
        repr(Colour.SKY),
        Colour.SKY.upper(),
    )
    print(Mode.R | Mode.X, repr(Mode(6)), Mode(8), int(~Mode.R), repr(Mode.R | 16), Mode.R + 1)
    print(Operation.add(2, 3), Operation.twice(2, 3), [o.name for o in Operation], Operation.limit)
    Animal = Enum("Animal", "CAT DOG", start=5)
    print(list(Animal), Animal["DOG"], Animal(5).name, Animal.CAT in Animal, 99 in Animal, {Animal.CAT: 1}[Animal.CAT])
    print(repr(Light.RED), str(Light.RED), format(Level.LOW, "03d"), f"{Level.LOW}", isinstance(Light.RED, Light))
    for attempt in (
        lambda: Light("x"),
        lambda: Light["BLUE"],
        lambda: setattr(Light, "RED", 1),
        lambda: Level(7),
        lambda: Light.RED < Light.GREEN,
        lambda: type("Sub", (Light,), {}),
        lambda: Light(),
    ):
        try:
            print(attempt())
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            print(type(error).__name__, error)
    for check in (unique, verify(CONTINUOUS)):
        try:
            check(Level)
        except ValueError as error:
            print(error)
    print(list(EnumCheck))


if __name__ == "__main__":
    main()
