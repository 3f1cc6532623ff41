/*
 * exchange.c: exchanges names in a rootfs while nslaunch works in it. Each NAME changes places with
 * NAME.other and back, one NAME after the other, until SIGTERM; then prints how many times.
 *
 * Usage: exchange NAME...
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

enum { PAUSE_NS = 16384, LIMIT_SECONDS = 300 };

static volatile sig_atomic_t ended;

static void end(int number)
{
	(void)number;
	ended = 1;
}

/*
 * Up to PAUSE_NS, never twice the same: in step with the launcher the same window would be met each
 * time. Without sleeping, which takes longer than a whole start has windows.
 */
static void pause_a_little(void)
{
	static unsigned int state = 1;
	struct timespec start, now;
	long wanted;

	state = state * 1103515245U + 12345U;
	wanted = (long)(state >> 16) % PAUSE_NS;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - start.tv_sec) * 1000000000L + now.tv_nsec - start.tv_nsec < wanted);
}

static void exchange(const char *name)
{
	char other[4096];

	snprintf(other, sizeof(other), "%s.other", name);
	if (syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, other, RENAME_EXCHANGE) < 0) {
		perror(name);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	unsigned long count = 0;

	/* A test that is ended leaves nothing that spins. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(LIMIT_SECONDS);
	signal(SIGTERM, end);
	while (argc > 1 && !ended)
		for (int i = 1; i < argc; i++, count += 2) {
			exchange(argv[i]);
			pause_a_little();
			exchange(argv[i]);
			pause_a_little();
		}
	printf("%lu\n", count);
	return 0;
}
