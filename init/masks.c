/*
 * masks.c: covers what /proc and /sys show of the host. Runs inside, after pivot_root, when every
 * path is one of the container's, and before the command exists.
 *
 * The rootfs may still change from outside, and the folders that /proc and /sys are mounted on may
 * get other names. So both are entered once, and looked at; what is covered is named from there.
 */
#include "masks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/magic.h>

#include "kernel.h"
#include "message.h"
#include "mounts.h"

/*
 * Lists of names, each ended by a NUL byte, an empty one at the end. SECURITY.md has them as a table, with
 * what else there is and why it is not hidden; tests/masks.test compares. A cover costs 11 us.
 */

/* Below /proc: the kernel's memory, keys, addresses, timers, and when which device interrupts. */
static const char hidden_files[] = "kcore\0keys\0kallsyms\0latency_stats\0timer_list\0timer_stats\0"
				   "sched_debug\0interrupts\0";

/*
 * For the host's root alone, by its id: hidden where an id inside may be that one. They tell who owns a
 * page of the machine's memory, and what lies beside what in the kernel's: both take the guessing out of
 * attacks. chmod(2) by root inside would show them to everybody on the host, too. Docker and Podman leave
 * them open.
 */
static const char private_files[] = "slabinfo\0kpagecount\0kpageflags\0kpagecgroup\0vmallocinfo\0"
				    "pagetypeinfo\0allocinfo\0key-users\0";

/* Folders. The others are bound from the first that is there: irq, which no driver takes along. */
static const char hidden_in_proc[] = "irq\0acpi\0asound\0scsi\0";

/*
 * Also for the host's root alone. What goes through serial lines, counted: the kernel closes that folder
 * since it gives away the lengths of passwords. And a switch for every message that the kernel can log.
 */
static const char private_in_proc[] = "tty/driver\0dynamic_debug\0";

/* Switches of the whole machine: core_pattern, modprobe, sysrq and so on. */
static const char unwritable[] = "bus\0fs\0sys\0sysrq-trigger\0";

/*
 * Below /sys: firmware tables, power meters, and what /proc/interrupts has. Not dev/block as older
 * Podman: block has the same. Nor what hides in mounts of their own (selinux, debug, tracing, bpf,
 * cgroup): a fresh /sys has none. Nor thermal_throttle as newer Docker: that is a mount for each
 * processor, for a slow counter.
 */
static const char hidden_in_sys[] = "firmware\0devices/virtual/powercap\0kernel/irq\0";

/* The same as slabinfo, and more. */
static const char private_in_sys[] = "kernel/slab\0";

static const char *next(const char *name)
{
	return name + strlen(name) + 1;
}

/* Every path by its name, for who reads what --explain says: `folder` has a space before it. */
static bool step_names(const char *before, const char *folder, const char *name, const char *after)
{
	enum { NAMES = 10 };
	const char *words[2 * NAMES + 3] = {before}, **word = words + 1;

	for (; *name; name = next(name)) {
		*word++ = folder;
		*word++ = name;
	}
	*word = after;
	return message_step(words);
}

/*
 * What is laid over a name. Once it lies somewhere it is bound from there to the next. The null device
 * comes by descriptor the first time: had its path gone for a moment, that would look as if the name had
 * nothing to cover.
 *
 * A cover is read-only. What it shows belongs to the host, and the id that owns it may be inside: through
 * a writable cover chmod(2) and the like would change the host's own /dev/null.
 */
struct cover {
	int detached;	  /* a mount that lies nowhere yet, or -1 */
	const char *from; /* what is bound, from the working directory, or NULL */
	bool read_only;	  /* either has been made so, and what is bound from it is, too */
};

/*
 * A null device that has been looked at: had a mount put something else there, that would show instead
 * of nothing (CVE-2025-31133).
 */
static int clone_null_device(void)
{
	struct kernel_status status;
	int null = kernel_open_tree(AT_FDCWD, "/dev/null",
				    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);

	if (null < 0)
		step_failed(KERNEL_SINCE("5.2"));
	if (kernel_descriptor_status(null, &status) < 0 || !S_ISCHR(status.mode) ||
	    status.rdev_major != 1 || status.rdev_minor != 3)
		die("cannot mask /proc: /dev/null is not the null device");
	return null;
}

/*
 * A folder of /proc that the kernel keeps for old programs, with nothing in it (fs/proc/proc_tty.c), if
 * it is that: to show it elsewhere is cheaper than to make a tmpfs. NULL where it is not.
 */
