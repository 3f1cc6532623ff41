/*
 * stdio.h: whose the command's standard descriptors are.
 */
#ifndef STDIO_H
#define STDIO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Gives the pipes among descriptors 0, 1 and 2 that belong to user `from` to user `to`, so that the command
 * can open them again as /dev/stdout and the like, which a pipe lets its owner do alone. A regular file or a
 * terminal is not ours to give. False and errno on error; that this process may not give them is none.
 */
bool stdio_give(uint32_t from, uint32_t to);

#endif
