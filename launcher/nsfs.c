/*
 * nsfs.c: namespaces that have a file. Runs outside: nsfs_join right before the namespaces are made,
 * nsfs_hold while nsinit waits, nsfs_persist when the command has been executed.
 */
#include "nsfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "launch.h"

static const struct {
	const char *name, *kind; /* in --persist, and in /proc/PID/ns */
	unsigned int flag;
} kinds[] = {
	{"mount", "mnt", CLONE_NEWNS},	 {"pid", "pid", CLONE_NEWPID},
	{"ipc", "ipc", CLONE_NEWIPC},	 {"uts", "uts", CLONE_NEWUTS},
	{"net", "net", CLONE_NEWNET},	 {"time", "time_for_children", CLONE_NEWTIME},
	{"user", "user", CLONE_NEWUSER}, {"cgroup", "cgroup", CLONE_NEWCGROUP},
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static const char *name_of(unsigned int flag)
{
	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].flag == flag)
			return kinds[i].name;
	return "unknown";
}

void nsfs_read_persist(struct launch *launch, char *value)
{
	struct persisted *persisted = memory_take(sizeof(*persisted));
	char *file = request_split(value, '=');

	if (!file || !*file)
		die("--persist: '", value, "' is not of the form NAME=FILE");
	*persisted = (struct persisted){.next = launch->persisted, .file = file, .tree = -1};
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, value)) {
			persisted->flag = kinds[i].flag;
			persisted->kind = kinds[i].kind;
		}
	if (!persisted->flag)
		die("--persist: '", value,
		    "' is no namespace: mount, pid, ipc, uts, net, cgroup, user, time");
	launch->persisted = persisted;
}

/* A name without a slash is one of ip-netns(8), which keeps its namespaces in a folder. */
static void find_named(struct joined *joined)
{
	static const char folder[] = "/run/netns/";
	size_t room = sizeof(folder) + strlen(joined->file);
	char *path;

	if (joined->flag != CLONE_NEWNET || strchr(joined->file, '/'))
		return;
	path = memory_take(room);
	text_join(path, room, folder, joined->file);
	joined->file = path;
}

