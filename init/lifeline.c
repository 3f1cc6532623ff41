/*
 * lifeline.c: nsinit's side of the socket to its launcher. Runs inside.
 */
#include "lifeline.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "message.h"
#include "status.h"

void lifeline_wait(const struct init *init)
{
	struct handover_message message;
	enum handover_result result;

	if (!init->wait || !step("wait for the launcher's word"))
		return;
	result = handover_receive(init->launcher, true, &message);
	if (result == HANDOVER_BROKEN)
		handover_die();
	if (result != HANDOVER_MESSAGE || message.kind != HANDOVER_GO)
		/* It has said why, or can say nothing any more. */
		_exit(STATUS_FAILED);
}

void lifeline_enter_network(const struct init *init)
{
	int network;

	if (!init->wait_network ||
	    !step("enter the network namespace that the launcher has made meanwhile, with lo up"))
		return;
	network = handover_receive_descriptor(init->launcher, HANDOVER_NETWORK);
	if (network < 0)
		_exit(STATUS_FAILED);
	if (setns(network, CLONE_NEWNET) < 0)
		step_failed(NULL);
	close(network);
}

void lifeline_tie(const struct init *init)
{
	struct pollfd socket = {.fd = init->launcher, .events = 0};

	if (init->launcher < 0 || init->outlive || message_level == MESSAGE_EXPLAIN)
		return;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		die_errno("cannot tie nsinit's life to the launcher's");
	/*
	 * It may have died before that call. getppid(2) is 0 in a PID namespace of one's own
	 * either way, but the socket knows. Closed (POLLNVAL) it would know nothing.
	 */
	if (poll(&socket, 1, 0) < 0)
		die_errno("cannot see whether the launcher lives");
	if (socket.revents)
		_exit(STATUS_FAILED);
}

bool lifeline_is_all(const struct init *init)
{
	return init->launcher >= 0 && (init->shared | init->joined) & CLONE_NEWPID;
}

pid_t lifeline_release(const struct init *init)
{
	if (!lifeline_is_all(init) || init->as_pid_1 || message_level == MESSAGE_EXPLAIN)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, 0) < 0)
		die_errno("cannot keep nsinit alive to end what is inside");
	return getpid();
}

bool lifeline_tie_command(pid_t nsinit)
{
	if (!nsinit)
		return true;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return false;
	/* It may have died before that call. */
	if (getppid() != nsinit)
		_exit(STATUS_FAILED);
	return true;
}

void lifeline_report(const struct init *init, enum handover_kind kind, int value)
{
	if (init->launcher >= 0)
		handover_send(init->launcher, kind, value);
}
