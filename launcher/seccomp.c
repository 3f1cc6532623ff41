/*
 * seccomp.c: the filter that --seccomp names. Runs outside, before anything is made.
 */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../init/filter.h"
#include "../init/kernel.h"
#include "../init/message.h"
#include "memfd.h"

void seccomp_hand_over(struct launch *launch)
{
	const char *word = launch->seccomp ? launch->seccomp : "default";
	char number[TEXT_NUMBER];
	const uint64_t too_large = UINT64_C(1) << (SIGXFSZ - 1);
	struct sock_fprog filter;
	uint64_t mask;
	int file;

	if (init_seccomp_kind(word) != SECCOMP_PROGRAM) {
		launch_tell(launch, "--seccomp", word);
		return;
	}
	file = kernel_open(word, O_RDONLY);
	if (file < 0 && errno == ENOENT && !strchr(word, '/'))
		die("--seccomp: '", word,
		    "' is neither default, userns nor none, and there is no such file");
	if (file < 0)
		die_errno("--seccomp ", word);
	filter = filter_read(file, word);
	close(file);
	/* Over a limit on the size of files (setrlimit(2)) it would end us before we have said so. */
	if (kernel_sigprocmask(SIG_BLOCK, &too_large, &mask) < 0)
		die_errno("cannot block a signal");
	launch_tell(launch, "--seccomp",
		    text_number(number, memfd_of("seccomp filter", filter.filter,
						 filter.len * sizeof(*filter.filter))));
	if (kernel_sigprocmask(SIG_SETMASK, &mask, NULL) < 0)
		die_errno("cannot unblock a signal");
}
