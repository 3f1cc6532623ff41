/*
 * measure.c: what an init costs, seen from outside the PID namespace that it is PID 1 of.
 *
 * Usage: measure memory ROUNDS COMMAND INIT...   medians of Rss, Pss and Private_Dirty, idle (KB)
 *        measure idle SECONDS COMMAND INIT...    context switches of the init in that time
 *        measure orphans N COMMAND INIT...       CPU time of the init for N orphans (ms)
 *        measure signal ROUNDS COMMAND INIT...   median from kill to the command's handler (us)
 *        measure start ROUNDS COMMAND INIT...    median from clone to the end of COMMAND (us)
 *        measure run COMMAND INIT                runs it once and says nothing
 *
 * COMMAND is the program of command.c. A line is printed for each INIT, in their order; the INIT
 * "-" is none: COMMAND itself is PID 1. Where there are rounds, each takes every init once, in an
 * order of its own, so that what the machine does meanwhile meets them all alike. The signals stay
 * on one processor, and who is woken waits for its turn (SCHED_FIFO, sched(7)): else the time is
 * that of waking another processor, and that of the scheduler's groups, one for each session.
 */
#include <fcntl.h>
#include <linux/sched.h>
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

enum { MAX_INITS = 16, SETTLE_MS = 300, MEMORY_MS = 300 };

struct subject {
	const char *program;
	double *samples;
	pid_t pid;
	int to, from; /* the command's standard input and output */
	int columns;
	double medians[3];
};

