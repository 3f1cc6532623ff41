/*
 * decide.c: what follows from the options: which namespaces, which ids, and what nsinit is told.
 * Runs outside; looks at the host and changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/capability.h>

#include "../init/covers.h"
#include "../init/identity.h"
#include "../init/kernel.h"
#include "../init/message.h"
#include "../init/overlay.h"
#include "../init/stdio.h"
#include "../init/terminal.h"
#include "capabilities.h"
#include "launch.h"

/* What runs is described by a directory of the host: it must be there before anything is made. */
static void check_root(const char *root)
{
	struct stat status;

	if (stat(root, &status) < 0)
		message_die(errno,
			    errno == ENOENT
				    ? "rootfs/mkrootfs makes one: mkrootfs busybox DIR, debian "
				      "DIR, scratch PROGRAM DIR, tar FILE DIR, oci LAYOUT DIR"
				    : NULL,
			    TEXT_WORDS("--root ", root));
	if (!S_ISDIR(status.st_mode))
		die("--root ", root, ": it is not a folder");
}

static void tell_bits(struct launch *launch, const char *option, uint64_t bits)
{
	char text[17];

	for (int i = 0; i < 16; i++)
		text[i] = "0123456789abcdef"[bits >> (60 - 4 * i) & 15];
	text[16] = '\0';
	launch_tell(launch, option, text);
}

/*
 * The folder of --overlay, made where it is missing, and locked as long as this process or nsinit lives:
 * two overlays with one upper layer would spoil it.
 */
void launch_lock_overlay(struct launch *launch)
{
	const char *path = launch->inside.overlay;
	char number[TEXT_NUMBER];

	if (!path || message_level == MESSAGE_EXPLAIN)
		return;
	launch->overlay_made = mkdir(path, 0700) == 0;
	if (!launch->overlay_made && errno != EEXIST)
		die_errno("--overlay: cannot make ", path);
	launch->overlay = kernel_open(path, O_RDONLY | O_DIRECTORY);
	if (launch->overlay < 0)
		die_errno("--overlay ", path);
	launch->lock = overlay_lock(launch->overlay, path);
	launch_tell(launch, "--lock", text_number(number, launch->lock));
}

/* Inside; ID_NONE: a name that only nsinit can look up is nobody's yet. */
static uint32_t uid_of_command(const struct launch *launch)
{
	const struct init *inside = &launch->inside;

	if (!inside->user_said)
		return launch->lines ? launch->uid_inside : launch->uid;
	return inside->user_word.name ? inside->uid : inside->user_word.id;
}

void launch_give_pipes(const struct launch *launch)
{
	uint32_t outside = maps_outside_user(launch, uid_of_command(launch));

	/* Nobody else may give what is the caller's; and where the caller has a place inside, nsinit does. */
	if (launch->uid == 0 && outside != ID_NONE && !maps_hold(launch, launch->uid) &&
	    !stdio_give(launch->uid, outside))
		die_errno("cannot give the caller's pipes to the command's user");
}

void launch_block_signals(struct launch *launch)
{
	signals_take(&launch->signals);
	tell_bits(launch, "--signal-mask", launch->signals.mask);
}

void launch_check(const struct launch *launch)
{
	const struct request *request = launch->inside.requests;
	struct stat status;

	if (launch->inside.root)
		check_root(launch->inside.root);
	for (; request; request = request->next) {
		char number[TEXT_NUMBER];

		if (request->kind == REQUEST_BIND && stat(request->source, &status) < 0)
			die_errno("cannot bind ", request->source);
		if (request->kind == REQUEST_FILE && fstat(request->descriptor, &status) < 0)
			die_errno("--file: descriptor ", text_number(number, request->descriptor));
	}
}

static void decide_capabilities(struct launch *launch)
{
	uint64_t bounding = (capabilities_default | launch->added) & ~launch->dropped;
	uint64_t ambient = launch->added & bounding;
	uint32_t uid = uid_of_command(launch);

	tell_bits(launch, "--bounding-set", bounding);
	if (ambient)
		tell_bits(launch, "--ambient-set", ambient);
	if (message_level >= MESSAGE_VERBOSE)
		capabilities_say(bounding, ambient, uid == 0);
}

