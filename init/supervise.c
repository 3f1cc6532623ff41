/*
 * supervise.c: PID 1's life while the command runs, and its end. Runs in nsinit, with all signals
 * blocked and no capability left but CAP_KILL.
 *
 * There are three kinds of event: a signal, a child that changed its state, and a word from the
 * launcher. Each has one function; between events nsinit sleeps in one system call.
 */
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descendants.h"
#include "kernel.h"
#include "lifeline.h"
#include "memory.h"
#include "message.h"
#include "reap.h"
#include "signals.h"
#include "status.h"
#include "terminal.h"

enum { RETRY_MS = 1, KILL_AGAIN_MS = 10, SETTLE_MS = 100 };

struct supervised {
	const struct init *init;
	pid_t pid; /* the command, and its process group; 0: there is none */
	struct reap reap;
	int launcher; /* the socket, where it has to be listened to; or -1 */
	int signals;  /* tells poll(2) of signals; -1 while nothing else is waited for */

	int terminal;	 /* the command's controlling terminal, or -1 */
	bool foreground; /* its foreground was handed to the command */
	bool stopped;	 /* job control stopped the command */
	bool settled;	 /* what only the start needed has been let go of */

	bool held; /* received could not be forwarded yet: the command's queue is full */
	siginfo_t received;

	bool asked;	     /* what is left has been asked to end */
	bool killed;	     /* SIGKILL has been sent */
	int64_t deadline_ms; /* when it is to be sent, or sent again, by kernel_now_ms; -1: never */
};

/* To the command and what it started in its group; to itself where the group is not there. */
static void signal_group(const struct supervised *supervised, int signal)
{
	if (kill(-supervised->pid, signal) < 0 && errno == ESRCH)
		kill(supervised->pid, signal);
}

/* The command goes on: in the foreground, where the caller's job is there. */
static void continue_command(struct supervised *supervised, bool foreground)
{
	if (foreground) {
		terminal_hand_over(supervised->terminal, supervised->pid);
		supervised->foreground = true;
	}
	supervised->stopped = false;
	signal_group(supervised, SIGCONT);
}

/*
 * Job control stopped the command. To the caller's shell that is its job, launcher included, so
 * the stop is passed on: to the launcher, or, where nsinit stands alone, to nsinit's own group.
 * What wanted the terminal gets it instead, if the caller's job is in the foreground.
 */
static void pass_on_stop(struct supervised *supervised, int signal)
{
	if (supervised->terminal < 0)
		return;
	supervised->stopped = true;
	if (supervised->launcher >= 0)
		lifeline_report(supervised->init, HANDOVER_STOPPED, signal);
	else if ((signal == SIGTTIN || signal == SIGTTOU) && terminal_is_ours(supervised->terminal))
		continue_command(supervised, true);
	else if (signal != SIGSTOP && !terminal_stop_group(signal))
		continue_command(supervised, false);
}

/*
 * As dumb-init does: what is left of the command's group gets SIGTERM. While the command waits to be
 * reaped, its number and its group's are nobody else's.
 */
static void end_group(const struct supervised *supervised)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)supervised->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == supervised->pid)
		kill(-supervised->pid, SIGTERM);
}

static void look_at_children(struct supervised *supervised)
{
	if (supervised->init->session && !supervised->reap.ended)
		end_group(supervised);
	reap_look(&supervised->reap);
	if (supervised->reap.stopped) {
		pass_on_stop(supervised, supervised->reap.stopped);
		supervised->reap.stopped = 0;
	}
}

/* --grace: everything that is left is asked to end, and has until the deadline. */
static void ask_to_end(struct supervised *supervised)
{
	supervised->asked = true;
	supervised->deadline_ms = kernel_now_ms() + supervised->init->grace_ms;
	reap_wait_for_all(&supervised->reap);
	if (!supervised->reap.alone)
		descendants_signal(supervised->init->kill_signal);
}

/* Again and again: what is killed may have started something just before. */
static void kill_what_is_left(struct supervised *supervised)
{
	if (supervised->deadline_ms < 0 || kernel_now_ms() < supervised->deadline_ms)
		return;
	descendants_signal(SIGKILL);
	supervised->killed = true;
	supervised->deadline_ms = kernel_now_ms() + KILL_AGAIN_MS;
}

