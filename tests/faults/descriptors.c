/*
 * descriptors.c: looks at nsinit and the command's process before and behind each of their calls, from
 * the moment on at which their root is the container's: a descriptor or a working directory that leads
 * to a file of the host would lead a name of the rootfs there, /proc/self/fd/4/etc/passwd.
 *
 * Runs outside, as root, while the process that is looked at stands still.
 */
#include "descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/vfs.h>

#include "calls.h"
#include "faults.h"

enum { SEEN_MOST = 64, SEEN_BYTES = 512, MOUNTS_BYTES = 256 * 1024, DIRECTORY = -1 };

struct look {
	const struct kind *kind;
	char seen[SEEN_MOST][SEEN_BYTES]; /* what has been told already */
	unsigned count;
	unsigned stops; /* at which there was something to look at */
};

/* One open file of a process. */
struct opened {
	pid_t pid;
	int number; /* or DIRECTORY, the working directory */
	char path[64];
	char target[256];
	struct stat status;
	bool network; /* on nsfs */
};

/* --- what may be there, and why */

/* The caller's own three: what they lead to is the caller's gift. */
static bool is_standard(const struct opened *opened)
{
	return opened->number >= 0 && opened->number <= 2;
}

/* The socket between launcher and nsinit; pipes and the like. They lead to no file. */
static bool has_no_name(const struct opened *opened)
{
	return S_ISSOCK(opened->status.st_mode) || !strncmp(opened->target, "pipe:", 5) ||
	       !strncmp(opened->target, "anon_inode:", 11) ||
	       !strncmp(opened->target, "/memfd:", 7);
}

/* The network namespace that the launcher made for the container, on its way; not the host's own. */
static bool is_new_network(const struct opened *opened)
{
	struct stat host;

	if (!opened->network || stat("/proc/self/ns/net", &host) < 0)
		return false;
	return opened->status.st_ino != host.st_ino;
}

/* A clone of the null device, checked to be one, before it is laid over a file of /proc. */
static bool is_null_device(const struct opened *opened)
{
	struct stat null;

	return S_ISCHR(opened->status.st_mode) && stat("/dev/null", &null) == 0 &&
	       null.st_rdev == opened->status.st_rdev;
}

/* A folder of the container's own /proc, cloned to be laid over another. */
static bool is_of_new_proc(const struct opened *opened)
{
	struct statfs system;
	struct stat host;

	return statfs(opened->path, &system) == 0 && system.f_type == PROC_SUPER_MAGIC &&
	       stat("/proc", &host) == 0 && host.st_dev != opened->status.st_dev;
}

/*
 * What holds the overlay's lock as long as the container lives, and has nothing in it to be read; out
 * of reach of the command, as all of nsinit is.
 */
static bool is_overlay_lock(const struct opened *opened)
{
	return S_ISREG(opened->status.st_mode) && opened->status.st_size == 0 &&
	       strstr(opened->target, "upper/");
}

static bool (*const allowed[])(const struct opened *) = {
	is_standard, has_no_name, is_new_network, is_null_device, is_of_new_proc, is_overlay_lock,
};

static bool is_allowed(const struct opened *opened)
{
	/* A socket that the caller left has no name, and is the caller's all the same. */
	if (!is_standard(opened) &&
	    launch_is_leftover(opened->status.st_dev, opened->status.st_ino))
		return false;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		if (allowed[i](opened))
			return true;
	return false;
}

/* --- the look */

