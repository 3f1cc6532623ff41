/*
 * signals.c: signals as both programs receive and forward them.
 */
#include "signals.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "kernel.h"
#include "message.h"
#include "number.h"

static const uint64_t all_signals = UINT64_MAX;

void signals_take(struct signals_inherited *inherited)
{
	void (*before)(int);

	if (kernel_sigprocmask(SIG_SETMASK, &all_signals, &inherited->mask) < 0)
		die_errno("cannot block signals");
	before = kernel_signal(SIGCHLD, SIG_DFL);
	if (before == SIG_ERR)
		die_errno("cannot wait for children");
	inherited->child_ignored = before == SIG_IGN;
}

bool signals_give_back(const struct signals_inherited *inherited)
{
	if (inherited->child_ignored && kernel_signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return false;
	return kernel_sigprocmask(SIG_SETMASK, &inherited->mask, NULL) == 0;
}

uint64_t signals_ends(const struct signals_inherited *inherited)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	uint64_t set = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct sigaction action;

		if (sigaction(ends[i], NULL, &action) < 0)
			die_errno("cannot ask what a signal does");
		if (action.sa_handler != SIG_IGN)
			set |= UINT64_C(1) << (ends[i] - 1);
	}
	return set & ~inherited->mask;
}

/* By number, signal(7); aliases come after. */
static const char signal_names[][7] = {
	"",	"HUP",	"INT",	"QUIT", "ILL",	  "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
	"SEGV", "USR2", "PIPE", "ALRM", "TERM",	  "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
	"TTOU", "URG",	"XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS",
};

enum { REALTIME_FIRST = 34, SIGNALS = 64 };

/* RTMIN, RTMIN+n, RTMAX, RTMAX-n: text is what comes after "RT". */
static int realtime_number(const char *text)
{
	bool least = !strncmp(text, "MIN", 3);
	uint64_t number = 0;

	if (!least && strncmp(text, "MAX", 3) != 0)
		return 0;
	text += 3;
	if (*text && (*text != (least ? '+' : '-') ||
		      !number_parse(text + 1, 10, SIGNALS - REALTIME_FIRST, &number)))
		return 0;
	return least ? REALTIME_FIRST + (int)number : SIGNALS - (int)number;
}

int signals_number(const char *text)
{
	uint64_t number;

	if (number_parse(text, 10, SIGNALS, &number))
		return (int)number;
	if (!strncmp(text, "SIG", 3))
		text += 3;
	if (!strncmp(text, "RT", 2))
		return realtime_number(text + 2);
	if (!strcmp(text, "POLL"))
		return SIGIO;
	for (int i = 1; i < (int)(sizeof(signal_names) / sizeof(*signal_names)); i++)
		if (!strcmp(text, signal_names[i]))
			return i;
	return 0;
}

bool signals_next(siginfo_t *received, int wait_ms)
{
	const long timeout[2] = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
	/* On the stack, which is there: the constant would keep a page of its own in memory. */
	const uint64_t all = all_signals;

	if (kernel_sigtimedwait(&all, received, wait_ms < 0 ? NULL : timeout) > 0)
		return true;
	/* The time is over, or a stop and its end came in between. */
	if (errno != EAGAIN && errno != EINTR)
		die_errno("cannot wait for signals");
	return false;
}

int signals_open(void)
{
	int descriptor = kernel_signalfd(&all_signals, O_CLOEXEC);

	if (descriptor < 0)
		die_errno("cannot open a descriptor for signals");
	return descriptor;
}

static const char cannot_leave_room[] =
	"the pending signals of this process cannot be limited: a flood may keep all others out";

void signals_leave_room(unsigned int part, unsigned int parts)
{
	struct rlimit limit;

	/* The command runs by now: it is not ended for want of what is for floods of signals alone. */
	if (prlimit(0, RLIMIT_SIGPENDING, NULL, &limit) < 0) {
		note(cannot_leave_room);
		return;
	}
	if (limit.rlim_cur > INT_MAX)
		return;
	limit.rlim_cur = limit.rlim_cur * part / parts;
	/* With none no queued signal would come in at all. */
	if (limit.rlim_cur == 0)
		limit.rlim_cur = 1;
	if (prlimit(0, RLIMIT_SIGPENDING, &limit, NULL) < 0)
		note(cannot_leave_room);
}

bool signals_forward(pid_t pid, int signal, const siginfo_t *received)
{
	siginfo_t info = *received;

	/* rt_sigqueueinfo(2): only codes below zero may be sent to another process. */
	if (received->si_code >= 0 || received->si_code == SI_TKILL)
		return kill(pid, signal) == 0 || errno != EAGAIN;
	info.si_signo = signal;
	return kernel_sigqueueinfo(pid, signal, &info) == 0 || errno != EAGAIN;
}
