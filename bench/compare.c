/*
 * compare.c: how long commands take from start to end, one beside the other.
 *
 * Usage: compare times ROUNDS FILE              medians, and ratios to the first command's
 *        compare rate SECONDS PARALLEL FILE     starts per second, PARALLEL at a time
 *
 * FILE has a line for each command: its name, a tab, and its words with a space between each. The
 * words' standard descriptors are /dev/null, and a command that does not end with 0 ends compare.
 *
 * Machines are noisy, and drift. So nothing is compared that was not measured side by side: each
 * round runs every command once, in a random order, and the ratio of two commands is that of each
 * round by itself. Printed for each: name, median in microseconds, median ratio to the first, and
 * between which two values the true median ratio lies with 95 % confidence (order statistics of the
 * rounds' ratios, so that nothing is assumed about how times are distributed). For rate: name, starts
 * per second (the median of slices of a fifth of a second), and the same ratios.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 32, WORDS = 64, WARM_UP = 5, SLICE_MS = 200 };

static struct command {
	char *name;
	char *words[WORDS + 1];
	double *samples; /* by round */
} commands[COMMANDS];
static int count;
static posix_spawn_file_actions_t silence;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "compare: %s: %s\n", what, why);
	exit(1);
}

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void read_commands(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, *rest;
	size_t room = 0;

	if (!file)
		fail(path, strerror(errno));
	while (getline(&line, &room, file) > 0) {
		struct command *command = &commands[count++];
		int words = 0;

		if (count > COMMANDS)
			fail(path, "too many commands");
		rest = strdup(line);
		rest[strcspn(rest, "\n")] = '\0';
		command->name = strsep(&rest, "\t");
		while (rest && words < WORDS)
			command->words[words++] = strsep(&rest, " ");
		if (!words || rest)
			fail(path, "a line is no name, tab and words");
	}
	free(line);
	fclose(file);
	if (!count)
		fail(path, "there are no commands");
}

static pid_t start(const struct command *command)
{
	pid_t pid;
	int error = posix_spawn(&pid, command->words[0], &silence, NULL, command->words, environ);

	if (error)
		fail(command->name, strerror(error));
	return pid;
}

static void wait_for(const struct command *command, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			fail(command->name, strerror(errno));
	if (status)
		fail(command->name, "it did not end with 0");
}

static double once(const struct command *command)
{
	double before = now_us();

	wait_for(command, start(command));
	return now_us() - before;
}

/* Starts per second with `parallel` at a time, each in the place of one that has ended. */
static double slice(const struct command *command, int parallel)
{
	double before = now_us(), passed;
	long starts = 0;
	int running = 0, status;

	for (;;) {
		for (; running < parallel; running++)
			start(command);
		if (wait(&status) < 0 || status)
			fail(command->name, "it did not end with 0");
		starts++;
		running--;
		passed = now_us() - before;
		if (passed >= SLICE_MS * 1e3)
			break;
	}
	for (; running; running--)
		wait(&status);
	return (double)starts / passed * 1e6;
}

static void measure(long rounds, int parallel)
{
	int order[COMMANDS] = {0};

	for (int i = 0; i < count; i++) {
		order[i] = i;
		commands[i].samples = calloc((size_t)rounds, sizeof(double));
	}
	/* The first rounds warm caches up, and are overwritten. */
	for (long round = parallel ? -1 : -WARM_UP; round < rounds; round++) {
		for (int i = count - 1; i > 0; i--) {
			/* Nobody guesses at it. NOLINTNEXTLINE(cert-msc30-c,cert-msc50-cpp) */
			int other = rand() % (i + 1), kept = order[i];

			order[i] = order[other];
			order[other] = kept;
		}
		for (int i = 0; i < count; i++) {
			struct command *command = &commands[order[i]];

			command->samples[round < 0 ? 0 : round] =
				parallel ? slice(command, parallel) : once(command);
		}
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(long rounds)
{
	/* Of a binomial distribution with n rounds and one half: its middle 95 %. */
	long off = (long)ceil(0.98 * sqrt((double)rounds));
	long low = rounds / 2 - off < 0 ? 0 : rounds / 2 - off;
	long high = rounds / 2 + off >= rounds ? rounds - 1 : rounds / 2 + off;
	double *sorted = calloc((size_t)rounds, sizeof(double));
	double *ratios = calloc((size_t)rounds, sizeof(double));

	for (int i = 0; i < count; i++) {
		for (long round = 0; round < rounds; round++) {
			sorted[round] = commands[i].samples[round];
			ratios[round] = sorted[round] / commands[0].samples[round];
		}
		qsort(sorted, (size_t)rounds, sizeof(double), compare);
		qsort(ratios, (size_t)rounds, sizeof(double), compare);
		printf("%s\t%.0f\t%.3f\t%.3f\t%.3f\n", commands[i].name, sorted[rounds / 2],
		       ratios[rounds / 2], ratios[low], ratios[high]);
	}
	free(sorted);
	free(ratios);
}

int main(int argc, char **argv)
{
	int rate = argc == 5 && !strcmp(argv[1], "rate");
	long number = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (number < 1 || (!rate && (argc != 4 || strcmp(argv[1], "times") != 0))) {
		fputs("usage: see compare.c\n", stderr);
		return 2;
	}
	/* NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp) */
	srand((unsigned int)time(NULL));
	posix_spawn_file_actions_init(&silence);
	posix_spawn_file_actions_addopen(&silence, 0, "/dev/null", O_RDWR, 0);
	posix_spawn_file_actions_adddup2(&silence, 0, 1);
	if (!getenv("COMPARE_SHOW_ERRORS"))
		posix_spawn_file_actions_adddup2(&silence, 0, 2);
	read_commands(argv[argc - 1]);
	if (rate)
		number = number * 1000 / SLICE_MS;
	measure(number, rate ? (int)strtol(argv[3], NULL, 10) : 0);
	print(number);
	return 0;
}
