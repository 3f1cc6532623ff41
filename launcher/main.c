/*
 * nslaunch: makes new namespaces and starts nsinit in them. main is the way from the command line
 * to the running container, as seen from outside; what happens inside is init/main.c.
 *
 * Runs with the caller's privileges and no others.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

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
#include "relay.h"

/* Set-user-ID, we would do with root's rights whatever a stranger asks for: CVE-2020-5291. */
static void refuse_foreign_privileges(void)
{
	if (getauxval(AT_SECURE))
		die("it must not be set-user-ID or have file capabilities: an ordinary user needs "
		    "neither");
}

/* Were one of 0 to 2 closed, the next descriptor that we open would become the command's. */
static void fill_standard_descriptors(void)
{
	struct pollfd standard[] = {{.fd = 0}, {.fd = 1}, {.fd = 2}};

	if (poll(standard, 3, 0) <= 0)
		return;
	for (int i = 0; i < 3; i++)
		if (standard[i].revents & POLLNVAL && open("/dev/null", O_RDWR) < 0)
			_exit(STATUS_FAILED);
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

/* The socket to nsinit; its end of it is the one descriptor besides the options that it gets. */
static void open_socket(struct launch *launch)
{
	char number[TEXT_NUMBER];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0 ||
	    fcntl(ends[0], F_SETFD, FD_CLOEXEC) < 0)
		die_errno("cannot make a socket to nsinit");
	launch->socket = ends[0];
	launch->socket_inside = ends[1];
	launch_tell(launch, "--launcher-fd", text_number(number, ends[1]));
}

static void seal_options(struct launch *launch)
{
	launch->options = memfd_open("nsinit-options", MFD_NOEXEC_SEAL);
	if (launch->options < 0)
		die_errno("cannot make a memfd for nsinit's options");
	memfd_fill(launch->options, launch->arguments.text, launch->arguments.length);
	memfd_seal(launch->options);
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
	struct signals_inherited signals;
	pid_t pid;

	(void)argc;
	message_program = "nslaunch";
	refuse_foreign_privileges();
	fill_standard_descriptors();
	signals_take(&signals);

	launch_read_options(&launch, argv);
	launch.signals = signals;
	launch_check(&launch);
	launch_decide(&launch);

	launch.image = image_open(launch.init_path);
	open_socket(&launch);
	seal_options(&launch);

	pid = namespaces_start(&launch, init_words(&launch), choose_environment(&launch));
	close(launch.socket_inside);
	close(launch.options);
	close(launch.image);
	if (launch.parent_maps) {
		namespaces_map_all(pid);
		handover_send(launch.socket, HANDOVER_GO, 0);
	}
	return relay(&launch, pid);
}
