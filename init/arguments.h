/*
 * arguments.h: options that come through a file descriptor instead of the command line.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

/*
 * Reads NUL-terminated words from descriptor until its end and closes it. Returns the words,
 * NULL-terminated, in memory of memory.h. At most ARGUMENTS_BYTES; bad input ends the program.
 */
char **arguments_read(int descriptor);

enum { ARGUMENTS_BYTES = 4 * 1024 * 1024 };

#endif
