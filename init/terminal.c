/*
 * terminal.c: the controlling terminal and job control. Runs in both programs.
 */
#include "terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kernel.h"

int terminal_find(void)
{
	pid_t group;

	/* TIOCGPGRP answers for the controlling terminal only, ENOTTY for any other. */
	for (int descriptor = 0; descriptor < 3; descriptor++)
		if (ioctl(descriptor, TIOCGPGRP, &group) == 0)
			return descriptor;
	return -1;
}

bool terminal_is_ours(int terminal)
{
	pid_t group = -1;

	/*
	 * Groups outside the PID namespace are all 0 to us, so numbers do not tell the caller's
	 * job from its shell. But reading from the background is EIO while SIGTTIN is blocked,
	 * and a read of no bytes takes nothing from anybody.
	 */
	if (read(terminal, &group, 0) == 0)
		return true;
	if (errno == EIO)
		return false;
	/* Open for writing only. */
	return ioctl(terminal, TIOCGPGRP, &group) == 0 && group == getpgrp() && group > 0;
}

void terminal_hand_over(int terminal, pid_t group)
{
	/* It can fail only where group or terminal has gone: then nobody misses it. */
	ioctl(terminal, (int)TIOCSPGRP, &group);
}

/* Neither fails but where the terminal belongs to a session that goes on with it: then it stays there. */
void terminal_leave(int terminal)
{
	ioctl(terminal, TIOCNOTTY);
}

void terminal_take(int terminal)
{
	ioctl(terminal, TIOCSCTTY, 0);
}

bool terminal_stop_group(int signal)
{
	uint64_t stop = UINT64_C(1) << (signal - 1);
	uint64_t pending = 0;

	kill(0, signal);
	/*
	 * As PID 1 we cannot stop ourselves. But where the group's leader is outside our PID
	 * namespace the rest of the group has stopped, and its shell will continue us with it.
	 */
	if (getpgrp() == 0)
		return true;
	/* Unblocked, it acts on this process as on the rest of the group: here it stops. */
	kernel_sigprocmask(SIG_UNBLOCK, &stop, NULL);
	kernel_sigprocmask(SIG_BLOCK, &stop, NULL);
	/* What ends a stop is SIGCONT, which is blocked and so still waits to be read. */
	kernel_sigpending(&pending);
	return pending & (UINT64_C(1) << (SIGCONT - 1));
}
