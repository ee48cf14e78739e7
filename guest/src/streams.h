// sys.stdin, sys.stdout and sys.stderr between cells: flushed, and there again if a cell closed or lost them.
#ifndef BELLJAR_GUEST_STREAMS_H_
#define BELLJAR_GUEST_STREAMS_H_

// Takes the streams that Python started with. -1 with an exception set.
int streams_init(void);

// After a cell: flushes what it wrote, to the streams Python started with and to whatever it has put in their place.
// A stream that is closed or gone is replaced by the original, and a closed original by a new one.
void streams_settle(void);

#endif  // BELLJAR_GUEST_STREAMS_H_
