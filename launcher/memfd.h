/*
 * memfd.h: files that no path leads to, memfd_create(2).
 */
#ifndef MEMFD_H
#define MEMFD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * An empty one; execution is MFD_EXEC or MFD_NOEXEC_SEAL, which kernels before 6.3 do without. Returns -1
 * and errno on error.
 */
int memfd_make(const char *name, unsigned int flags, unsigned int execution);

/* Writes all of it from the start on. False and errno on error. */
bool memfd_write(int memory, const void *bytes, size_t length);

/*
 * One that holds `length` bytes, to be read from its start. It stays open over an exec: nsinit reads and
 * closes it. Ends the program on error; name says what the bytes are.
 */
int memfd_of(const char *name, const void *bytes, size_t length);

#endif
