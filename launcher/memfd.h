/*
 * memfd.h: files in memory that are written once, memfd_create(2).
 */
#ifndef MEMFD_H
#define MEMFD_H

#include <stddef.h>

/* A memfd that can be sealed; flags MFD_*. -1 and errno on error. */
int memfd_open(const char *name, unsigned int flags);

/* Writes all bytes at its start; the offset stays there. Ends the program on error. */
void memfd_fill(int memfd, const void *bytes, size_t length);

/* From here on nobody can write it, make it longer or shorter, or take the seals off. */
void memfd_seal(int memfd);

#endif
