/*
 * masks.c: covers what /proc and /sys show of the host. Runs inside, after pivot_root, when every
 * path is one of the container's, and before the command exists, so that none of it moves.
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

/* The kernel's memory, keys, timers and logs; drivers' folders; firmware tables and power meters. */
static const char *const hidden[] = {
	"/proc/kcore",	    "/proc/keys",	 "/proc/latency_stats",
	"/proc/timer_list", "/proc/timer_stats", "/proc/acpi",
	"/proc/asound",	    "/proc/scsi",	 "/proc/sched_debug",
	"/proc/interrupts", "/sys/firmware",	 "/sys/devices/virtual/powercap",
};

/* Switches of the whole machine: core_pattern, modprobe, sysrq, interrupt affinity and so on. */
static const char *const unwritable[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

/*
 * The path of a null device that has been looked at: had a mount put something else there, that
 * would show instead of nothing (CVE-2025-31133). The descriptor stays until the command runs.
 */
static const char *null_device(void)
{
	static char path[TEXT_DESCRIPTOR];
	struct kernel_status status;
	int null = open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (null < 0)
		step_failed(NULL);
	if (kernel_descriptor_status(null, &status) < 0 || !S_ISCHR(status.mode) ||
	    status.rdev_major != 1 || status.rdev_minor != 3)
		die("cannot mask /proc: /dev/null is not the null device");
	return text_descriptor_path(path, null);
}

/* Writing to a /proc that is none would be reading what the rootfs put there: CVE-2019-19921. */
static void check_proc(void)
{
	struct statfs status;

	if (statfs("/proc", &status) < 0)
		step_failed(NULL);
	if (status.f_type != PROC_SUPER_MAGIC)
		die("cannot mask /proc: something else is mounted there; without masks: "
		    "--no-default-mounts");
}

static void hide(const char *null, const char *path)
{
	if (mount(null, path, NULL, MS_BIND, NULL) == 0 || errno == ENOENT)
		return;
	/* A folder cannot be covered by a file. */
	if (errno != ENOTDIR || mount("tmpfs", path, "tmpfs",
				      MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0") < 0)
		die_errno("cannot hide ", path);
}

static void protect(const char *path)
{
	const unsigned long flags = MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0) {
		if (errno == ENOENT)
			return;
		die_errno("cannot make ", path, " a mount of its own");
	}
	if (mount(NULL, path, NULL, flags | MS_REMOUNT | MS_RDONLY, NULL) < 0)
		die_errno("cannot make ", path, " read-only");
}

void masks_lay(const struct init *init)
{
	const char *null = NULL;

	if (!init->default_mounts)
		return;
	if (step("hide what /proc and /sys tell of the host's memory, keys, timers and firmware")) {
		check_proc();
		null = null_device();
		for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
			if (init->root || !strncmp(hidden[i], "/proc/", strlen("/proc/")))
				hide(null, hidden[i]);
	}
	if (step("make /proc/sys and other switches of the machine read-only"))
		for (size_t i = 0; i < sizeof(unwritable) / sizeof(*unwritable); i++)
			protect(unwritable[i]);
}