/*
 * Where no PID namespace ends with nsinit: what the command has left must not outlive it. Where there is no
 * /proc nobody can be found, and nsinit does not wait for who it cannot end.
 */
static void end_descendants(struct supervised *supervised)
{
	reap_wait_for_all(&supervised->reap);
	while (!supervised->reap.alone && descendants_signal(SIGKILL)) {
		poll(NULL, 0, KILL_AGAIN_MS);
		reap_look(&supervised->reap);
	}
}

/* Its end is ours. With PID 1 the kernel ends everything here. */
static noreturn void end_with_launcher(struct supervised *supervised)
{
	if (lifeline_is_all(supervised->init))
		end_descendants(supervised);
	_exit(STATUS_FAILED);
}

/* Of its own doing: see terminal_leave. */
static bool is_own(const struct supervised *supervised)
{
	const siginfo_t *received = &supervised->received;

	return supervised->init->session &&
	       (received->si_signo == SIGHUP || received->si_signo == SIGCONT) &&
	       received->si_code == SI_USER && received->si_pid == getpid();
}

/* As dumb-init does: with what it looks after. Process 1 of a namespace cannot be stopped. */
static void stop_too(const struct supervised *supervised)
{
	int signal = supervised->received.si_signo;

	if (supervised->init->stops && supervised->terminal < 0 &&
	    (signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU))
		kill(getpid(), SIGSTOP);
}

/* False where the command's queue is full; the signal is kept, and tried again. */
static bool forward(struct supervised *supervised)
{
	const siginfo_t *received = &supervised->received;
	const struct init *init = supervised->init;
	int signal = init->rewrite[received->si_signo];

	if (init->pause && (received->si_signo == SIGTERM || received->si_signo == SIGINT))
		supervised->reap.ended = true;
	else if (received->si_signo == SIGTERM && init->grace_ms && !supervised->asked)
		ask_to_end(supervised);
	else if (!signal || init->pause)
		return true;
	else if (supervised->reap.ended)
		/* --wait-all, and the command has gone: the rest is who is left to tell. */
		descendants_signal(signal);
	else if (signal == SIGCONT && supervised->stopped)
		continue_command(supervised, supervised->launcher < 0 &&
						     terminal_is_ours(supervised->terminal));
	else if (init->group || received->si_code > 0)
		/* From the terminal it is for the whole foreground group, which ours stands for. */
		signal_group(supervised, signal);
	else
		return signals_forward(supervised->pid, signal, received);
	return true;
}

/* One at a time, so that none is lost where the command's queue is full. */
static void take_signal(struct supervised *supervised, int wait_ms)
{
	if (!signals_next(&supervised->received, wait_ms))
		return;
	if (supervised->received.si_signo == SIGCHLD) {
		look_at_children(supervised);
	} else if (!is_own(supervised)) {
		supervised->held = !forward(supervised);
		stop_too(supervised);
	}
}

static void retry_held(struct supervised *supervised)
{
	if (supervised->held)
		supervised->held = !forward(supervised);
	/* The word of its end may stand behind the held signal. */
	if (supervised->held)
		look_at_children(supervised);
	if (supervised->reap.ended)
		supervised->held = false;
}

/* False: the launcher is gone. */
static bool read_launcher(struct supervised *supervised)
{
	struct handover_message message;

	switch (handover_receive(supervised->launcher, false, &message)) {
	case HANDOVER_NONE:
		return true;
	case HANDOVER_END:
		return false;
	case HANDOVER_BROKEN:
		handover_die();
	case HANDOVER_MESSAGE:
		break;
	}
	if (message.kind == HANDOVER_FOREGROUND || message.kind == HANDOVER_CONTINUE)
		continue_command(supervised, message.kind == HANDOVER_FOREGROUND);
	else if (message.kind == HANDOVER_TERMINAL)
		signal_group(supervised, message.value);
	return true;
}

