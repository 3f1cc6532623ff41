/*
 * masks.c: covers what /proc and /sys show of the host. Runs inside, after pivot_root, when every
 * path is one of the container's, and before the command exists.
 *
 * The rootfs may still change from outside, and the folders that /proc and /sys are mounted on may
 * get other names. So both are opened once, and looked at; what is covered is named from there.
 */
#include "masks.h"

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

/* Lists of names below /proc, each ended by a NUL byte, an empty one at the end. */

/* The kernel's memory, keys, timers and logs. */
static const char hidden_files[] = "kcore\0keys\0latency_stats\0timer_list\0timer_stats\0"
				   "sched_debug\0interrupts\0";

/*
 * For the host's root alone, by its id. Counts and flags of every page tell who maps a page a thousand
 * times where in the machine's memory it lies, slabinfo tells what lies beside what in the kernel's:
 * both take the guessing out of attacks. Docker and Podman leave them open; each costs 11 us.
 */
static const char private_files[] = "slabinfo\0kpagecount\0kpageflags\0";

/* Drivers' folders. */
static const char hidden_in_proc[] = "acpi\0asound\0scsi\0";

/* Switches of the whole machine: core_pattern, modprobe, sysrq, interrupt affinity and so on. */
static const char unwritable[] = "bus\0fs\0irq\0sys\0sysrq-trigger\0";

/*
 * Below /sys: firmware tables and power meters. Not dev/block as Podman: block has the same. Nor what
 * hides in mounts of their own (selinux, debug, tracing, bpf, cgroup): a fresh /sys has none. Nor
 * thermal_throttle as newer Docker: that is a mount for each processor, for a slow counter.
 */
static const char hidden_in_sys[] = "firmware\0devices/virtual/powercap\0";

static const char *next(const char *name)
{
	return name + strlen(name) + 1;
}

/* Every path by its name, for who reads what --explain says. */
static bool step_names(const char *before, const char *folder, const char *name, const char *after)
{
	enum { NAMES = 8 };
	const char *words[3 * NAMES + 2] = {before}, **word = words + 1;

	for (; *name; name = next(name)) {
		*word++ = " ";
		*word++ = folder;
		*word++ = name;
	}
	*word = after;
	return message_step(words);
}

/* From /proc, the path of a descriptor, and of a name below it. */
enum { PATH_BYTES = TEXT_DESCRIPTOR + 32 };
static const char *descriptor_path(char buffer[PATH_BYTES], int descriptor, const char *name)
{
	char number[TEXT_NUMBER];

	text_join(buffer, PATH_BYTES, "self/fd/", text_number(number, descriptor), *name ? "/" : "",
		  name);
	return buffer;
}

/*
 * The path of a null device that has been looked at: had a mount put something else there, that
 * would show instead of nothing (CVE-2025-31133). The descriptor stays until the command runs.
 */
static const char *null_device(void)
{
	static char path[PATH_BYTES];
	struct kernel_status status;
	int null = kernel_open("/dev/null", O_PATH | O_NOFOLLOW);

	if (null < 0)
		step_failed(NULL);
	if (kernel_descriptor_status(null, &status) < 0 || !S_ISCHR(status.mode) ||
	    status.rdev_major != 1 || status.rdev_minor != 3)
		die("cannot mask /proc: /dev/null is not the null device");
	return descriptor_path(path, null, "");
}

/* Writing to a /proc that is none would be reading what the rootfs put there: CVE-2019-19921. */
static void enter_proc(void)
{
	struct statfs status;

	if (chdir("/proc") < 0 || statfs(".", &status) < 0)
		die_errno("cannot enter /proc to mask it");
	if (status.f_type != PROC_SUPER_MAGIC)
		die("cannot mask /proc: something else is mounted there; without masks: "
		    "--no-default-mounts");
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

static int open_sys(const struct init *init)
{
	struct statfs status;
	int sys = kernel_open("/sys", O_PATH | O_DIRECTORY);

	if (sys < 0 || fstatfs(sys, &status) < 0)
		step_failed(NULL);
	if (status.f_type != SYSFS_MAGIC && !sys_is_requested(init))
		die("cannot mask /sys: something else is mounted there; without masks: "
		    "--no-default-mounts");
	return sys;
}

static void hide_files(const char *null, const char *name)
{
	for (; *name; name = next(name))
		if (mount(null, name, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
			die_errno("cannot hide /proc/", name);
}

/* The first that is there gets an empty tmpfs, the others get that one too: it is cheaper. */
static bool hide_folder(const char *empty, const char *path, const char *folder, const char *name)
{
	const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if ((empty ? mount(empty, path, NULL, MS_BIND, NULL)
		   : mount("tmpfs", path, "tmpfs", flags, "size=0")) == 0)
		return true;
	if (errno != ENOENT)
		die_errno("cannot hide ", folder, name);
	return false;
}

/* Returns one that is empty now, from /proc, or NULL. */
static const char *hide_in_proc(void)
{
	const char *empty = NULL;

	for (const char *name = hidden_in_proc; *name; name = next(name))
		if (hide_folder(empty, name, "/proc/", name))
			empty = name;
	return empty;
}

static void hide_in_sys(const struct init *init, const char *empty)
{
	char path[PATH_BYTES], first[PATH_BYTES];
	int sys = open_sys(init);

	for (const char *name = hidden_in_sys; *name; name = next(name))
		if (hide_folder(empty, descriptor_path(path, sys, name), "/sys/", name) && !empty) {
			memcpy(first, path, sizeof(first));
			empty = first;
		}
	close(sys);
}

static void protect(const char *name)
{
	const unsigned long flags = MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	/* A mount of its own, that can be made read-only; where it is none the remount fails. */
	if (mount(name, name, NULL, MS_BIND | MS_REC, NULL) < 0 && errno == ENOENT)
		return;
	if (mount(NULL, name, NULL, flags | MS_REMOUNT | MS_RDONLY, NULL) < 0)
		die_errno("cannot make /proc/", name, " read-only");
}

void masks_lay(const struct init *init)
{
	const char *null = NULL, *empty = NULL;

	if (!init->default_mounts)
		return;
	/* When it is but explained, this is the host's: that has the same to be read. */
	enter_proc();
	if (step_names("hide", "/proc/", hidden_files, NULL)) {
		null = null_device();
		hide_files(null, hidden_files);
	}
	/* What an ordinary user's container cannot read is not hidden once more. */
	if (access(private_files, R_OK) == 0 && step_names("hide", "/proc/", private_files, NULL))
		hide_files(null, private_files);
	if (step_names("hide", "/proc/", hidden_in_proc, NULL))
		empty = hide_in_proc();
	/* Without --root there is no /sys of our own. */
	if (init->root && step_names("hide", "/sys/", hidden_in_sys, NULL))
		hide_in_sys(init, empty);
	if (step_names("make", "/proc/", unwritable, " read-only"))
		for (const char *name = unwritable; *name; name = next(name))
			protect(name);
	if (chdir("/") < 0)
		die_errno("cannot leave /proc");
}
