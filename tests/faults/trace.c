/*
 * trace.c: follows the processes of a launch. Runs outside, as root; nothing here waits for ever.
 */
#include "trace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "faults.h"

enum {
	HELD_MS = 2,	 /* between two looks at whether the launcher waits */
	SLICE_MS = 20,	 /* between two looks at who sleeps */
	ASLEEP_MS = 240, /* nsinit's own pause, SETTLE_MS in supervise.c, is shorter */
	END_SECONDS = 20,
	/* With PTRACE_O_TRACESYSGOOD: a stop at a call. */
	STOPPED_AT_CALL = SIGTRAP | 0x80,
};

/* EXITKILL: were this program killed, nothing of the launch would stay. */
static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
			    PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;

static const char *const role_names[ROLES] = {"launcher", "nsinit", "command", "other"};

const char *trace_role_name(enum trace_role role)
{
	return role_names[role];
}

/* ESRCH: it was killed meanwhile, which its wait status will tell. Anything else is our own mistake. */
static bool request(int what, pid_t pid, void *address, void *data)
{
	if (ptrace(what, pid, address, data) >= 0)
		return true;
	if (errno != ESRCH)
		fatal_errno("ptrace");
	return false;
}

static struct tracee *find_pid(struct trace *trace, pid_t pid)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->tracees[i].pid == pid && !trace->tracees[i].gone)
			return &trace->tracees[i];
	return NULL;
}

struct tracee *trace_find(struct trace *trace, enum trace_role role)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->tracees[i].role == role && !trace->tracees[i].gone)
			return &trace->tracees[i];
	return NULL;
}

static struct tracee *add(struct trace *trace, pid_t pid, enum trace_role role)
{
	struct tracee *tracee = &trace->tracees[trace->count];

	if (trace->count == TRACEES_MOST)
		fatal("more processes than a launch has");
	trace->count++;
	*tracee = (struct tracee){.pid = pid, .role = role};
	return tracee;
}

/* The number behind a name in /proc/PID/status; -1 where the process is gone. */
static long status_number(pid_t pid, const char *name)
{
	char path[64], text[4096];
	const char *found;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (read_file(path, text, sizeof(text)) < 0)
		return -1;
	found = strstr(text, name);
	return found ? strtol(found + strlen(name), NULL, 10) : -1;
}

/* A child that nobody has told of yet. nsinit is who the launcher makes by clone3(2), or clone(2). */
static struct tracee *add_child(struct trace *trace, pid_t pid)
{
	const struct tracee *parent = find_pid(trace, (pid_t)status_number(pid, "\nPPid:"));
	enum trace_role role = ROLE_OTHER;

	if (parent && parent->role == ROLE_LAUNCHER &&
	    (parent->number == SYS_clone3 || parent->number == SYS_clone))
		role = ROLE_NSINIT;
	else if (parent && parent->role == ROLE_NSINIT && !parent->executed)
		role = ROLE_COMMAND;
	return add(trace, pid, role);
}

void trace_start(struct trace *trace, void (*start)(void *), void *argument)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		fatal_errno("pipe");
	pid = fork();
	if (pid < 0)
		fatal_errno("fork");
	if (pid == 0) {
		close(ready[1]);
		/* End-of-file: the tracer has gone. */
		if (read(ready[0], &byte, 1) == 1)
			start(argument);
		_exit(EXIT_FAILURE);
	}
	close(ready[0]);
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)options) < 0) /* NOLINT */
		fatal_errno("ptrace");
	add(trace, pid, ROLE_LAUNCHER);
	if (write(ready[1], &byte, 1) != 1)
		fatal_errno("write");
	close(ready[1]);
}

static void detach(struct trace *trace, struct tracee *tracee, int signal)
{
	tracee->gone = true;
	if (trace->held == tracee->pid)
		trace->held = 0;
	request(PTRACE_DETACH, tracee->pid, NULL, (void *)(intptr_t)signal);
}

void trace_kill(struct trace *trace, const struct tracee *at, const struct tracee *victim)
{
	trace->victim = victim->pid;
	trace->held = at->pid;
	trace->let_go = true;
	if (kill(victim->pid, SIGKILL) < 0)
		fatal_errno("kill");
	/* They stop wherever they are; one that waits for its vfork(2)'s child, after that. */
	for (size_t i = 0; i < trace->count; i++)
		if (!trace->tracees[i].gone && trace->tracees[i].pid != at->pid)
			request(PTRACE_INTERRUPT, trace->tracees[i].pid, NULL, NULL);
}

