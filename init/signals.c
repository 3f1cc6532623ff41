/*
 * signals.c: signals as both programs receive and forward them.
 */
#include "signals.h"

#include <errno.h>
#include <signal.h>

#include "kernel.h"
#include "message.h"

static const uint64_t all_signals = UINT64_MAX;

void signals_take(struct signals_inherited *inherited)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	struct sigaction before;

	kernel_sigprocmask(SIG_SETMASK, &all_signals, &inherited->mask);
	sigaction(SIGCHLD, &action, &before);
	inherited->child_ignored = before.sa_handler == SIG_IGN;
}

void signals_give_back(const struct signals_inherited *inherited)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	if (inherited->child_ignored)
		sigaction(SIGCHLD, &action, NULL);
	kernel_sigprocmask(SIG_SETMASK, &inherited->mask, NULL);
}

int signals_open(void)
{
	int descriptor = kernel_signalfd(&all_signals, O_CLOEXEC);

	if (descriptor < 0)
		die_errno("cannot open a descriptor for signals");
	return descriptor;
}

void signals_forward(pid_t pid, const struct signalfd_siginfo *received)
{
	siginfo_t info = {
		.si_signo = (int)received->ssi_signo,
		.si_code = received->ssi_code,
	};

	/* rt_sigqueueinfo(2): only codes below zero may be sent to another process. */
	if (received->ssi_code >= 0 || received->ssi_code == SI_TKILL) {
		kill(pid, info.si_signo);
		return;
	}
	info.si_pid = (pid_t)received->ssi_pid;
	info.si_uid = received->ssi_uid;
	info.si_value.sival_ptr = (void *)(uintptr_t)received->ssi_ptr;
	kernel_sigqueueinfo(pid, info.si_signo, &info);
}