static long mount_of(const struct opened *opened)
{
	char path[64], text[512];
	const char *found;
	int directory;
	ssize_t length;

	if (opened->number >= 0) {
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", opened->pid, opened->number);
		length = read_file(path, text, sizeof(text));
	} else {
		directory = open(opened->path, O_PATH | O_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", directory);
		length = directory < 0 ? -1 : read_file(path, text, sizeof(text));
		close(directory);
	}
	if (length < 0)
		fatal_errno(opened->path);
	found = strstr(text, "mnt_id:");
	return found ? strtol(found + strlen("mnt_id:"), NULL, 10) : -1;
}

/* A mount that the process can reach from its root is the container's. */
static bool is_of_new_root(const struct opened *opened)
{
	static char text[MOUNTS_BYTES];
	char path[64], line[32];

	text[0] = '\n';
	snprintf(path, sizeof(path), "/proc/%d/mountinfo", opened->pid);
	if (read_file(path, text + 1, sizeof(text) - 1) < 0)
		fatal_errno(path);
	snprintf(line, sizeof(line), "\n%ld ", mount_of(opened));
	return strstr(text, line);
}

/* What it is, in words. */
static const char *kind_of(const struct opened *opened)
{
	struct stat root;

	if (launch_is_leftover(opened->status.st_dev, opened->status.st_ino))
		return "what the caller left open";
	if (stat("rootfs", &root) == 0 && root.st_dev == opened->status.st_dev &&
	    root.st_ino == opened->status.st_ino)
		return "the rootfs's folder without what is mounted in it";
	return S_ISDIR(opened->status.st_mode) ? "a folder outside" : "a file outside";
}

static void tell(struct look *look, const struct tracee *tracee, const struct opened *opened)
{
	char text[SEEN_BYTES], number[32] = "its working directory";

	if (opened->number != DIRECTORY)
		snprintf(number, sizeof(number), "descriptor %d", opened->number);
	snprintf(text, sizeof(text), "%s %s, %s: %s, %s", look->kind->name,
		 trace_role_name(tracee->role), number, kind_of(opened), opened->target);
	for (unsigned i = 0; i < look->count; i++)
		if (!strcmp(look->seen[i], text))
			return;
	if (look->count == SEEN_MOST)
		fatal("too many descriptors lead outside");
	snprintf(look->seen[look->count++], SEEN_BYTES, "%s", text);
	printf("%s (first at call %u, %s)\n", text, tracee->index, calls_name(tracee->number));
	fflush(stdout);
}

static void judge(struct look *look, const struct tracee *tracee, int number)
{
	struct opened opened = {.pid = tracee->pid, .number = number};
	struct statfs system;
	ssize_t length;

	snprintf(opened.path, sizeof(opened.path),
		 number == DIRECTORY ? "/proc/%d/cwd" : "/proc/%d/fd/%d", tracee->pid, number);
	length = readlink(opened.path, opened.target, sizeof(opened.target) - 1);
	opened.target[length < 0 ? 0 : length] = '\0';
	/* To look a file up does not open it. */
	if (length < 0 || stat(opened.path, &opened.status) < 0 || statfs(opened.path, &system) < 0)
		fatal_errno(opened.path);
	opened.network = system.f_type == NSFS_MAGIC;
	if (is_allowed(&opened) || is_of_new_root(&opened))
		return;
	tell(look, tracee, &opened);
}

/*
 * Its root is the container's. (Where nsinit changes the root of its mount namespace, its own is an
 * empty folder of the kernel's for three calls.)
 */
static bool is_inside(pid_t pid)
{
	struct stat ours, theirs;
	char path[64], command[64];

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	snprintf(command, sizeof(command), "/proc/%d/root/bin/look", pid);
	if (stat("/", &ours) < 0 || stat(path, &theirs) < 0)
		fatal_errno(path);
	return (ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino) &&
	       access(command, F_OK) == 0;
}

/*
 * The calls by which the root is entered, and the one that closes what led to it. None looks up a name but
 * "/" and ".": what is open meanwhile leads nowhere.
 */
static bool is_entering(const struct tracee *tracee)
{
	static const long calls[] = {SYS_fchdir,  SYS_pivot_root, SYS_setns,
				     SYS_umount2, SYS_move_mount, SYS_close_range};

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (tracee->role == ROLE_NSINIT && tracee->number == calls[i])
			return true;
	return false;
}

static void visit(struct launch *launch, struct tracee *tracee, enum trace_stop stop)
{
	struct look *look = launch->context;
	const struct dirent *entry;
	char path[64];
	DIR *folder;

	(void)stop;
	if ((tracee->role != ROLE_NSINIT && tracee->role != ROLE_COMMAND) ||
	    !is_inside(tracee->pid) || is_entering(tracee))
		return;
	look->stops++;
	snprintf(path, sizeof(path), "/proc/%d/fd", tracee->pid);
	folder = opendir(path);
	if (!folder)
		fatal_errno(path);
	while ((entry = readdir(folder)))
		if (*entry->d_name != '.')
			judge(look, tracee, (int)strtol(entry->d_name, NULL, 10));
	closedir(folder);
	judge(look, tracee, DIRECTORY);
}

unsigned descriptors_look(const struct kind *kind, int seconds)
{
	struct look look = {.kind = kind};
	struct launch launch = {.visit = visit, .context = &look};

	launch_start(&launch, kind, false);
	if (trace_follow(&launch.trace, seconds, false) != TRACE_ALL_ENDED) {
		trace_end_all(&launch.trace);
		fatal("an undisturbed launch does not end");
	}
	launch_read(&launch);
	if (!launch.trace.executed || !look.stops) {
		fprintf(stderr, "%s", launch.errors);
		fatal("an undisturbed launch does not run its command");
	}
	launch_forget(&launch);
	printf("descriptors %s: %u stops, %u lead outside\n", kind->name, look.stops, look.count);
	return look.count;
}
