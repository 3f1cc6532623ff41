/*
 * relay.c: the launcher's life while the container runs. Runs outside, with all signals blocked.
 */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "../init/handover.h"
#include "../init/kernel.h"
#include "../init/message.h"
#include "../init/status.h"
#include "../init/terminal.h"
#include "launch.h"

enum { RETRY_MS = 1 };

struct relayed {
	const struct launch *launch;
	pid_t pid;     /* nsinit */
	int socket;    /* to it; -1 once it has closed its end */
	bool executed; /* the command runs or has run, as far as the socket has been read */
	bool broken;   /* the command was executed, and --persist failed after that */
	int ended_by;  /* the signal that ended the launch before the command ran; 0: none did */
	bool stopped;  /* it was stopped by job control */
	int terminal;  /* the controlling terminal, or -1 */
	struct relay_terminal before;
	int signals; /* tells poll(2) of signals; -1 where nothing else is waited for */
	bool held;   /* received could not be forwarded yet: nsinit's queue is full */
	siginfo_t received;
	bool ended;
	int wait_status; /* how nsinit ended */
};

void relay_remember(struct launch *launch)
{
	struct relay_terminal *before = &launch->before;

	if (launch->terminal < 0)
		return;
	before->had_it = terminal_is_ours(launch->terminal);
	before->saved = before->had_it && tcgetattr(launch->terminal, &before->settings) == 0;
}

static bool differ(const struct termios *one, const struct termios *other)
{
	return one->c_iflag != other->c_iflag || one->c_oflag != other->c_oflag ||
	       one->c_cflag != other->c_cflag || one->c_lflag != other->c_lflag ||
	       memcmp(one->c_cc, other->c_cc, sizeof(one->c_cc)) != 0;
}

/*
 * Who was in the foreground at the start is so again, and finds the terminal's settings as they
 * were. Nothing is taken from anybody: only from a group that is no more, which was the command's.
 */
static void give_terminal_back(const struct relayed *relayed)
{
	struct termios now;
	pid_t group;

	if (relayed->terminal < 0)
		return;
	group = tcgetpgrp(relayed->terminal);
	if (relayed->before.had_it && group > 0 && group != getpgrp() && kill(-group, 0) < 0 &&
	    errno == ESRCH)
		terminal_hand_over(relayed->terminal, getpgrp());
	if (relayed->before.saved && terminal_is_ours(relayed->terminal) &&
	    tcgetattr(relayed->terminal, &now) == 0 && differ(&now, &relayed->before.settings))
		tcsetattr(relayed->terminal, TCSANOW, &relayed->before.settings);
}

/* The caller's job was continued, or was never stopped: so is the command. */
static void continue_command(struct relayed *relayed)
{
	bool ours = terminal_is_ours(relayed->terminal);

	relayed->before.had_it |= ours;
	relayed->stopped = false;
	handover_send(relayed->socket, ours ? HANDOVER_FOREGROUND : HANDOVER_CONTINUE, 0);
}

/*
 * The command was stopped, and to the caller's shell the command is this job: so it stops too,
 * all of it, as the terminal would have stopped it. What wanted the terminal while the job is in
 * the foreground gets it instead.
 */
static void stop_with_command(struct relayed *relayed, int signal)
{
	if (relayed->terminal < 0)
		return;
	relayed->stopped = true;
	if (signal == SIGSTOP)
		kill(getpid(), SIGSTOP);
	else if (((signal == SIGTTIN || signal == SIGTTOU) &&
		  terminal_is_ours(relayed->terminal)) ||
		 !terminal_stop_group(signal))
		continue_command(relayed);
}

/* Namespaces that are to be kept get their files now. Where one cannot, the launch ends with 125. */
static void note_executed(struct relayed *relayed)
{
	relayed->executed = true;
	if (nsfs_persist(relayed->launch))
		return;
	relayed->broken = true;
	if (!relayed->ended)
		kill(relayed->pid, SIGKILL);
}

/* What nsinit has said so far. HANDOVER_BROKEN: it cannot be read. */
static enum handover_result hear(struct relayed *relayed)
{
	struct handover_message message;
	enum handover_result result;

	while ((result = handover_receive(relayed->socket, false, &message)) == HANDOVER_MESSAGE) {
		if (message.kind == HANDOVER_EXECUTED)
			note_executed(relayed);
		else if (message.kind == HANDOVER_STOPPED)
			stop_with_command(relayed, message.value);
		/* What else it may have said before its end was about the terminal. */
		if (relayed->ended && relayed->executed)
			return HANDOVER_NONE;
	}
	/* nsinit has ended, or, with --as-pid-1, became the command, which closes its end of the socket. */
	if (result == HANDOVER_END) {
		close(relayed->socket);
		relayed->socket = -1;
		if (relayed->launch->inside.as_pid_1 && !relayed->executed)
			note_executed(relayed);
	}
	return result;
}

