/*
 * faults.h: what the files of the harness have in common: its own failures, small files, and texts that
 * are added to.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stddef.h>
#include <stdnoreturn.h>
#include <sys/types.h>

/* The harness itself cannot go on: status 2, which no fault of a launch has. */
noreturn void fatal(const char *text);
noreturn void fatal_errno(const char *what);

/* Reads as much as there is room for, with a NUL behind it. -1: not to be read, errno says why. */
ssize_t read_file(const char *path, char *text, size_t size);

/* printf(3) to the end of a text that has room for `size` bytes; what does not fit is left out. */
__attribute__((format(printf, 3, 4))) void add_text(char *text, size_t size, const char *format,
						    ...);

#endif
