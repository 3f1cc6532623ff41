/*
 * seccomp.c: the filter that --seccomp names. Runs outside, before anything is made.
 */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../init/filter.h"
#include "../init/kernel.h"
#include "../init/message.h"

/* Open over the exec of nsinit, which closes it. */
static int copy(const struct sock_fprog *filter)
{
	size_t bytes = filter->len * sizeof(*filter->filter);
	int memory = memfd_create("seccomp", MFD_NOEXEC_SEAL);

	/* Before Linux 6.3 there was no choice about execution. */
	if (memory < 0 && errno == EINVAL)
		memory = memfd_create("seccomp", 0);
	if (memory < 0 || pwrite(memory, filter->filter, bytes, 0) != (ssize_t)bytes)
		die_errno("cannot write the seccomp filter to a memfd");
	return memory;
}

void seccomp_hand_over(struct launch *launch)
{
	const char *word = launch->seccomp ? launch->seccomp : "default";
	char number[TEXT_NUMBER];
	struct sock_fprog filter;
	int file;

	if (init_seccomp_kind(word) != SECCOMP_PROGRAM) {
		launch_tell(launch, "--seccomp", word);
		return;
	}
	file = kernel_open(word, O_RDONLY);
	if (file < 0)
		die_errno("--seccomp ", word);
	filter = filter_read(file, word);
	close(file);
	launch_tell(launch, "--seccomp", text_number(number, copy(&filter)));
}
