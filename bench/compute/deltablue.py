"""DeltaBlue: an incremental solver of one-way constraints with strengths. A long chain of equalities and a bundle of
linear relations are built, edited and taken apart again. Many small virtual methods over a graph of objects."""

LOOPS = 18
CHECKSUM = 4968056671

SIZE = 100


class Strength:
    def __init__(self, rank):
        self.rank = rank

    def stronger(self, other):
        return self.rank < other.rank

    def weaker_of(self, other):
        return self if other.stronger(self) else other


REQUIRED, STRONG, PREFERRED, NORMAL, WEAK, WEAKEST = map(Strength, range(6))


class Variable:
    def __init__(self, value=0):
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walkabout = WEAKEST  # the weakest constraint that could be revoked to set this variable
        self.stay = True  # known before any plan runs


class Constraint:
    """Relates variables; `free` are those that it can determine, `given` those that it only reads."""

    is_input = False

    def __init__(self, planner, strength, free, given=()):
        self.strength = strength
        self.free = free
        self.variables = list(free) + list(given)
        self.output = None
        planner.insert(self)

    def attach(self):
        for variable in self.variables:
            variable.constraints.append(self)

    def detach(self):
        for variable in self.variables:
            variable.constraints.remove(self)
        self.output = None

    def satisfied(self):
        return self.output is not None

    def choose_output(self, mark):
        best = None
        for variable in self.free:
            if variable.mark != mark and self.strength.stronger(variable.walkabout):
                if best is None or best.walkabout.stronger(variable.walkabout):
                    best = variable
        self.output = best

    def inputs(self):
        return [variable for variable in self.variables if variable is not self.output]

    def inputs_known(self, mark):
        for variable in self.inputs():
            if not (variable.mark == mark or variable.stay or variable.determined_by is None):
                return False
        return True

    def satisfy(self, planner, mark):
        """Makes this constraint hold; answers the one that had to give way, if any."""
        self.choose_output(mark)
        output = self.output
        if output is None:
            if self.strength is REQUIRED:
                raise RuntimeError("a required constraint cannot be satisfied")
            return None
        for variable in self.inputs():
            variable.mark = mark
        overridden = output.determined_by
        if overridden is not None:
            overridden.output = None
        output.determined_by = self
        if not planner.propagate(self, mark):
            raise RuntimeError("the constraints form a cycle")
        output.mark = mark
        return overridden

    def recalculate(self):
        output = self.output
        walkabout = self.strength
        for variable in self.free:
            if variable is not output:
                walkabout = walkabout.weaker_of(variable.walkabout)
        output.walkabout = walkabout
        output.stay = not self.is_input and all([variable.stay for variable in self.inputs()])
        if output.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Constraint):
    """Keeps one variable as it is."""


class Edit(Constraint):
    """Lets the program set one variable."""

    is_input = True


class Equal(Constraint):
    def __init__(self, planner, strength, one, other):
        self.one = one
        self.other = other
        super().__init__(planner, strength, [one, other])

    def execute(self):
        source = self.other if self.output is self.one else self.one
        self.output.value = source.value


class Linear(Constraint):
    """target = source * factor + offset"""

    def __init__(self, planner, strength, source, factor, offset, target):
        self.source = source
        self.factor = factor
        self.offset = offset
        self.target = target
        super().__init__(planner, strength, [source, target], [factor, offset])

    def execute(self):
        if self.output is self.target:
            self.target.value = self.source.value * self.factor.value + self.offset.value
        else:
            self.source.value = (self.target.value - self.offset.value) // self.factor.value


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def insert(self, constraint):
        constraint.attach()
        self.enforce(constraint)

    def enforce(self, constraint):
        mark = self.new_mark()
        while constraint is not None:
            constraint = constraint.satisfy(self, mark)

    def remove(self, constraint):
        output = constraint.output
        constraint.detach()
        if output is None:
            return
        homeless = self.forget(output)
        homeless.sort(key=lambda other: other.strength.rank)
        for other in homeless:
            self.enforce(other)

    def forget(self, output):
        """Nothing determines `output` any more: tells all downstream, collects constraints that might now fit."""
        output.determined_by = None
        output.walkabout = WEAKEST
        output.stay = True
        homeless = []
        todo = [output]
        while todo:
            variable = todo.pop()
            for constraint in variable.constraints:
                if not constraint.satisfied():
                    homeless.append(constraint)
                elif constraint is not variable.determined_by:
                    constraint.recalculate()
                    todo.append(constraint.output)
        return homeless

    def readers(self, variable):
        return [constraint for constraint in variable.constraints
                if constraint is not variable.determined_by and constraint.satisfied()]

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            here = todo.pop()
            if here.output.mark == mark:
                self.remove(constraint)
                return False
            here.recalculate()
            todo.extend(self.readers(here.output))
        return True

    def plan(self, sources):
        """The constraints to execute, in order, after the inputs in `sources` have changed."""
        mark = self.new_mark()
        todo = [constraint for constraint in sources if constraint.is_input and constraint.satisfied()]
        plan = []
        while todo:
            constraint = todo.pop()
            output = constraint.output
            if output.mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                output.mark = mark
                todo.extend(self.readers(output))
        return plan

    def change(self, variable, values):
        edit = Edit(self, STRONG, [variable])
        plan = self.plan([edit])
        for value in values:
            variable.value = value
            for constraint in plan:
                constraint.execute()
        self.remove(edit)
        return len(plan)


def chain(size):
    planner = Planner()
    variables = [Variable() for _ in range(size + 1)]
    for one, other in zip(variables, variables[1:]):
        Equal(planner, REQUIRED, one, other)
    Stay(planner, NORMAL, [variables[-1]])
    edit = Edit(planner, PREFERRED, [variables[0]])
    plan = planner.plan([edit])
    total = 0
    for value in range(100):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value
    planner.remove(edit)
    return total


def bundle(size):
    planner = Planner()
    factor, offset = Variable(10), Variable(1000)
    pairs = []
    for i in range(size):
        source, target = Variable(i), Variable(i)
        pairs.append((source, target))
        Stay(planner, WEAK, [source])
        Linear(planner, REQUIRED, source, factor, offset, target)
    source, target = pairs[-1]
    total = planner.change(source, [17] * 10) + target.value
    total += planner.change(target, [1050] * 10) + source.value
    for variable, value in ((factor, 5), (offset, 2000)):
        total += planner.change(variable, [value] * 10)
        total += sum(i * target.value for i, (_, target) in enumerate(pairs))
    return total


def run(n):
    check = 0
    for _ in range(n):
        check = chain(SIZE) * 1000003 + bundle(SIZE)
    return check