static void check_joined(struct joined *joined)
{
	int kind;

	find_named(joined);
	joined->descriptor = kernel_open(joined->file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (joined->descriptor < 0)
		die_errno("--share ", name_of(joined->flag), "=", joined->file);
	kind = ioctl(joined->descriptor, (int)NS_GET_NSTYPE);
	if (kind < 0)
		die("--share ", name_of(joined->flag), "=", joined->file, ": it is no namespace");
	if ((unsigned int)kind != joined->flag)
		die("--share ", name_of(joined->flag), "=", joined->file, ": it is a ",
		    name_of((unsigned int)kind), " namespace");
}

/* What can be seen beforehand: the command would have begun when the binding fails. */
static void check_file(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *folder = memory_keep(slash ? file : ".");
	struct stat status;

	if (stat(file, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			die("--persist ", file, ": it is a folder");
		return;
	}
	if (errno != ENOENT)
		die_errno("--persist ", file);
	if (slash)
		folder[slash == file ? 1 : slash - file] = '\0';
	if (access(folder, W_OK | X_OK) < 0)
		die_errno("--persist: cannot make ", file);
}

void nsfs_check(struct launch *launch)
{
	unsigned int seen = 0;

	for (struct joined *joined = launch->inside.joins; joined; joined = joined->next) {
		if (seen & joined->flag)
			die("--share: two files for one namespace, ", name_of(joined->flag));
		seen |= joined->flag;
		check_joined(joined);
	}
	if (launch->persisted && launch->inside.joined & CLONE_NEWUSER)
		die("--persist: who has joined another user namespace may bind nothing outside");
	for (struct persisted *each = launch->persisted; each; each = each->next) {
		bool made = each->flag == CLONE_NEWTIME ? launch->monotonic || launch->boottime
							: launch->namespaces & each->flag;

		if (!made)
			die("--persist: the ", name_of(each->flag), " namespace is not a new one");
		check_file(each->file);
	}
}

static void join(const struct joined *joined)
{
	if (!step("join the ", name_of(joined->flag), " namespace of ", joined->file))
		return;
	if (setns(joined->descriptor, (int)joined->flag) < 0)
		step_failed(
			errno == EPERM
				? "it takes CAP_SYS_ADMIN in the user namespace that owns it: join "
				  "that one, too (--share user=FILE)"
			: errno == EINVAL && joined->flag == CLONE_NEWUSER
				? "it is the caller's own"
			: errno == EINVAL && joined->flag == CLONE_NEWPID
				? "it is not below the caller's own"
				: NULL);
	close(joined->descriptor);
}

/*
 * Who is root in the user namespace that is joined must not look into us there, with the host's mounts
 * still in reach: CVE-2016-9962. This program is closed to it; nsinit is from its first instruction on
 * where its file is nobody's to read there, ptrace(2), and else when it has closed itself.
 */
static void close_to_joined(const struct launch *launch)
{
	if (prctl(PR_SET_DUMPABLE, 0) < 0 || fchmod(launch->image, 0111) < 0)
		die_errno("cannot make nslaunch undumpable");
}

void nsfs_join(const struct launch *launch)
{
	if (launch->inside.joined & CLONE_NEWUSER && message_level != MESSAGE_EXPLAIN)
		close_to_joined(launch);
	/* With it come the capabilities that the others take. */
	for (const struct joined *joined = launch->inside.joins; joined; joined = joined->next)
		if (joined->flag == CLONE_NEWUSER)
			join(joined);
	for (const struct joined *joined = launch->inside.joins; joined; joined = joined->next)
		if (joined->flag != CLONE_NEWUSER)
			join(joined);
}

static const char newer_hint[] =
	"FILE must lie on a private mount: mount --bind DIR DIR; mount --make-private DIR; if it does, "
	"Linux 6.18 counts namespaces by processor, and it may go another time";

void nsfs_hold(const struct launch *launch, pid_t pid)
{
	for (struct persisted *each = launch->persisted; each; each = each->next) {
		char path[64], number[TEXT_NUMBER];

		if (!step("keep the ", name_of(each->flag), " namespace at ", each->file))
			continue;
		text_join(path, sizeof(path), "/proc/", text_number(number, pid), "/ns/",
			  each->kind);
		each->tree = kernel_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (each->tree < 0)
			step_failed(errno == EPERM
					    ? "it takes CAP_SYS_ADMIN over the caller's mounts"
				    : errno == EINVAL && each->flag == CLONE_NEWNS ? newer_hint
										   : NULL);
	}
}

static bool make_file(struct persisted *persisted)
{
	int file = openat(AT_FDCWD, persisted->file, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	if (file < 0)
		return errno == EEXIST;
	persisted->made = true;
	close(file);
	return true;
}

bool nsfs_persist(const struct launch *launch)
{
	for (struct persisted *each = launch->persisted; each; each = each->next) {
		int error;

		if (each->bound)
			continue;
		each->bound =
			make_file(each) && kernel_move_mount(each->tree, "", AT_FDCWD, each->file,
							     MOVE_MOUNT_F_EMPTY_PATH) == 0;
		if (each->bound)
			continue;
		error = errno;
		nsfs_forget(launch);
		message_error(error,
			      error == EINVAL && each->flag == CLONE_NEWNS ? newer_hint : NULL,
			      TEXT_WORDS("cannot keep the ", name_of(each->flag), " namespace at ",
					 each->file));
		return false;
	}
	return true;
}

void nsfs_forget(const struct launch *launch)
{
	for (const struct persisted *each = launch->persisted; each; each = each->next) {
		if (each->bound)
			umount2(each->file, MNT_DETACH);
		if (each->made)
			unlink(each->file);
	}
}
