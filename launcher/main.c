/*
 * nslaunch: makes new namespaces and starts nsinit in them. main is the way from the command line
 * to the running container, as seen from outside; what happens inside is init/main.c.
 *
 * Runs with the caller's privileges and no others.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../init/descriptors.h"
#include "../init/environment.h"
#include "../init/handover.h"
#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "../init/status.h"
#include "image.h"
#include "launch.h"
#include "memfd.h"
#include "namespaces.h"
#include "nsfs.h"
#include "relay.h"
#include "seccomp.h"
#include "trees.h"

/* Set-user-ID, we would do with root's rights whatever a stranger asks for: CVE-2020-5291. */
static void refuse_foreign_privileges(void)
{
	if (getauxval(AT_SECURE))
		die("it must not be set-user-ID or have file capabilities: an ordinary user needs "
		    "neither");
}

/* What of the caller's environment enters the container at all: what was asked for. */
static char **choose_environment(const struct launch *launch)
{
	const struct variable *variable = launch->inside.variables;
	char **chosen, **next;
	size_t count = 2;

	if (launch->inside.keep_environment || !launch->inside.root)
		return environ;
	for (const struct variable *each = variable; each; each = each->next)
		count++;
	next = chosen = memory_take(count * sizeof(*chosen));
	for (char **text = environ; *text; text++) {
		size_t length = strcspn(*text, "=");
		bool asked = length == 4 && !memcmp(*text, "TERM", 4);

		for (const struct variable *each = variable; each && !asked; each = each->next)
			asked = strlen(each->text) == length && !memcmp(*text, each->text, length);
		if (asked && next < chosen + count - 1)
			*next++ = *text;
	}
	return chosen;
}

static void fill_standard_descriptors(void)
{
	int null = open("/dev/null", O_RDWR);

	while (null >= 0 && null < STDERR_FILENO)
		null = dup(null);
	/* There may be no standard error to say it on. */
	if (null < 0)
		die_errno("cannot open /dev/null in place of a closed standard descriptor");
	if (null > STDERR_FILENO)
		close(null);
}

/* The socket to nsinit; its end of it is the one descriptor besides the image that it gets. */
static void open_socket(struct launch *launch)
{
	char number[TEXT_NUMBER];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0)
		die_errno("cannot make a socket to nsinit");
	/* One of 0 to 2 was closed: what we open there would become the command's. */
	if (ends[0] <= STDERR_FILENO || ends[1] <= STDERR_FILENO) {
		close(ends[0]);
		close(ends[1]);
		fill_standard_descriptors();
		open_socket(launch);
		return;
	}
	if (fcntl(ends[1], F_SETFD, FD_CLOEXEC) < 0)
		die_errno("cannot make a socket to nsinit");
	launch->socket = ends[1];
	launch->socket_inside = ends[0];
	launch_tell(launch, "--launcher-fd", text_number(number, ends[0]));
}

/* nsinit --args-fd N -- COMMAND [ARG]... */
static char **init_words(const struct launch *launch)
{
	static char name[] = "nsinit", option[] = "--args-fd", end[] = "--";
	char *number = memory_take(TEXT_NUMBER);
	size_t count = 0;
	char **words;

	while (launch->command[count])
		count++;
	words = memory_take((count + 5) * sizeof(*words));
	words[0] = name;
	words[1] = option;
	words[2] = text_number(number, launch->options);
	words[3] = end;
	memcpy(words + 4, launch->command, count * sizeof(*words));
	return words;
}

int main(int argc, char **argv)
{
	struct launch launch;
	pid_t pid;

	(void)argc;
	message_program = "nslaunch";
	refuse_foreign_privileges();

	launch_read_options(&launch, argv);
	launch_check(&launch);
	open_socket(&launch);
	launch_decide(&launch);
	seccomp_hand_over(&launch);
	/* Nothing that was asked for is refused any more, so something may be made. */
	launch_lock_overlay(&launch);
	trees_open(&launch);
	launch_give_pipes(&launch);
	/*
	 * All signals wait from here on: what reaches PID 1 before it has a mask would be dropped. Not
	 * before: opening what the caller named may take for ever, and can be interrupted.
	 */
	launch_block_signals(&launch);
	launch.image = image_open(launch.init_path);
	launch.options = memfd_of("options", launch.arguments.text, launch.arguments.length);

	relay_remember(&launch);
	nsfs_join(&launch);
	pid = namespaces_start(&launch, init_words(&launch), choose_environment(&launch));
	close(launch.socket_inside);
	close(launch.image);
	close(launch.options);
	namespaces_make_network(&launch);
	if (launch.waits) {
		namespaces_finish(&launch, pid);
		handover_send(launch.socket, HANDOVER_GO, 0);
	}
	/*
	 * Trees, programs, and what the caller left open: the launcher holds none of it while it waits. (With
	 * --persist it still has namespaces to bind.)
	 */
	if (!launch.persisted && !descriptors_keep(launch.socket, launch.lock))
		die_errno("cannot close what nsinit was given");
	return relay(&launch, pid);
}
