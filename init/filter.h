/*
 * filter.h: a compiled seccomp filter out of a file: BPF as seccomp(2) takes it.
 *
 * Owns: what is accepted as one. The kernel would refuse the same, but only when all is built.
 */
#ifndef FILTER_H
#define FILTER_H

#include <linux/filter.h>

/*
 * Reads a filter to the descriptor's end and checks it. What is none ends the program with one line,
 * which names it "--seccomp NAME".
 */
struct sock_fprog filter_read(int descriptor, const char *name);

#endif
