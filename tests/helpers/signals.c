/*
 * signals.c: what a shell cannot do with signals and processes, for the tests of nsinit.
 *
 * Signals are spoken of by number, and through system calls: a C library keeps 32 to 34 to itself.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 20 };

static const uint64_t all_signals = UINT64_MAX;

static long number(const char *text)
{
	return strtol(text, NULL, 10);
}

static void set_mask(uint64_t mask)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

/* The next signal of the set, which is blocked; 0 when none comes for long. */
static int next_signal(const uint64_t *set, siginfo_t *info)
{
	const struct timespec patience = {.tv_sec = PATIENCE_SECONDS};
	long signal;

	do {
		signal = syscall(SYS_rt_sigtimedwait, set, info, &patience, sizeof(*set));
	} while (signal < 0 && errno == EINTR);
	return signal < 0 ? 0 : (int)signal;
}

static int execute(char **words)
{
	execvp(*words, words);
	perror(*words);
	return 127;
}

/* mask HEX COMMAND...: with these signals blocked, and only these */
static int mask(char **words)
{
	set_mask(strtoull(words[0], NULL, 16));
	return execute(words + 1);
}

/* ignore HEX COMMAND...: with these signals ignored, and only these */
static int ignore(char **words)
{
	uint64_t set = strtoull(words[0], NULL, 16);

	for (int i = 1; i <= 64; i++) {
		/* struct kernel_sigaction: handler, flags, restorer, mask, in whatever order. */
		uintptr_t action[8] = {set & UINT64_C(1) << (i - 1) ? (uintptr_t)SIG_IGN : 0};

		syscall(SYS_rt_sigaction, i, action, NULL, sizeof(uint64_t));
	}
	return execute(words + 1);
}

/* leave COMMAND...: out of its process group, into that of a child which ends with it */
static int leave(char **words)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return 1;
	if (pid == 0) {
		close(ends[1]);
		_exit(setpgid(0, 0) < 0 || read(ends[0], &byte, 1) != 0);
	}
	/* The first of the two to come makes the group. */
	setpgid(pid, pid);
	if (setpgid(0, pid) < 0)
		return 1;
	if (fcntl(ends[1], F_SETFD, 0) < 0)
		return 1;
	return execute(words);
}

/* receive NUMBER: prints each signal's number, code, value and sender */
static int receive(char **words)
{
	siginfo_t info = {0};

	set_mask(all_signals);
	puts("ready");
	for (long left = number(words[0]); left; left--) {
		if (!next_signal(&all_signals, &info)) {
			puts("no more");
			return 1;
		}
		printf("%d %d %d %d\n", info.si_signo, info.si_code,
		       info.si_code < 0 ? info.si_value.sival_int : 0, (int)info.si_pid);
	}
	return 0;
}

/* expect SIGNAL NUMBER: that signal so many times, with the values 0, 1, 2... in that order */
static int expect(char **words)
{
	uint64_t set = UINT64_C(1) << (number(words[0]) - 1);
	siginfo_t info = {0};
	long wanted = number(words[1]);

	set_mask(all_signals);
	puts("ready");
	for (long i = 0; i < wanted; i++) {
		if (!next_signal(&set, &info)) {
			printf("lost: %ld of %ld came\n", i, wanted);
			return 1;
		}
		if (info.si_value.sival_int != i) {
			printf("%d came for %ld\n", info.si_value.sival_int, i);
			return 1;
		}
	}
	printf("%ld in order\n", wanted);
	return 0;
}

/* queue SIGNAL PID FIRST NUMBER: that signal so many times, with the values FIRST, FIRST + 1... */
static int queue(char **words)
{
	pid_t pid = (pid_t)number(words[1]);
	long first = number(words[2]);

	for (long i = first; i < first + number(words[3]); i++) {
		siginfo_t info = {.si_code = SI_QUEUE, .si_pid = getpid(), .si_uid = getuid()};

		info.si_value.sival_int = (int)i;
		/* The queue is full for as long as nobody reads. */
		while (syscall(SYS_rt_sigqueueinfo, pid, number(words[0]), &info) < 0) {
			if (errno != EAGAIN)
				return 1;
			usleep(50);
		}
	}
	return 0;
}

/* orphans NUMBER: children of children, left alone; they end at once */
static int orphans(char **words)
{
	int status;

	for (long left = number(words[0]); left; left--) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(fork() < 0);
		if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
			return 1;
	}
	return 0;
}