static void read_socket(struct relayed *relayed)
{
	if (hear(relayed) == HANDOVER_BROKEN)
		handover_die();
}

/* Such a signal is the command's as soon as there is one; until then it ends the launch. */
static bool ends_launch(struct relayed *relayed, int signal)
{
	if (relayed->executed ||
	    !(signals_ends(&relayed->launch->signals) & UINT64_C(1) << (signal - 1)))
		return false;
	if (relayed->socket >= 0)
		read_socket(relayed);
	return !relayed->executed;
}

/* False where nsinit's queue is full; the signal is kept, and tried again. */
static bool forward(struct relayed *relayed)
{
	const siginfo_t *received = &relayed->received;
	int signal = received->si_signo;

	if (ends_launch(relayed, signal)) {
		relayed->ended_by = signal;
		/* With PID 1 all ends; without a PID namespace there is nobody else yet. */
		kill(relayed->pid, SIGKILL);
		return true;
	}
	if (signal == SIGCONT && relayed->stopped) {
		continue_command(relayed);
		return true;
	}
	/* The terminal's: for the command and what it started, as for our own group. */
	if (received->si_code > 0 && relayed->terminal >= 0 && relayed->socket >= 0)
		return handover_try(relayed->socket, HANDOVER_TERMINAL, signal);
	return signals_forward(relayed->pid, signal, received);
}

static void look_at_nsinit(struct relayed *relayed)
{
	pid_t pid;

	do
		pid = waitpid(relayed->pid, &relayed->wait_status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	if (pid < 0)
		die_errno("cannot wait for nsinit");
	relayed->ended = pid == relayed->pid;
}

/* One at a time, so that none is lost where nsinit's queue is full. */
static void take_signal(struct relayed *relayed, int wait_ms)
{
	if (!signals_next(&relayed->received, wait_ms))
		return;
	if (relayed->received.si_signo == SIGCHLD)
		look_at_nsinit(relayed);
	else
		relayed->held = !forward(relayed);
}

/*
 * What the socket says is about the terminal, and that the command was executed, where something has to be
 * done then; otherwise it can wait until nsinit has ended.
 */
static bool only_signals(const struct relayed *relayed)
{
	bool listens = relayed->terminal >= 0 || (relayed->launch->persisted && !relayed->executed);

	return !relayed->held && (!listens || relayed->socket < 0);
}

static void wait_for_descriptors(struct relayed *relayed)
{
	struct pollfd events[] = {
		{.fd = relayed->held ? -1 : relayed->signals, .events = POLLIN},
		{.fd = relayed->socket, .events = POLLIN},
	};

	if (poll(events, 2, relayed->held ? RETRY_MS : -1) < 0 && errno != EINTR)
		die_errno("cannot wait for signals");
	if (events[1].revents)
		read_socket(relayed);
	if (events[0].revents)
		take_signal(relayed, 0);
	if (relayed->held)
		relayed->held = !forward(relayed);
}

/* What the container's end means to the caller: what nsinit ended with. */
static int exit_status(struct relayed *relayed, const struct launch *launch)
{
	enum handover_result heard = HANDOVER_NONE;
	char number[TEXT_NUMBER];
	int status = status_from_wait(relayed->wait_status);

	if (relayed->socket >= 0 && !relayed->executed)
		heard = hear(relayed);
	if (!relayed->executed)
		nsfs_forget(launch);
	if (relayed->ended_by)
		return STATUS_SIGNALED + relayed->ended_by;
	if (relayed->broken)
		return STATUS_FAILED;
	if (WIFSIGNALED(relayed->wait_status) && !launch->inside.as_pid_1)
		message_error(0, NULL,
			      TEXT_WORDS("nsinit was killed by signal ",
					 text_number(number, status - STATUS_SIGNALED), " (",
					 strsignal(status - STATUS_SIGNALED), ")"));
	else if (!relayed->executed && heard == HANDOVER_END && status < STATUS_FAILED)
		/* Another program in nsinit's place (--init): an end without a word is no success. */
		die("nsinit ended before it executed the command");
	return status;
}

int relay(const struct launch *launch, pid_t pid)
{
	struct relayed relayed = {
		.launch = launch,
		.pid = pid,
		.socket = launch->socket,
		.signals = -1,
		.terminal = launch->terminal,
		.before = launch->before,
	};

	/* A third for us and a third for nsinit leave as much for the command. */
	signals_leave_room(1, 3);
	if (relayed.terminal >= 0 || launch->persisted)
		relayed.signals = signals_open();
	while (!relayed.ended) {
		if (only_signals(&relayed))
			take_signal(&relayed, SIGNALS_FOREVER);
		else
			wait_for_descriptors(&relayed);
	}
	give_terminal_back(&relayed);
	return exit_status(&relayed, launch);
}
