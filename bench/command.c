/*
 * command.c: what runs under an init while measure.c measures that. Its standard output tells
 * measure that it has come so far, its standard input tells it to go on.
 *
 * Usage: command                ends at once
 *        command idle           sleeps until its standard input ends
 *        command signal         writes a byte for each SIGUSR1
 *        command orphans N      leaves N dead processes to the init, and sleeps
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(void)
{
	if (write(STDOUT_FILENO, "", 1) != 1)
		_exit(1);
}

/* False at the end of the input: measure has gone, or has seen enough. */
static int is_told(void)
{
	char byte;
	ssize_t got;

	while ((got = read(STDIN_FILENO, &byte, 1)) < 0 && errno == EINTR)
		;
	return got == 1;
}

static void on_signal(int signal)
{
	(void)signal;
	tell();
}

/*
 * A child that ends before its own child has been waited for: what it leaves is the init's. Twice
 * vfork, so that nothing is copied: the init is to be measured and not the kernel's fork.
 */
static void leave_orphan(void)
{
	pid_t child;

	/* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork) */
	while ((child = vfork()) < 0)
		sched_yield();
	if (child == 0) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Vfork): it makes only this call */
		while (vfork() < 0)
			sched_yield();
		_exit(0);
	}
	/* NOLINTEND(clang-analyzer-security.insecureAPI.vfork) */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};

	if (argc < 2)
		return 0;
	if (!strcmp(argv[1], "signal"))
		sigaction(SIGUSR1, &action, NULL);
	tell();
	while (is_told())
		if (argc > 2) {
			for (long left = strtol(argv[2], NULL, 10); left > 0; left--)
				leave_orphan();
			tell();
		}
	return 0;
}