static const char *find_empty(void)
{
	static const char name[] = "tty/ldisc";
	struct dirent entries[2];
	int folder = kernel_open(name, O_RDONLY | O_DIRECTORY);
	int count = 0;
	long bytes;

	/* A kernel without terminals, and one where another container's root has closed the folder. */
	if (folder < 0 && (errno == ENOENT || errno == EACCES))
		return NULL;
	bytes = folder < 0 ? -1 : syscall(SYS_getdents64, folder, entries, sizeof(entries));
	if (bytes < 0)
		die_errno("cannot read /proc/", name);
	for (const char *at = (const char *)entries; at < (const char *)entries + bytes; count++)
		at += ((const struct dirent *)at)->d_reclen;
	close(folder);
	/* "." and "..". */
	return count == 2 ? name : NULL;
}

/* Goes to `folder`. What is none of the kernel's would be the rootfs's to fill: CVE-2019-19921. */
static void enter(const char *folder, unsigned long magic, bool anything)
{
	struct statfs status;

	if (chdir(folder) < 0 || statfs(".", &status) < 0)
		die_errno("cannot enter ", folder, " to mask it");
	if ((unsigned long)status.f_type != magic && !anything)
		die("cannot mask ", folder,
		    ": something else is mounted there; without masks: --no-default-mounts");
}

/* What the user wants to see as /sys may be anything. */
static bool sys_is_requested(const struct init *init)
{
	for (const struct request *request = init->requests; request; request = request->next)
		if (!strncmp(request->target, "/sys", 4) &&
		    !request->target[4 + strspn(request->target + 4, "/.")])
			return true;
	return false;
}

/* Over what is there of `names`, in the working directory, which is `folder`. */
static void lay(struct cover *cover, const char *folder, const char *name)
{
	const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	int result;

	for (; *name; name = next(name)) {
		if (cover->from)
			result = mount(cover->from, name, NULL, MS_BIND, NULL);
		else if (cover->detached >= 0)
			result = kernel_move_mount(cover->detached, "", AT_FDCWD, name,
						   MOVE_MOUNT_F_EMPTY_PATH);
		else
			result = mount("tmpfs", name, "tmpfs", flags, "size=0");
		if (result < 0 && errno != ENOENT)
			die_errno("cannot hide ", folder, name);
		if (result < 0 || (cover->from && cover->read_only))
			continue;
		/* The node in /dev may be so already; by a request, and without --root, it is not. */
		if (!cover->read_only && mounts_set(name, MS_RDONLY) < 0)
			die_errno("cannot make what hides ", folder, name, " read-only");
		cover->from = name;
		cover->read_only = true;
	}
}

/* What only the host's root may see. `folder` has a space before it, as for step_names. */
static void hide_private(const struct init *init, struct cover *cover, const char *folder,
			 const char *names)
{
	if (!init->no_host_root && step_names("hide", folder, names, NULL))
		lay(cover, folder + 1, names);
}

/* With what hides folders of /proc, where there was one to hide. Without --root there is no /sys of ours. */
static void hide_in_sys(const struct init *init, const struct cover *proc)
{
	struct cover cover = {.detached = -1, .read_only = proc->read_only};

	if (!init->root)
		return;
	if (step_names("hide", " /sys/", hidden_in_sys, NULL)) {
		if (proc->from)
			cover.detached = kernel_open_tree(AT_FDCWD, proc->from,
							  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (proc->from && cover.detached < 0)
			step_failed(KERNEL_SINCE("5.2"));
		enter("/sys", SYSFS_MAGIC, sys_is_requested(init));
		lay(&cover, "/sys/", hidden_in_sys);
	}
	hide_private(init, &cover, " /sys/", private_in_sys);
	if (cover.detached >= 0)
		close(cover.detached);
}

static void protect(const char *name)
{
	const unsigned long flags = MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	/* A mount of its own, that can be made read-only. */
	bool bound = mount(name, name, NULL, MS_BIND | MS_REC, NULL) == 0;

	if (!bound && errno == ENOENT)
		return;
	if (!bound || mount(NULL, name, NULL, flags | MS_REMOUNT | MS_RDONLY, NULL) < 0)
		die_errno("cannot make /proc/", name, " read-only");
}

void masks_lay(const struct init *init)
{
	struct cover null = {.detached = -1}, empty = {.detached = -1};

	if (!init->default_mounts)
		return;
	/* When it is but explained, this is the host's: that has the same to be read. */
	enter("/proc", PROC_SUPER_MAGIC, false);
	if (step_names("hide", " /proc/", hidden_files, NULL)) {
		null.detached = clone_null_device();
		lay(&null, "/proc/", hidden_files);
	}
	hide_private(init, &null, " /proc/", private_files);
	if (null.detached >= 0)
		close(null.detached);
	if (step_names("hide", " /proc/", hidden_in_proc, NULL)) {
		empty.from = find_empty();
		lay(&empty, "/proc/", hidden_in_proc);
	}
	hide_private(init, &empty, " /proc/", private_in_proc);
	if (step_names("make", " /proc/", unwritable, " read-only"))
		for (const char *name = unwritable; *name; name = next(name))
			protect(name);
	hide_in_sys(init, &empty);
	if (chdir("/") < 0)
		die_errno("cannot leave what was masked");
}