static void decide_namespaces(struct launch *launch)
{
	const struct init *inside = &launch->inside;
	const unsigned int all = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
				 CLONE_NEWNET | CLONE_NEWCGROUP;

	launch->namespaces = all & ~(inside->shared | inside->joined);
	/* Without privileges a user namespace is what gives the right to make the others. */
	if (launch->userns ||
	    (launch->uid != 0 && !((inside->shared | inside->joined) & CLONE_NEWUSER)))
		launch->namespaces |= CLONE_NEWUSER;
	if (launch->idmap && (launch->uid != 0 || !capabilities_have(CAP_SYS_ADMIN)))
		die("--idmap takes root with CAP_SYS_ADMIN: who owns the filesystem may show it "
		    "with other ids");

	/* Elsewhere the host's mounts are locked, mount_namespaces(7). */
	if (inside->root && !((launch->namespaces | inside->joined) & CLONE_NEWUSER))
		launch_tell(launch, "--replace-root", NULL);

	/* With -r the container has names of its own, where the user gave none. */
	if (inside->root && launch->namespaces & CLONE_NEWUTS) {
		if (!inside->hostname)
			launch_tell(launch, "--hostname", "container");
		if (!inside->domainname)
			launch_tell(launch, "--domainname", "");
	}
}

/*
 * A new network namespace with lo up takes about as long as all that nsinit mounts: so we make the one
 * while nsinit makes the other, and come back. The clone makes it with the others where we could not come
 * back, where it has to belong to the container's user namespace, and where nsinit waits for us anyway or
 * has no root to build.
 */
static void decide_network(struct launch *launch)
{
	const struct init *inside = &launch->inside;

	launch->network = -1;
	if (!(launch->namespaces & CLONE_NEWNET))
		return;
	if (inside->root && !launch->waits &&
	    !((launch->namespaces | inside->joined) & CLONE_NEWUSER))
		launch->network = kernel_network_of(launch->socket);
	launch_tell(launch, launch->network < 0 ? "--loopback" : "--wait-network", NULL);
}

/*
 * A user's name is looked up here where its id has to be in the map, in what the options will lay over the
 * rootfs's own files, too; and where a wrong one shows before anything is made: if nothing is mounted or
 * written over them. nsinit looks again.
 */
static void find_user(struct launch *launch)
{
	struct init *inside = &launch->inside;
	bool single = launch->namespaces & CLONE_NEWUSER && !launch->map_auto && !launch->uids &&
		      !launch->gids && (launch->uid != 0 || launch->map != MAP_NONE);
	struct users_entry entry;
	int root;

	if ((!inside->user_said && !inside->groups_said) ||
	    (!single && (inside->overlay || inside->requests)))
		return;
	root = kernel_open(inside->root ? inside->root : "/", O_PATH | O_DIRECTORY);
	if (root < 0)
		die_errno("--root ", inside->root);
	covers_lay(inside);
	identity_find(inside, root, &entry);
	users_lift();
	close(root);
}

/*
 * Which id the host's root is here, the owner of /proc/sys says, which nobody can change. It is 0 but in a
 * user namespace that root has made: there root may be called 1000, or have no id. Where there is no /proc
 * it is not known, and everybody may be root.
 */
static void decide_host_root(struct launch *launch)
{
	struct kernel_status status;

	if (maps_hold(launch, 0))
		return;
	if (kernel_status(AT_FDCWD, "/proc/sys", 0, &status) == 0) {
		if (!maps_hold(launch, status.uid))
			launch_tell(launch, "--no-host-root", NULL);
	} else if (errno != ENOENT) {
		die_errno("cannot look at /proc/sys");
	}
}

void launch_decide(struct launch *launch)
{
	char number[TEXT_NUMBER];

	/* As at our start, and no change since: no call needed. */
	launch->uid = (uid_t)getauxval(AT_EUID);
	launch->gid = (gid_t)getauxval(AT_EGID);
	decide_namespaces(launch);
	find_user(launch);
	maps_decide(launch);
	decide_host_root(launch);
	nsfs_check(launch);
	decide_capabilities(launch);
	if (!launch->allow_new_privs)
		launch_tell(launch, "--no-new-privs", NULL);
	if (launch->monotonic || launch->boottime)
		launch_tell(launch, "--enter-clocks", NULL);
	/* No PID 1 then, but still the one who reaps what the command leaves. */
	if ((launch->inside.shared | launch->inside.joined) & CLONE_NEWPID)
		launch_tell(launch, "-s", NULL);
	/* Looked for once: nsinit's descriptors are ours. */
	launch->terminal = terminal_find();
	launch_tell(launch, "--terminal", text_number(number, launch->terminal));
	launch->waits = launch->maps_by == MAPS_BY_PARENT || launch->maps_by == MAPS_BY_HELPER ||
			launch->idmap || launch->persisted;
	if (launch->waits)
		launch_tell(launch, "--wait", NULL);
	decide_network(launch);
}
