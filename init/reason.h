/*
 * reason.h: why the kernel does not execute a file that is there.
 */
#ifndef REASON_H
#define REASON_H

/*
 * What is behind `error` of execve(2) for the file at path, as a line of advice, or NULL where nothing is
 * known. It may be put together in the caller's buffer.
 */
enum { REASON_BYTES = 256 };
const char *reason_of(const char *path, int error, char reason[REASON_BYTES]);

#endif