static struct subject subjects[MAX_INITS];
static int count;
static char *command;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void sleep_ms(long ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* INIT -- COMMAND ROLE NUMBER, in a PID namespace of its own. */
static pid_t start(const char *program, char *role, char *number)
{
	struct clone_args how = {.flags = CLONE_NEWPID, .exit_signal = SIGCHLD};
	char *argv[] = {(char *)program, "--", command, role, number, NULL};
	char **words = strcmp(program, "-") == 0 ? argv + 2 : argv;
	pid_t pid = (pid_t)syscall(SYS_clone3, &how, sizeof(how));

	if (pid < 0)
		fail("measure: clone3");
	if (pid)
		return pid;
	execv(words[0], words);
	fail(words[0]);
	return -1;
}

static void wait_for_word(const struct subject *subject)
{
	char byte;

	if (read(subject->from, &byte, 1) != 1) {
		fprintf(stderr, "measure: no word from the command under %s\n", subject->program);
		exit(1);
	}
}

/* With pipes in place of standard input and output, until the command is there. */
static void start_with_pipes(struct subject *subject, char *role, char *number)
{
	int in[2], out[2], saved[2] = {fcntl(0, F_DUPFD_CLOEXEC, 3), fcntl(1, F_DUPFD_CLOEXEC, 3)};

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		fail("measure: pipe");
	dup2(in[0], 0);
	dup2(out[1], 1);
	subject->pid = start(subject->program, role, number);
	dup2(saved[0], 0);
	dup2(saved[1], 1);
	close(saved[0]);
	close(saved[1]);
	close(in[0]);
	close(out[1]);
	subject->to = in[1];
	subject->from = out[0];
	wait_for_word(subject);
}

static void end(const struct subject *subject)
{
	close(subject->to);
	close(subject->from);
	kill(subject->pid, SIGKILL);
	waitpid(subject->pid, NULL, 0);
}

/* The number after each occurrence of name at the start of a line, added up. */
static long read_number(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	long sum = 0;
	FILE *stream;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	stream = fopen(path, "re");
	if (!stream)
		fail(path);
	while (fgets(line, sizeof(line), stream))
		if (!strncmp(line, name, strlen(name)))
			sum += strtol(line + strlen(name), NULL, 10);
	fclose(stream);
	return sum;
}

static long switches(pid_t pid)
{
	return read_number(pid, "status", "voluntary_ctxt_switches:") +
	       read_number(pid, "status", "nonvoluntary_ctxt_switches:");
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *samples, long number)
{
	qsort(samples, (size_t)number, sizeof(*samples), compare);
	return samples[number / 2];
}

static void shuffle(int *order)
{
	for (int i = 0; i < count; i++)
		order[i] = i;
	for (int i = count - 1; i > 0; i--) {
		/* Nobody guesses at it. NOLINTNEXTLINE(cert-msc30-c,cert-msc50-cpp) */
		int other = rand() % (i + 1), kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

static void measure_idle(long seconds)
{
	long before[MAX_INITS] = {0};

	for (int i = 0; i < count; i++)
		start_with_pipes(&subjects[i], "idle", NULL);
	sleep_ms(SETTLE_MS);
	for (int i = 0; i < count; i++)
		before[i] = switches(subjects[i].pid);
	sleep_ms(seconds * 1000);
	for (int i = 0; i < count; i++) {
		printf("%ld\n", switches(subjects[i].pid) - before[i]);
		end(&subjects[i]);
	}
}

/* sum_exec_runtime, in ns: the accounting in ticks is too coarse for what is nearly nothing. */
static double cpu_ms(pid_t pid)
{
	return (double)read_number(pid, "schedstat", "") / 1e6;
}

static void measure_orphans(char *number)
{
	for (int i = 0; i < count; i++) {
		struct subject *subject = &subjects[i];
		double before;

		start_with_pipes(subject, "orphans", number);
		sleep_ms(SETTLE_MS);
		before = cpu_ms(subject->pid);
		if (write(subject->to, "", 1) != 1)
			fail("measure: write");
		wait_for_word(subject);
		/* What the command was faster with is still to be reaped. */
		sleep_ms(SETTLE_MS);
		printf("%.2f\n", cpu_ms(subject->pid) - before);
		end(subject);
	}
}

/* One after the other: two of the same program would share pages. */
static double once_memory(const struct subject *subject, const char *name)
{
	struct subject running = *subject;
	double kb;

	start_with_pipes(&running, "idle", NULL);
	sleep_ms(MEMORY_MS);
	kb = (double)read_number(running.pid, "smaps_rollup", name);
	end(&running);
	return kb;
}

static double once_resident(const struct subject *subject)
{
	return once_memory(subject, "Rss:");
}

static double once_shared(const struct subject *subject)
{
	return once_memory(subject, "Pss:");
}

static double once_dirty(const struct subject *subject)
{
	return once_memory(subject, "Private_Dirty:");
}

static double once_signal(const struct subject *subject)
{
	double before = now_us();

	kill(subject->pid, SIGUSR1);
	wait_for_word(subject);
	return now_us() - before;
}

/* This process and all that it starts. */
static void take_turns_on_one_processor(void)
{
	const struct sched_param first = {.sched_priority = 1};
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	/* The system call: musl's function is none, as POSIX asks for more than Linux has. */
	if (sched_setaffinity(0, sizeof(one), &one) < 0 ||
	    syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &first) < 0)
		fail("measure: sched_setaffinity, sched_setscheduler");
}

static double once_start(const struct subject *subject)
{
	double before = now_us();
	int status;
	pid_t pid = start(subject->program, NULL, NULL);

	if (waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "measure: %s ended with %x\n", subject->program, status);
		exit(1);
	}
	return now_us() - before;
}

static void measure_rounds(long rounds, double (*once)(const struct subject *))
{
	int order[MAX_INITS] = {0};

	for (int i = 0; i < count; i++)
		subjects[i].samples = calloc((size_t)rounds, sizeof(double));
	/* The first rounds warm caches up, and are overwritten. */
	for (long round = -5; round < rounds; round++) {
		shuffle(order);
		for (int i = 0; i < count; i++) {
			struct subject *subject = &subjects[order[i]];

			subject->samples[round < 0 ? 0 : round] = once(subject);
		}
	}
	for (int i = 0; i < count; i++)
		subjects[i].medians[subjects[i].columns++] = median(subjects[i].samples, rounds);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long number;

	if (argc == 4 && !strcmp(what, "run")) {
		command = argv[2];
		return waitpid(start(argv[3], NULL, NULL), NULL, 0) < 0;
	}
	if (argc < 5 || argc > 4 + MAX_INITS || (number = strtol(argv[2], NULL, 10)) < 1) {
		fputs("usage: see measure.c\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp) */
	srand((unsigned int)time(NULL));
	command = argv[3];
	for (count = 0; count < argc - 4; count++)
		subjects[count].program = argv[4 + count];
	if (!strcmp(what, "memory")) {
		measure_rounds(number, once_resident);
		measure_rounds(number, once_shared);
		measure_rounds(number, once_dirty);
	} else if (!strcmp(what, "idle")) {
		measure_idle(number);
	} else if (!strcmp(what, "orphans")) {
		measure_orphans(argv[2]);
	} else if (!strcmp(what, "start")) {
		measure_rounds(number, once_start);
	} else if (!strcmp(what, "signal")) {
		take_turns_on_one_processor();
		for (int i = 0; i < count; i++)
			start_with_pipes(&subjects[i], "signal", NULL);
		measure_rounds(number, once_signal);
		for (int i = 0; i < count; i++)
			end(&subjects[i]);
	}
	for (int i = 0; i < count && subjects[i].columns; i++)
		for (int column = 0; column < subjects[i].columns; column++)
			printf("%.1f%c", subjects[i].medians[column],
			       column + 1 < subjects[i].columns ? ' ' : '\n');
	return 0;
}
