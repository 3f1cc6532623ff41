/*
 * supervise.c: PID 1's life while the command runs. Runs in nsinit, with all signals blocked and
 * no capability left but CAP_KILL.
 *
 * There are three kinds of event: a signal for the command, a child that changed its state, and
 * a word from the launcher (or its death). Each has one function.
 */
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lifeline.h"
#include "message.h"
#include "signals.h"
#include "status.h"
#include "terminal.h"

struct supervised {
	const struct init *init;
	pid_t pid;    /* the command, and its process group */
	int terminal; /* its controlling terminal, or -1 */
	bool stopped; /* job control stopped it */
	bool ended;
	int wait_status; /* how it ended */
};

/*
 * The command and what it started in its group go on: in the foreground, where the caller's job
 * is there.
 */
static void continue_command(struct supervised *supervised, bool foreground)
{
	if (foreground)
		terminal_hand_over(supervised->terminal, supervised->pid);
	supervised->stopped = false;
	kill(-supervised->pid, SIGCONT);
}

static bool is_terminal_stop(int signal)
{
	return signal == SIGTTIN || signal == SIGTTOU;
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
	if (supervised->init->launcher >= 0)
		lifeline_report(supervised->init, HANDOVER_STOPPED, signal);
	else if (is_terminal_stop(signal) && terminal_is_ours(supervised->terminal))
		continue_command(supervised, true);
	else if (signal != SIGSTOP && !terminal_stop_group(signal))
		continue_command(supervised, false);
}

/*
 * SIGCHLD is one signal for any number of children, and wait(2) hands out the oldest first: so
 * all of them, always, or the command's end hides behind another's.
 */
static void reap(struct supervised *supervised)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (pid != supervised->pid)
			continue;
		if (WIFSTOPPED(status)) {
			pass_on_stop(supervised, WSTOPSIG(status));
		} else {
			supervised->ended = true;
			supervised->wait_status = status;
		}
	}
}

static void forward(struct supervised *supervised, const struct signalfd_siginfo *received)
{
	int signal = (int)received->ssi_signo;

	if (signal == SIGCONT && supervised->stopped)
		continue_command(supervised, supervised->init->launcher < 0 &&
						     terminal_is_ours(supervised->terminal));
	else if (received->ssi_code > 0)
		/* From the terminal: for the whole foreground group, which ours stands for. */
		kill(-supervised->pid, signal);
	else
		signals_forward(supervised->pid, received);
}

static void read_signals(struct supervised *supervised, int signals)
{
	struct signalfd_siginfo received[8];
	ssize_t bytes = read(signals, received, sizeof(received));
	size_t count = bytes > 0 ? (size_t)bytes / sizeof(*received) : 0;

	for (size_t i = 0; i < count; i++) {
		if (received[i].ssi_signo == SIGCHLD)
			reap(supervised);
		else
			forward(supervised, &received[i]);
	}
}

/* False: the launcher is gone. */
static bool read_launcher(struct supervised *supervised)
{
	struct handover_message message;

	switch (handover_receive(supervised->init->launcher, false, &message)) {
	case HANDOVER_NONE:
		return true;
	case HANDOVER_END:
		return false;
	case HANDOVER_MESSAGE:
		break;
	}
	if (message.kind == HANDOVER_FOREGROUND || message.kind == HANDOVER_CONTINUE)
		continue_command(supervised, message.kind == HANDOVER_FOREGROUND);
	else if (message.kind == HANDOVER_TERMINAL)
		kill(-supervised->pid, message.value);
	return true;
}

int supervise(const struct init *init, const struct command *command, pid_t pid)
{
	struct supervised supervised = {
		.init = init,
		.pid = pid,
		.terminal = command->terminal,
	};
	struct pollfd events[] = {
		{.fd = signals_open(), .events = POLLIN},
		{.fd = init->launcher, .events = POLLIN},
	};

	while (!supervised.ended) {
		if (poll(events, 2, -1) < 0 && errno != EINTR)
			die_errno("cannot wait for signals");
		if (events[0].revents)
			read_signals(&supervised, events[0].fd);
		if (events[1].revents && !read_launcher(&supervised)) {
			/* Its end is ours, and with PID 1 the kernel ends everything here. */
			if (!init->outlive)
				_exit(STATUS_FAILED);
			events[1].fd = -1;
		}
	}
	return status_from_wait(supervised.wait_status);
}
