"""A text adventure with rooms, things and a locked door, played from standard input."""

import cmd
import sys

ROOMS = {
    "hall": {"text": "A dusty hall.", "exits": {"north": "library", "east": "kitchen"}, "things": ["lamp"]},
    "library": {"text": "Shelves up to the ceiling.", "exits": {"south": "hall"}, "things": ["book"]},
    "kitchen": {
        "text": "It smells of old soup.",
        "exits": {"west": "hall", "down": "cellar"},
        "things": ["knife", "key"],
    },
    "cellar": {"text": "Cold and damp. A chest stands here.", "exits": {"up": "kitchen"}, "things": [], "dark": True},
}


class Adventure(cmd.Cmd):
    prompt = "? "
    intro = "You wake up in an old house."
    use_rawinput = False

    def __init__(self, **streams):
        super().__init__(**streams)
        self.room, self.bag, self.lit, self.moves, self.won = "hall", [], False, 0, False

    def say(self, text):
        print(text, file=self.stdout)

    def preloop(self):
        self.describe()

    def precmd(self, line):
        self.say(line)
        return line.lower().strip()

    def postcmd(self, stop, line):
        if line not in ("", "EOF", "help"):
            self.moves += 1
        return stop or self.won

    def emptyline(self):
        self.say("Say something.")

    def default(self, line):
        if line in ("n", "s", "e", "w", "north", "south", "east", "west", "up", "down"):
            return self.do_go(line)
        if line == "eof":
            return self.do_quit("")
        self.say(f"I do not know how to {line.split()[0]}.")

    def describe(self):
        room = ROOMS[self.room]
        if room.get("dark") and not self.lit:
            self.say("It is pitch dark.")
            return
        things = f" You see: {', '.join(sorted(room['things']))}." if room["things"] else ""
        self.say(f"{room['text']}{things} Exits: {', '.join(room['exits'])}.")

    def do_look(self, _):
        """Look around."""
        self.describe()

    def do_go(self, direction):
        """Go in a direction."""
        direction = {"n": "north", "s": "south", "e": "east", "w": "west"}.get(direction, direction)
        target = ROOMS[self.room]["exits"].get(direction)
        if target is None:
            self.say("You cannot go there.")
        else:
            self.room = target
            self.describe()

    def do_take(self, thing):
        """Take a thing, or all."""
        things = ROOMS[self.room]["things"]
        for name in sorted(things) if thing == "all" else [thing]:
            if name not in things:
                self.say(f"There is no {name or 'nothing'} here.")
            elif len(self.bag) >= 3:
                self.say("Your hands are full.")
            else:
                things.remove(name)
                self.bag.append(name)
                self.say(f"Taken: {name}.")

    def do_drop(self, thing):
        """Drop a thing."""
        if thing in self.bag:
            self.bag.remove(thing)
            ROOMS[self.room]["things"].append(thing)
            self.say("Dropped.")
        else:
            self.say("You do not have that.")

    def do_inventory(self, _):
        """What you carry."""
        self.say(f"You carry {' and '.join(self.bag) or 'nothing'}.")

    def do_use(self, thing):
        """Use a thing."""
        match thing, self.room:
            case _ if thing not in self.bag:
                self.say("You do not have that.")
            case "lamp", _:
                self.lit = not self.lit
                self.say(f"The lamp is {'on' if self.lit else 'off'}.")
                self.describe()
            case "key", "cellar" if self.lit:
                self.say("The chest opens: gold!")
                self.won = True
            case _:
                self.say("Nothing happens.")

    def do_quit(self, _):
        """Give up."""
        self.say("You fall asleep again.")
        return True


def main():
    game = Adventure(stdin=sys.stdin, stdout=sys.stdout)
    game.cmdloop()
    print(f"{game.moves} moves, {'won' if game.won else 'lost'}")


if __name__ == "__main__":
    main()
