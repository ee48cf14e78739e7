"""A simulated operating system kernel after Martin Richards's benchmark: tasks with priorities pass packets around
through queues: an idle task, a worker, two handlers, two devices. Virtual methods and attributes, linked lists."""

LOOPS = 9
CHECKSUM = "2763 6910 43908"

TURNS = 3000  # how often the idle task lets a device go
IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
FOR_DEVICE, FOR_WORK = 0, 1
SLOTS = 4


class Packet:
    def __init__(self, link, to, kind):
        self.link = link
        self.to = to
        self.kind = kind
        self.count = 0
        self.data = [0] * SLOTS

    def append_to(self, queue):
        """The queue with this packet at its end."""
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, kernel, number, priority, queue):
        self.kernel = kernel
        self.number = number
        self.priority = priority
        self.queue = queue
        self.waiting = True
        self.held = False
        self.next = kernel.tasks
        kernel.tasks = self
        kernel.table[number] = self

    def ready(self):
        return not self.held and not (self.waiting and self.queue is None)

    def step(self):
        """Runs once, with the next packet if the task waited for one; answers which task goes next."""
        packet = None
        if self.waiting:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
        return self.act(packet)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.kernel.holds += 1
        self.held = True
        return self.next

    def release(self, number):
        other = self.kernel.table[number]
        other.held = False
        return other if other.priority > self.priority else self

    def send(self, packet):
        other = self.kernel.table[packet.to]
        self.kernel.sent += 1
        packet.to = self.number  # so that the receiver can send it back
        first = other.queue is None
        other.queue = packet.append_to(other.queue)
        return other if first and other.priority > self.priority else self


class Idle(Task):
    def __init__(self, kernel, turns):
        super().__init__(kernel, IDLE, 0, None)
        self.waiting = False
        self.turns = turns
        self.register = 1

    def act(self, packet):
        self.turns -= 1
        if self.turns == 0:
            return self.hold()
        if self.register & 1:
            self.register = (self.register >> 1) ^ 0xD008
            return self.release(DEVICE_B)
        self.register >>= 1
        return self.release(DEVICE_A)


class Worker(Task):
    def __init__(self, kernel, priority, queue):
        super().__init__(kernel, WORKER, priority, queue)
        self.target = HANDLER_A
        self.letter = 0

    def act(self, packet):
        if packet is None:
            return self.wait()
        self.target = HANDLER_B if self.target == HANDLER_A else HANDLER_A
        packet.to = self.target
        packet.kind = FOR_WORK
        for i in range(SLOTS):
            self.letter = self.letter % 26 + 1
            packet.data[i] = 64 + self.letter
        packet.count = 0
        return self.send(packet)


class Handler(Task):
    def __init__(self, kernel, number, priority, queue):
        super().__init__(kernel, number, priority, queue)
        self.work = None
        self.devices = None

    def act(self, packet):
        if packet is not None:
            if packet.kind == FOR_WORK:
                self.work = packet.append_to(self.work)
            else:
                self.devices = packet.append_to(self.devices)
        work = self.work
        if work is not None:
            if work.count >= SLOTS:
                self.work = work.link
                return self.send(work)
            if self.devices is not None:
                device = self.devices
                self.devices = device.link
                device.data[0] = work.data[work.count]
                device.to = DEVICE_A if self.number == HANDLER_A else DEVICE_B
                work.count += 1
                return self.send(device)
        return self.wait()


class Device(Task):
    def __init__(self, kernel, number, priority):
        super().__init__(kernel, number, priority, None)
        self.pending = None

    def act(self, packet):
        if packet is not None:
            self.pending = packet
            self.kernel.trace = (self.kernel.trace * 31 + packet.data[0]) % 1000003
            return self.hold()
        if self.pending is None:
            return self.wait()
        packet, self.pending = self.pending, None
        return self.send(packet)


class Kernel:
    def __init__(self):
        self.tasks = None
        self.table = [None] * 6
        self.holds = self.sent = self.trace = 0

    def boot(self):
        Idle(self, TURNS)
        Worker(self, 1000, Packet(Packet(None, WORKER, FOR_WORK), WORKER, FOR_WORK))
        for number, priority, device in ((HANDLER_A, 2000, DEVICE_A), (HANDLER_B, 3000, DEVICE_B)):
            queue = None
            for _ in range(3):
                queue = Packet(queue, device, FOR_DEVICE)
            Handler(self, number, priority, queue)
        Device(self, DEVICE_A, 4000)
        Device(self, DEVICE_B, 5000)

    def schedule(self):
        task = self.tasks
        while task is not None:
            task = task.step() if task.ready() else task.next


def run(n):
    for _ in range(n):
        kernel = Kernel()
        kernel.boot()
        kernel.schedule()
    return f"{kernel.holds} {kernel.sent} {kernel.trace}"
