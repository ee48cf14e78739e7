"""The event loop of a system without threads and pipes: it runs what is ready, and waits for time and for what the host
does: asynchronous tools, and the requests of sockets."""

import selectors
import signal
import time

import _belljar_hints
import _belljar_tools
import _sandbox_socket
from . import events
from . import selector_events
from .log import logger

__all__ = ('SelectorEventLoop', 'EventLoop')


class _Wakeup(BaseException):
    """Ends a sleep from inside a signal handler."""


class _SleepSelector(selectors._BaseSelectorImpl):
    """Waits for time and the host. Files are always ready."""

    def __init__(self):
        super().__init__()
        self._asleep = False

    def _find_ready(self):
        found = []
        for number, key in self.get_map().items():
            reads, writes = _sandbox_socket.is_ready(number, key.events & selectors.EVENT_READ,
                                                     key.events & selectors.EVENT_WRITE)
            events = (selectors.EVENT_READ if reads else 0) | (selectors.EVENT_WRITE if writes else 0)
            if events:
                found.append((key, events))
        return found

    def select(self, timeout=None):
        ready = self._find_ready()
        if _belljar_tools.pending:
            self._sleep(_belljar_tools.deliver, 0 if ready else timeout)
            return self._find_ready()
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


class _Transport(selector_events._SelectorSocketTransport):

    def _fatal_error(self, exc, message='Fatal error on transport'):
        # Libraries such as anyio do not pass on what the host says of a request.
        if isinstance(exc, OSError):
            logger.warning('%s: %s', type(exc).__name__, exc.strerror or exc)
        super()._fatal_error(exc, message)


selector_events._SelectorSocketTransport = _Transport


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

    async def subprocess_shell(self, protocol_factory, cmd, **kwargs):
        raise _belljar_hints.no_processes(cmd)

    async def subprocess_exec(self, protocol_factory, *args, **kwargs):
        raise _belljar_hints.no_processes(args)


EventLoop = SelectorEventLoop
