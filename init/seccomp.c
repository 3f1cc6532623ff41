/*
 * seccomp.c: the filter of system calls. Runs inside: read in nsinit, attached in the command's own
 * process, with no_new_privs set or while CAP_SYS_ADMIN is there.
 */
#include "seccomp.h"

#include <string.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "filter.h"
#include "init.h"
#include "kernel.h"
#include "message.h"
#include "seccomp-default.h"

#ifdef SECCOMP_ALLOWED

enum {
	INSTRUCTIONS = sizeof(seccomp_default) / sizeof(*seccomp_default),
	CONDITIONS = sizeof(seccomp_conditions) / sizeof(*seccomp_conditions),
};

static bool holds(const struct init *init, const struct seccomp_condition *condition)
{
	uint64_t kept = init->bounding_set & ~SECCOMP_USER_NAMESPACES;

	if (init->seccomp == SECCOMP_USERNS)
		kept |= SECCOMP_USER_NAMESPACES;
	return kept & condition->one_of;
}

/* On the stack: pages that the search for the command writes to anyway, and that PID 1 gives back. */
static int attach_default(const struct init *init)
{
	struct sock_filter filter[INSTRUCTIONS];
	struct sock_fprog program = {.len = INSTRUCTIONS, .filter = filter};
	const uint32_t first = SECCOMP_RET_ERRNO | SECCOMP_PLACEHOLDER;

	memcpy(filter, seccomp_default, sizeof(filter));
	for (int i = 0; i < INSTRUCTIONS; i++) {
		const struct seccomp_condition *condition;

		if (filter[i].code != (BPF_RET | BPF_K) || filter[i].k - first >= CONDITIONS)
			continue;
		condition = &seccomp_conditions[filter[i].k - first];
		filter[i].k = holds(init, condition) ? SECCOMP_RET_ALLOW
						     : SECCOMP_RET_ERRNO | condition->error;
	}
	return kernel_filter(&program);
}

static bool step_default(const struct init *init)
{
	int allowed = SECCOMP_ALLOWED, refused = 0;

	for (int i = 0; i < CONDITIONS; i++)
		if (holds(init, &seccomp_conditions[i]))
			allowed += seccomp_conditions[i].calls;
		else
			refused += seccomp_conditions[i].calls;
	return step("attach the default seccomp filter: ", step_number(allowed), " calls allowed, ",
		    step_number(refused), " refused for what is not kept",
		    init->seccomp == SECCOMP_USERNS ? ", new user namespaces allowed" : "");
}

static void check_default(void)
{
}

#else

static int attach_default(const struct init *init)
{
	(void)init;
	return -1;
}

static bool step_default(const struct init *init)
{
	(void)init;
	return false;
}

static void check_default(void)
{
	die("--seccomp: there is no default filter for this architecture, only none or one of your own");
}

#endif

void seccomp_prepare(struct init *init)
{
	char number[TEXT_NUMBER];

	if (init->seccomp == SECCOMP_DEFAULT || init->seccomp == SECCOMP_USERNS)
		check_default();
	if (init->seccomp != SECCOMP_PROGRAM)
		return;
	init->filter = filter_read(init->seccomp_descriptor,
				   text_number(number, init->seccomp_descriptor));
	/* The command is not to find it. */
	close(init->seccomp_descriptor);
}

bool seccomp_attach(const struct init *init)
{
	if (init->seccomp == SECCOMP_NONE)
		return true;
	if (init->seccomp != SECCOMP_PROGRAM)
		return !step_default(init) || attach_default(init) == 0;
	return !step("attach a seccomp filter of ", step_number(init->filter.len),
		     " instructions") ||
	       kernel_filter(&init->filter) == 0;
}
