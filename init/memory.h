/*
 * memory.h: memory for what the options describe. It lives until the command runs.
 *
 * Owns: memory that is given back all at once. PID 1 allocates nothing after the start, and what it
 * allocated for the start does not stay.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* Zeroed memory, aligned for every type; never NULL: without memory the program ends. */
void *memory_take(size_t bytes);

/* A copy of text. */
char *memory_keep(const char *text);

/* Of what was taken last only the first bytes are used: the rest may be taken again. */
void memory_give_back(void *taken, size_t used);

/* Gives everything back; nothing taken before may be used after. */
void memory_release(void);

/*
 * Gives back the pages of code and stack that only the start needed, so that what is resident is
 * what is used. All stays usable: the kernel brings it back page by page.
 */
void memory_leave_start(void);

#endif
