/*
 * seccomp.h: the command's filter of system calls, seccomp(2).
 *
 * Owns: which filter it is, and that it is attached. The default one is made while building, from
 * scripts/seccomp-calls: one table for every set of capabilities.
 */
#ifndef SECCOMP_H
#define SECCOMP_H

#include <stdbool.h>
#include <stdint.h>

struct init;

/*
 * An answer ERRNO with SECCOMP_PLACEHOLDER + n in the default filter stands for condition n, and is
 * replaced when it is attached: allowed where one of these is kept, else that error. Linux's own
 * numbers end at 133, and at 530 within the kernel.
 */
enum { SECCOMP_PLACEHOLDER = 3000 };
struct seccomp_condition {
	uint64_t one_of; /* a set of capabilities, or SECCOMP_USER_NAMESPACES */
	uint16_t error;
	uint16_t calls; /* how many, of the machine's own */
};

/* Where user namespaces were asked for: no capability has this number. */
#define SECCOMP_USER_NAMESPACES (UINT64_C(1) << 63)

/* --seccomp */
enum seccomp_kind {
	SECCOMP_NONE,
	SECCOMP_DEFAULT,
	SECCOMP_USERNS,	 /* the default one, with new namespaces */
	SECCOMP_PROGRAM, /* BPF from a descriptor */
};

/* In nsinit, before the command's process exists: reads and checks what is to be attached. */
void seccomp_prepare(struct init *init);

/* In the command's process. False where it failed, with errno. */
bool seccomp_attach(const struct init *init);

#endif
