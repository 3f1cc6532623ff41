/*
 * trace.h: the processes of one launch, followed by ptrace(2).
 *
 * Owns: who is launcher, nsinit and the command's process; the number of each of their system calls;
 * the wait for their end. Does not know what is done at a stop: a visitor does that. It does not judge
 * what came of the launch either.
 *
 * The caller is root, has blocked SIGCHLD, and is a subreaper: whatever of a launch outlives its parent
 * becomes the caller's child, and is seen.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum trace_role {
	ROLE_LAUNCHER,
	ROLE_NSINIT,
	ROLE_COMMAND, /* nsinit's child, until it has executed the command */
	ROLE_OTHER,
	ROLES,
};

enum { TRACEES_MOST = 32 };

struct tracee {
	pid_t pid;
	enum trace_role role;
	bool gone;	/* ended, or no longer traced */
	bool inside;	/* in a system call */
	bool executed;	/* runs the command's program: its calls are not of interest */
	bool failing;	/* the visitor's: this call is being made to fail */
	unsigned execs; /* programs executed so far */
	unsigned index; /* number of its calls so far; the first is 1 */
	long number;	/* of the call */
	long request;	/* of a prctl(2) the first argument; else -1 */
};

enum trace_stop {
	STOP_ENTRY,    /* before a call */
	STOP_EXIT,     /* behind it */
	STOP_EXECUTED, /* the command's program is there, and has not run yet */
};

struct trace {
	struct tracee tracees[TRACEES_MOST];
	size_t count;
	void (*visit)(struct trace *trace, struct tracee *tracee, enum trace_stop stop);
	void *context; /* the visitor's */

	bool executed; /* the command was executed */
	bool ended;    /* the launcher has */
	int status;    /* its wait status then */
	bool let_go;   /* nobody is traced any more */
	pid_t victim;  /* killed by trace_kill */
	pid_t held;    /* stays where it is: trace_kill, trace_hold; or 0 */
};

/* Runs `start` (never to return) in a child that is traced from before its exec. */
void trace_start(struct trace *trace, void (*start)(void *), void *argument);

enum trace_end {
	TRACE_ALL_ENDED,
	TRACE_IDLE,	 /* everybody sleeps, and nobody has been killed */
	TRACE_TIMED_OUT, /* some are left */
};

/* Follows until all have ended, or all sleep (only with stop_idle), or the time is over. */
enum trace_end trace_follow(struct trace *trace, int seconds, bool stop_idle);

/* NULL: there is none that is traced. */
struct tracee *trace_find(struct trace *trace, enum trace_role role);

/* For visitors, at a stop: the call is not made; and at its exit: it gives this error. */
void trace_skip_call(const struct tracee *tracee);
void trace_set_error(const struct tracee *tracee, int error);

/*
 * For visitors: kills a process of the launch and lets go of all the others, which from then on live
 * as if they never had been traced. The tracee at the stop moves on only when the victim is gone, so
 * that what it does next, it does alone.
 */
void trace_kill(struct trace *trace, const struct tracee *at, const struct tracee *victim);

/* For visitors: the tracee at the stop moves on only when the launcher waits, or has ended. */
void trace_hold(struct trace *trace, const struct tracee *at);

/* What is still there, by name, into text. */
void trace_left(const struct trace *trace, char *text, size_t size);

/* Ends it all. Never anything but the caller's own children and tracees. */
void trace_end_all(struct trace *trace);

const char *trace_role_name(enum trace_role role);

#endif