/* crowd NUMBER STATUS: ends with STATUS, and in the same moment so many orphans end with 99 */
static int crowd(char **words)
{
	int ends[2], ready[2], status;
	char byte;

	if (pipe(ends) < 0 || pipe(ready) < 0)
		return 1;
	for (long left = number(words[0]); left; left--) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid == 0) {
			if (fork() != 0)
				_exit(0);
			close(ends[1]);
			if (write(ready[1], "", 1) == 1 && read(ends[0], &byte, 1) == 0)
				_exit(99);
			_exit(98);
		}
		if (waitpid(pid, &status, 0) < 0 || read(ready[0], &byte, 1) != 1)
			return 1;
	}
	_exit((int)number(words[1]));
}

static void wait_us(long us)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 < us);
}

/* COMMAND as a new process, or as process 1 of a new PID namespace, with every signal blocked. */
static pid_t start(unsigned long flags, char **command)
{
	pid_t pid = (pid_t)syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);

	if (pid == 0)
		_exit(execute(command));
	return pid;
}

/*
 * race child|process-1 NUMBER US COMMAND...: starts COMMAND so many times, sends SIGTERM within
 * the first US microseconds, at another moment each time, and says how often it ended how.
 */
static int race(char **words)
{
	unsigned long flags = strcmp(words[0], "child") != 0 ? CLONE_NEWPID : 0;
	const uint64_t child = UINT64_C(1) << (SIGCHLD - 1);
	long times = number(words[1]), us = number(words[2]);
	long ends[256] = {0}, hung = 0, killed = 0;
	siginfo_t info;
	int status;

	set_mask(all_signals);
	for (long i = 0; i < times; i++) {
		pid_t pid = start(flags, words + 3);

		if (pid < 0) {
			perror("clone");
			return 1;
		}
		wait_us(i % 1000 * us / 1000);
		kill(pid, SIGTERM);
		if (!next_signal(&child, &info)) {
			hung++;
			kill(pid, SIGKILL);
			next_signal(&child, &info);
		}
		waitpid(pid, &status, 0);
		if (WIFEXITED(status))
			ends[WEXITSTATUS(status)]++;
		else
			killed++;
		if (hung)
			break;
	}
	for (int i = 0; i < 256; i++)
		if (ends[i])
			printf("%ld ended with %d\n", ends[i], i);
	if (hung)
		printf("%ld hung\n", hung);
	if (killed)
		printf("%ld were killed by a signal\n", killed);
	return 0;
}

/* take SIGNAL STATUS: waits for that signal, which is blocked, and ends with STATUS; else with 1 */
static int take(char **words)
{
	uint64_t set = UINT64_C(1) << (number(words[0]) - 1);
	siginfo_t info;

	return next_signal(&set, &info) ? (int)number(words[1]) : 1;
}

/* storm SECONDS PID: signals of job control, the window and the end, at random */
static int storm(char **words)
{
	static const int kinds[] = {SIGSTOP, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH, SIGTERM,
				    SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1, SIGUSR2, 34,	   64};
	pid_t pid = (pid_t)number(words[1]);
	time_t end = time(NULL) + number(words[0]);
	long sent = 0;

	while (time(NULL) < end) {
		int kind = kinds[(size_t)random() % (sizeof(kinds) / sizeof(*kinds))];

		if (kill(pid, kind) < 0 && errno != EAGAIN) {
			printf("it has gone after %ld signals\n", sent);
			return 1;
		}
		sent++;
		/* What is stopped goes on soon: a burst, and then time to act on it. */
		if (random() % 64 == 0)
			usleep((useconds_t)(random() % 2000));
		if (kind == SIGSTOP && random() % 2)
			kill(pid, SIGCONT);
	}
	kill(pid, SIGCONT);
	printf("%ld sent\n", sent);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(char **words);
	int least; /* words */
} tools[] = {
	{"mask", mask, 2},     {"ignore", ignore, 2}, {"receive", receive, 1},
	{"expect", expect, 2}, {"queue", queue, 4},   {"orphans", orphans, 1},
	{"crowd", crowd, 2},   {"race", race, 4},     {"take", take, 2},
	{"storm", storm, 2},   {"leave", leave, 1},
};

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(tools) / sizeof(*tools); i++)
		if (!strcmp(tools[i].name, argv[1]) && argc - 2 >= tools[i].least)
			return tools[i].run(argv + 2);
	fputs("unknown tool, or words are missing\n", stderr);
	return 2;
}
