/*
 * nsinit: the init of a container. main is the way from its options to the running command.
 *
 * Runs as PID 1 of a PID namespace, or as a child under another. Where options ask for it, it
 * first builds the root that it lives in, with the capabilities of its new namespaces; the
 * command gets none of them but what the options leave it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clocks.h"
#include "command.h"
#include "credentials.h"
#include "descriptors.h"
#include "init.h"
#include "lifeline.h"
#include "kernel.h"
#include "loopback.h"
#include "masks.h"
#include "memory.h"
#include "message.h"
#include "mounts.h"
#include "names.h"
#include "rootfs.h"
#include "seccomp.h"
#include "signals.h"
#include "status.h"
#include "supervise.h"
#include "terminal.h"
#include "uts.h"

static bool mounts_anything(const struct init *init)
{
	return init->root || init->default_mounts || init->requests;
}

static void read_options(struct init *init, char **argv)
{
	init_defaults(init);
	names_apply(init, argv[0] ? argv[0] : "");
	init->command = options_read(init_options, init, argv + 1);
	if (!init->default_mounts_said)
		init->default_mounts = init->root;
	init_check(init);
	/* From a launcher it is the user's shell. */
	if (!*init->command && !init->root && !init->pause && init->launcher < 0)
		die("there is no COMMAND; --help shows how it is called");
	if (init->joins && init->launcher < 0)
		die("--share NAME=FILE is for nslaunch, which joins namespaces");
	if (*init->command && init->pause)
		die("-P takes no COMMAND");
}

/*
 * What may look into this process must be decided before it meets anything of the container's:
 * not dumpable, so no ptrace(2) and no /proc/1/exe, fd or mem from inside (CVE-2016-9962).
 */
static void close_to_others(const struct init *init)
{
	if (message_level == MESSAGE_EXPLAIN || (!init->root && init->launcher < 0))
		return;
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		die_errno("cannot make nsinit undumpable");
	/* As ps(1) shows it; executed from a descriptor it would be a number. */
	if (prctl(PR_SET_NAME, "nsinit") < 0)
		die_errno("cannot set nsinit's name");
}

/* -p: the parent's death, prctl(2) PR_SET_PDEATHSIG. */
static void watch_parent(const struct init *init)
{
	pid_t parent;

	if (!init->parent_signal || !step("ask for a signal when the parent dies"))
		return;
	parent = getppid();
	if (prctl(PR_SET_PDEATHSIG, init->parent_signal) < 0)
		step_failed(NULL);
	/* Had it died before the call, nothing would ever come. */
	if (getppid() != parent)
		kill(getpid(), init->parent_signal);
}

/*
 * Nothing of the host is open from here on, that a path in the rootfs could lead to by way of /proc/self/fd,
 * be it what nsinit needed for the mounts or what the caller left open: CVE-2024-21626. What stays leads
 * nowhere: the launcher's socket, and the overlay's lock, an empty file. Nothing is looked up in between.
 */
static void leave_host(struct init *init)
{
	if (!init->root || !step("close all descriptors of the host"))
		return;
	if (!descriptors_keep(init->launcher, init->lock))
		step_failed(KERNEL_SINCE("5.9"));
	init->directory = -1;
}

/* Where relative sources start, and the command without a root of its own. */
static void open_directory(struct init *init)
{
	init->directory = kernel_open(".", O_PATH | O_DIRECTORY);
	if (init->directory >= 0)
		return;
	/* It is closed to us, as after a change of user: then nothing can be found from it either. */
	if (errno != EACCES)
		die_errno("cannot open the working directory");
	note("the working directory is closed to nsinit, and to the command");
}

static void build_root(struct init *init)
{
	int root;

	if (!mounts_anything(init))
		return;
	if (!init->root || init->requests)
		open_directory(init);
	rootfs_isolate(init);
	root = rootfs_open(init);
	mounts_make_default(init, root);
	/* Not before, since it is being made while we mount; and before /sys, which shows its devices. */
	lifeline_enter_network(init);
	mounts_make_sys(init, root);
	mounts_make_requested(init, root);
	rootfs_enter(init, root);
	leave_host(init);
	masks_lay(init);
	rootfs_make_read_only(init);
}

/* Who is in the foreground, and whose group nsinit is in. Before the command exists. */
static void arrange_terminal(const struct init *init, struct command *command)
{
	command->terminal = init->launcher >= 0 ? init->terminal : terminal_find();
	/*
	 * Handed over at the start only where both ends of the command are the terminal: in a
	 * pipeline the caller's other commands need it too, and a command that asks for it later
	 * (SIGTTIN, SIGTTOU) gets it then.
	 */
	command->foreground = !init->session && command->terminal == STDIN_FILENO &&
			      tcgetpgrp(STDOUT_FILENO) >= 0 && terminal_is_ours(command->terminal);
	if (init->session && command->terminal >= 0 && step("leave the terminal to the command"))
		terminal_leave(command->terminal);
	if (init->launcher < 0 || !step("leave the launcher's process group"))
		return;
	/*
	 * Out of the launcher's group: what is sent to that reaches the launcher, which forwards
	 * it, and would reach us a second time. A terminal that is none of the command's three
	 * descriptors is left behind, with everything that could be typed into it.
	 */
	if ((command->terminal >= 0 ? setpgid(0, 0) : setsid()) < 0)
		step_failed(NULL);
}

/*
 * What PID 1 holds for the rest of its life: the launcher's socket, the overlay's lock, and no right. With a
 * root of its own its descriptors went, and its folder changed, when it entered that.
 */
static void keep_little(const struct init *init)
{
	if (!init->root && !descriptors_keep(init->launcher, init->lock))
		message_die(errno, KERNEL_SINCE("5.9"),
			    TEXT_WORDS("cannot close what nsinit was given"));
	if (!init->root && chdir("/") < 0)
		note("nsinit stays in the working directory");
	credentials_keep_kill();
	memory_release();
}

int main(int argc, char **argv)
{
	struct command command = {0};
	struct init init;
	pid_t pid = 0;

	(void)argc;
	signals_take(&command.signals);
	read_options(&init, argv);
	if (init.signal_mask_said)
		command.signals.mask = init.signal_mask;

	/* Until the launcher's word nothing of the container's exists; newuidmap(1) looks at who we are. */
	lifeline_wait(&init);
	credentials_set_up(&init);
	/* After a change of ids, which the kernel forgets both of these at. */
	close_to_others(&init);
	lifeline_tie(&init);
	watch_parent(&init);

	/* Before anything is made: what the caller's umask closes would stay closed to the container's users. */
	if ((init.root || init.launcher >= 0) && step("set umask 022"))
		umask(022);
	/* While the host's /proc is there, and its descriptors. */
	clocks_enter(&init);
	seccomp_prepare(&init);
	build_root(&init);
	uts_set_names(&init);
	loopback_set_up(&init);
	credentials_leave_keyring(&init);

	if (!init.pause)
		command_prepare(&command, &init);
	arrange_terminal(&init, &command);
	names_warn(&init);
	if (init.as_pid_1)
		command_become(&command, &init);
	if (init.subreaper && step("adopt orphans, as a subreaper") &&
	    prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		step_failed(NULL);
	command.init = lifeline_release(&init);
	if (!init.pause)
		pid = command_start(&command, &init);
	else if (!step("reap, and wait for SIGTERM or SIGINT"))
		return STATUS_OK;

	keep_little(&init);
	/* Last, since it may have to be sent again: until then nsinit would keep its rights. */
	if (!init.pause)
		lifeline_report(&init, HANDOVER_EXECUTED, 0);
	return supervise(&init, &command, pid);
}
