/*
 * verify.h: whether a filter does what its rules say.
 *
 * Owns: the rules as libseccomp gets them, and running its filter on sample arguments.
 */
#ifndef VERIFY_H
#define VERIFY_H

#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

struct verify_rules {
	struct verify_call *calls;
	size_t conditional; /* how many of them have conditions */
};

/* A rule that libseccomp got; number is the machine's own, and negative where it has no such call. */
void verify_add(struct verify_rules *rules, const char *name, int number, uint32_t action,
		const struct scmp_arg_cmp *conditions, unsigned int count);

/* Ends the program where the filter, that is made as program, is seen not to do what they say. */
void verify_filter(const struct verify_rules *rules, const char *path, scmp_filter_ctx filter,
		   const struct sock_fprog *program);

#endif