#if defined(__x86_64__)
static void poke(const struct tracee *tracee, size_t offset, long value)
{
	request(PTRACE_POKEUSER, tracee->pid, (void *)offset, (void *)value);
}

void trace_skip_call(const struct tracee *tracee)
{
	poke(tracee, offsetof(struct user_regs_struct, orig_rax), -1);
}

void trace_set_error(const struct tracee *tracee, int error)
{
	poke(tracee, offsetof(struct user_regs_struct, rax), -error);
}
#else
/* main has refused to run. */
void trace_skip_call(const struct tracee *tracee)
{
	(void)tracee;
}

void trace_set_error(const struct tracee *tracee, int error)
{
	(void)tracee, (void)error;
}
#endif

static void at_call(struct trace *trace, struct tracee *tracee)
{
	struct __ptrace_syscall_info info;

	if (!request(PTRACE_GET_SYSCALL_INFO, tracee->pid, (void *)sizeof(info),
		     &info)) /* NOLINT */
		return;
	if (info.op == 1 /* PTRACE_SYSCALL_INFO_ENTRY */) {
		tracee->inside = true;
		tracee->index++;
		tracee->number = (long)info.entry.nr;
		tracee->request = info.entry.nr == SYS_prctl ? (long)info.entry.args[0] : -1;
		trace->visit(trace, tracee, STOP_ENTRY);
	} else if (tracee->inside) {
		/* (Otherwise the end of the call that made the process, or of our own exec.) */
		tracee->inside = false;
		trace->visit(trace, tracee, STOP_EXIT);
	}
}

static void at_exec(struct trace *trace, struct tracee *tracee)
{
	tracee->execs++;
	/* nsinit's first program is its own; with --as-pid-1 it has a second, the command. */
	if (tracee->role == ROLE_COMMAND || (tracee->role == ROLE_NSINIT && tracee->execs == 2)) {
		tracee->executed = true;
		trace->executed = true;
		trace->visit(trace, tracee, STOP_EXECUTED);
	}
}

static void resume(struct trace *trace, struct tracee *tracee, int signal)
{
	if (trace->held == tracee->pid)
		return;
	if (trace->let_go)
		detach(trace, tracee, signal);
	else
		request(tracee->executed ? PTRACE_CONT : PTRACE_SYSCALL, tracee->pid, NULL,
			(void *)(intptr_t)signal);
}

static void at_stop(struct trace *trace, struct tracee *tracee, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;

	if (signal == STOPPED_AT_CALL && !trace->let_go && !tracee->executed)
		at_call(trace, tracee);
	else if (event == PTRACE_EVENT_EXEC)
		at_exec(trace, tracee);
	/* What is no stop of ptrace's own is a signal, which the process gets. */
	resume(trace, tracee, event || signal == STOPPED_AT_CALL ? 0 : signal);
}

static void at_end(struct trace *trace, pid_t pid, int status)
{
	struct tracee *tracee = find_pid(trace, pid), *held;

	if (trace->tracees[0].pid == pid && !trace->ended) {
		trace->ended = true;
		trace->status = status;
	}
	if (tracee)
		tracee->gone = true;
	if (trace->held == pid)
		trace->held = 0;
	held = trace->held ? find_pid(trace, trace->held) : NULL;
	if (held && pid == trace->victim)
		detach(trace, held, 0);
}

/* False: there is nobody left. Handles all that has happened. */
static bool take_events(struct trace *trace)
{
	struct tracee *tracee;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
		if (!WIFSTOPPED(status)) {
			at_end(trace, pid, status);
			continue;
		}
		tracee = find_pid(trace, pid);
		at_stop(trace, tracee ? tracee : add_child(trace, pid), status);
	}
	if (pid < 0 && errno != ECHILD)
		fatal_errno("waitpid");
	return pid == 0;
}

/* In a call that waits, by the kernel's own word. */
static bool is_asleep(const struct tracee *tracee)
{
	char path[64], text[512];
	const char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", tracee->pid);
	if (read_file(path, text, sizeof(text)) < 0)
		return false;
	end = strrchr(text, ')');
	/* D: it waits for its vfork(2)'s child. */
	return end && (end[2] == 'S' || end[2] == 'D') && (tracee->inside || tracee->executed);
}