/* Whether nsinit may end: the command has, and what was asked for the rest is done. */
static bool is_over(struct supervised *supervised)
{
	const struct init *init = supervised->init;

	if (!supervised->reap.ended)
		return false;
	if (!init->wait_all && !init->grace_ms)
		return true;
	if (!init->wait_all && !supervised->asked)
		ask_to_end(supervised);
	if (!supervised->reap.alone)
		reap_wait_for_all(&supervised->reap);
	/* PID 1 need not see the killed go: the kernel ends a PID namespace with it. */
	return supervised->reap.alone || (supervised->killed && getpid() == 1);
}

static bool only_signals(const struct supervised *supervised)
{
	return !supervised->held && supervised->launcher < 0 && supervised->reap.pidfd < 0;
}

/* Milliseconds; -1: for ever. */
static int patience(const struct supervised *supervised)
{
	int most = supervised->held ? RETRY_MS : supervised->settled ? SIGNALS_FOREVER : SETTLE_MS;
	int64_t left;

	if (supervised->deadline_ms < 0)
		return most;
	left = supervised->deadline_ms - kernel_now_ms();
	if (left < 0)
		left = 0;
	return most >= 0 && most < left ? most : (int)left;
}

/*
 * Once, after a while of quiet or the first event that is not the end: a command that ends at once is
 * not kept waiting for it. From then on no wait has a limit.
 */
static void settle(struct supervised *supervised)
{
	if (supervised->settled)
		return;
	supervised->settled = true;
	memory_leave_start();
}

static void wait_for_descriptors(struct supervised *supervised)
{
	struct pollfd events[] = {
		{.fd = -1, .events = POLLIN},
		{.fd = supervised->launcher, .events = POLLIN},
		/* POLLHUP: it has been reaped, and its status is to be had. */
		{.fd = supervised->reap.pidfd, .events = 0},
	};

	if (supervised->signals < 0)
		supervised->signals = signals_open();
	if (!supervised->held)
		events[0].fd = supervised->signals;
	if (poll(events, 3, patience(supervised)) < 0 && errno != EINTR)
		die_errno("cannot wait for signals");
	if (events[0].revents)
		take_signal(supervised, 0);
	if (events[1].revents && !read_launcher(supervised)) {
		if (!supervised->init->outlive)
			end_with_launcher(supervised);
		supervised->launcher = -1;
	}
	if (events[2].revents & POLLHUP && supervised->reap.pidfd == events[2].fd)
		reap_look_at_pidfd(&supervised->reap);
	retry_held(supervised);
}

/* Where nsinit stands alone the terminal goes back to the job that it is in. */
static void give_terminal_back(const struct supervised *supervised)
{
	if (supervised->foreground && supervised->init->launcher < 0 && getpgrp() > 0 &&
	    tcgetpgrp(supervised->terminal) == supervised->pid)
		terminal_hand_over(supervised->terminal, getpgrp());
}

int supervise(const struct init *init, const struct command *command, pid_t pid)
{
	struct supervised supervised = {
		.init = init,
		.pid = pid,
		/* Stops are told by waiting only; without a terminal there are none to pass on. */
		.reap = {.command = pid,
			 .pidfd = -1,
			 .quietly = command->terminal < 0 && !init->warn && !init->session,
			 .warn = init->warn},
		/* All that it says is about the terminal; its death is mostly a signal, lifeline.h. */
		.launcher = command->terminal >= 0 || lifeline_is_all(init) ? init->launcher : -1,
		.signals = -1,
		/* A session's terminal is its own business. */
		.terminal = init->session ? -1 : command->terminal,
		.foreground = command->foreground,
		.deadline_ms = -1,
	};
	bool waited = false;
	int status;

	signals_leave_room(2, 3);
	while (!is_over(&supervised)) {
		if (waited)
			settle(&supervised);
		if (only_signals(&supervised))
			take_signal(&supervised, patience(&supervised));
		else
			wait_for_descriptors(&supervised);
		kill_what_is_left(&supervised);
		waited = true;
	}
	if (lifeline_is_all(init))
		end_descendants(&supervised);

	give_terminal_back(&supervised);
	status = status_from_wait(supervised.reap.wait_status);
	return init->successes[status / 8 % 32] & 1U << status % 8 ? STATUS_OK : status;
}
