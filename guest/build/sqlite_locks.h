// Put before sqlite3.c (libraries.py). WASI has no file locks, and for want of them SQLite would lock whole databases by
// a directory beside them: two connections of one program could not even read together. There is one process here, so
// a lock between processes is never refused; SQLite's own table of locks within a process does the rest.
#include <fcntl.h>
#include <stdarg.h>

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7

static int sqlite_fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  int result = 0;
  if (command == F_GETLK) {
    va_arg(arguments, struct flock *)->l_type = F_UNLCK;
  } else if (command != F_SETLK && command != F_SETLKW) {
    result = fcntl(fd, command, va_arg(arguments, int));
  }
  va_end(arguments);
  return result;
}

#define fcntl sqlite_fcntl
