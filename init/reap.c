/*
 * reap.c: children that end, or that job control stops. Runs in nsinit, while the command runs.
 */
#include "reap.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel.h"
#include "message.h"

/*
 * Whether the kernel keeps the status of a process that it has reaped. The call exists since Linux
 * 6.13 and tells the status since 6.15; of a process that lives it does not say whether it will.
 */
static bool kernel_keeps_status(int pidfd)
{
	struct kernel_pidfd_info info = {.mask = KERNEL_PIDFD_INFO_EXIT};
	struct utsname name;
	unsigned int version[2] = {0, 0};
	const char *digit;

	if (ioctl(pidfd, (int)KERNEL_PIDFD_GET_INFO, &info) < 0 || uname(&name) < 0)
		return false;
	digit = name.release;
	for (int i = 0; i < 2; i++, digit++)
		for (; *digit >= '0' && *digit <= '9'; digit++)
			version[i] = version[i] * 10 + (unsigned int)(*digit - '0');
	return version[0] > 6 || (version[0] == 6 && version[1] >= 15);
}

static void drop_pidfd(struct reap *reap)
{
	if (reap->pidfd >= 0)
		close(reap->pidfd);
	reap->pidfd = -1;
}

static void let_kernel_reap(struct reap *reap)
{
	reap->quietly = false;
	if (reap->command)
		reap->pidfd = (int)syscall(SYS_pidfd_open, reap->command, 0);
	if (!reap->command || (reap->pidfd >= 0 && kernel_keeps_status(reap->pidfd)))
		kernel_signal(SIGCHLD, SIG_IGN);
	else
		drop_pidfd(reap);
}

/* A child that has changed its state, 0: none has, -1: there are no children. */
static pid_t next_change(int *status)
{
	pid_t pid;

	do
		pid = waitpid(-1, status, WNOHANG | WUNTRACED);
	while (pid < 0 && errno == EINTR);
	if (pid < 0 && errno != ECHILD)
		die_errno("cannot wait for children");
	return pid;
}

/*
 * SIGCHLD is one signal for any number of children, and wait(2) hands out the oldest first: so
 * all of them, always, or the command's end hides behind another's.
 */
void reap_look(struct reap *reap)
{
	char number[TEXT_NUMBER];
	int status;
	pid_t pid;

	while ((pid = next_change(&status)) > 0) {
		if (pid == reap->command && WIFSTOPPED(status)) {
			reap->stopped = WSTOPSIG(status);
		} else if (pid == reap->command) {
			reap->ended = true;
			reap->wait_status = status;
		} else if (reap->quietly && !reap->ended) {
			/* What ended before that is still to be waited for: the loop goes on. */
			let_kernel_reap(reap);
		} else if (reap->warn && !WIFSTOPPED(status)) {
			message_error(
				0, NULL,
				TEXT_WORDS("reaped zombie process ", text_number(number, pid)));
		}
	}
	reap->alone = pid < 0;
}

void reap_look_at_pidfd(struct reap *reap)
{
	struct kernel_pidfd_info info = {.mask = KERNEL_PIDFD_INFO_EXIT};

	if (ioctl(reap->pidfd, (int)KERNEL_PIDFD_GET_INFO, &info) < 0 ||
	    !(info.mask & KERNEL_PIDFD_INFO_EXIT))
		die("the kernel has lost the command's exit status");
	reap->ended = true;
	reap->wait_status = info.exit_code;
	drop_pidfd(reap);
}

void reap_wait_for_all(struct reap *reap)
{
	siginfo_t info;

	reap->quietly = false;
	kernel_signal(SIGCHLD, SIG_DFL);
	/* Had the command ended before that, only its pidfd would know; else we wait for it. */
	if (waitid(P_PID, (id_t)reap->command, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		drop_pidfd(reap);
	reap_look(reap);
}
