/*
 * filter.c: compiled seccomp filters, beside the kernel's own opinion of them. An input is a filter.
 *
 * A filter would hold for good once it is attached. So it is offered for all threads, of which one has
 * a filter that the others have not: the kernel then refuses a good one after it has looked at it,
 * SECCOMP_FILTER_FLAG_TSYNC in seccomp(2).
 */
#include "../init/filter.h"

#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/seccomp.h>

#include "common/fuzz.h"

static struct sock_fprog program;

static long attach(unsigned int flags, const struct sock_fprog *filter)
{
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, filter);
}

static void *have_a_filter(void *ready)
{
	struct sock_filter allow = {.code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW};
	struct sock_fprog filter = {.len = 1, .filter = &allow};

	fuzz_check(attach(0, &filter) == 0);
	pthread_barrier_wait(ready);
	for (;;)
		pause();
	return NULL;
}

void fuzz_start(void)
{
	static pthread_barrier_t ready;
	pthread_t thread;

	fuzz_check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	fuzz_check(pthread_barrier_init(&ready, NULL, 2) == 0);
	fuzz_check(pthread_create(&thread, NULL, have_a_filter, &ready) == 0);
	pthread_barrier_wait(&ready);
}

static void read_filter(void *context)
{
	(void)context;
	program = filter_read(FUZZ_ARGUMENTS, "900");
}

/* The one thing that filter_read leaves to the kernel: whether what is read there has been written. */
static bool reads_memory(const struct sock_fprog *filter)
{
	for (size_t i = 0; i < filter->len; i++)
		if (filter->filter[i].code == (BPF_LD | BPF_MEM) ||
		    filter->filter[i].code == (BPF_LDX | BPF_MEM))
			return true;
	return false;
}

void fuzz_one(const char *data, size_t size)
{
	struct sock_filter *same = (struct sock_filter *)data;
	struct sock_fprog given = {.len = (unsigned short)(size / sizeof(*same)), .filter = same};
	long verdict = -1;

	fuzz_arguments(data, size);
	if (size && size % sizeof(*same) == 0 && size / sizeof(*same) <= BPF_MAXINSNS)
		verdict = attach(SECCOMP_FILTER_FLAG_TSYNC, &given);
	fuzz_check(verdict != 0);
	if (fuzz_run(read_filter, NULL))
		fuzz_check(verdict > 0 || (errno == EINVAL && reads_memory(&program)));
	else
		fuzz_check(verdict < 0);
}