static bool all_asleep(const struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++)
		if (!trace->tracees[i].gone && !is_asleep(&trace->tracees[i]))
			return false;
	return true;
}

void trace_hold(struct trace *trace, const struct tracee *at)
{
	trace->held = at->pid;
}

/* Nothing has happened for a while. */
static void release_held(struct trace *trace)
{
	struct tracee *held = trace->held ? find_pid(trace, trace->held) : NULL;

	/* Whom trace_kill holds, the victim's end lets go. */
	if (!held || trace->let_go || (!trace->tracees[0].gone && !is_asleep(&trace->tracees[0])))
		return;
	/* Where it waits for signals it has to end the launch, and with it who is held. */
	if (!trace->tracees[0].gone && (trace->tracees[0].number == SYS_rt_sigtimedwait ||
					trace->tracees[0].number == SYS_poll))
		return;
	trace->held = 0;
	resume(trace, held, 0);
}

static int64_t now_ms(void)
{
	struct timespec time;

	if (clock_gettime(CLOCK_MONOTONIC, &time) < 0)
		fatal_errno("clock_gettime");
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

enum trace_end trace_follow(struct trace *trace, int seconds, bool stop_idle)
{
	int64_t end_ms = now_ms() + (int64_t)seconds * 1000;
	int asleep_ms = 0;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (take_events(trace)) {
		int slice_ms = trace->held ? HELD_MS : SLICE_MS;
		const struct timespec slice = {0, slice_ms * 1000000L};

		if (sigtimedwait(&child, NULL, &slice) >= 0) {
			asleep_ms = 0;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			fatal_errno("sigtimedwait");
		release_held(trace);
		asleep_ms = all_asleep(trace) ? asleep_ms + slice_ms : 0;
		if (stop_idle && !trace->let_go && asleep_ms >= ASLEEP_MS)
			return TRACE_IDLE;
		if (now_ms() >= end_ms)
			return TRACE_TIMED_OUT;
	}
	return TRACE_ALL_ENDED;
}

/* Calls `each` for every child of this process, which are those of the launch. */
static void for_children(void (*each)(pid_t, void *), void *argument)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	if (!proc)
		fatal_errno("/proc");
	while ((entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && status_number(pid, "\nPPid:") == getpid())
			each(pid, argument);
	}
	closedir(proc);
}

struct text {
	char *text;
	size_t size;
};

static void name_child(pid_t pid, void *argument)
{
	const struct text *text = argument;
	char path[64], name[64];
	size_t length = strlen(text->text);

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	if (read_file(path, name, sizeof(name)) < 0)
		return;
	name[strcspn(name, "\n")] = '\0';
	snprintf(text->text + length, text->size - length, "%s%s", length ? ", " : "", name);
}

void trace_left(const struct trace *trace, char *text, size_t size)
{
	size_t length = 0;

	*text = '\0';
	/* Who is still traced waits in a call that we know. */
	for (size_t i = 0; i < trace->count && length < size; i++) {
		const struct tracee *tracee = &trace->tracees[i];

		if (!tracee->gone)
			length += (size_t)snprintf(
				text + length, size - length, "%s%s%s%s", length ? ", " : "",
				trace_role_name(tracee->role),
				tracee->executed ? " (the command)"
				: tracee->inside ? " in "
						 : "",
				tracee->executed || !tracee->inside ? ""
								    : calls_name(tracee->number));
	}
	if (!length)
		for_children(name_child, &(struct text){text, size});
}

static void end_child(pid_t pid, void *argument)
{
	(void)argument;
	kill(pid, SIGKILL);
}

void trace_end_all(struct trace *trace)
{
	for (int tries = 0; tries < END_SECONDS; tries++) {
		for (size_t i = 0; i < trace->count; i++)
			if (!trace->tracees[i].gone)
				kill(trace->tracees[i].pid, SIGKILL);
		/* What was let go of and lost its parent is our child by now. */
		for_children(end_child, NULL);
		if (trace_follow(trace, 1, false) == TRACE_ALL_ENDED)
			return;
	}
	fatal("processes of a launch cannot be ended");
}
