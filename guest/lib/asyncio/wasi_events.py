"""The event loop of a system without threads, sockets and pipes: it runs what is ready, and waits for time and for the
host's asynchronous tools."""

import errno
import selectors
import signal
import time

import _belljar_tools
from . import events
from . import selector_events

__all__ = ('SelectorEventLoop', 'EventLoop')


class _Wakeup(BaseException):
    """Ends a sleep from inside a signal handler."""


class _SleepSelector(selectors._BaseSelectorImpl):
    """Waits for time and tools only. Descriptors here are files: they are always ready."""

    def __init__(self):
        super().__init__()
        self._asleep = False

    def select(self, timeout=None):
        ready = [(key, key.events) for key in self.get_map().values()]
        if _belljar_tools.pending:
            self._sleep(_belljar_tools.deliver, 0 if ready else timeout)
            return ready
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError(
                'deadlock: every task waits for something that no other task '
                'will do, no timer is running, and nothing outside can wake '
                'this event loop')
        if timeout > 0:
            self._sleep(time.sleep, timeout)
        return []

    def _sleep(self, sleep, timeout):
        self._asleep = True
        try:
            sleep(timeout)
        except _Wakeup:
            pass
        finally:
            self._asleep = False

    def wake(self):
        # The sleep goes on after a handler that returns normally, so only an exception can end it. There are no
        # threads: when the loop is asleep, the caller is a signal handler that runs inside that very sleep.
        if self._asleep:
            self._asleep = False
            raise _Wakeup


class SelectorEventLoop(selector_events.BaseSelectorEventLoop):

    def __init__(self, selector=None):
        super().__init__(selector or _SleepSelector())
        self._signal_handlers = {}

    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        wake = getattr(self._selector, 'wake', None)
        if wake is not None:
            wake()

    async def shutdown_default_executor(self, timeout=None):
        self._executor_shutdown_called = True
        if self._default_executor is not None:
            self._default_executor.shutdown()

    def close(self):
        for number in list(self._signal_handlers):
            self.remove_signal_handler(number)
        super().close()

    def add_signal_handler(self, sig, callback, *args):
        self._check_callback(callback, 'add_signal_handler')
        self._check_closed()
        self._signal_handlers[sig] = events.Handle(callback, args, self, None)
        signal.signal(sig, self._on_signal)

    def _on_signal(self, number, _frame):
        handle = self._signal_handlers.get(number)
        if handle is not None and not handle._cancelled:
            self._add_callback_signalsafe(handle)

    def remove_signal_handler(self, sig):
        if self._signal_handlers.pop(sig, None) is None:
            return False
        signal.signal(sig, signal.default_int_handler if sig == signal.SIGINT else signal.SIG_DFL)
        return True

    async def subprocess_shell(self, *args, **kwargs):
        self._no_processes()

    async def subprocess_exec(self, *args, **kwargs):
        self._no_processes()

    def _no_processes(self):
        raise OSError(errno.ENOTSUP,
                      'this sandbox has no processes: commands and programs cannot be run. Do the work in Python '
                      'instead, with the standard library')


EventLoop = SelectorEventLoop
