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

/* The kernel's memory, keys, timers and logs. */
static const char *const hidden_files[] = {
	"/proc/kcore",	     "/proc/keys",	  "/proc/latency_stats", "/proc/timer_list",
	"/proc/timer_stats", "/proc/sched_debug", "/proc/interrupts",
};

/* Drivers' folders; firmware tables and power meters. */
static const char *const hidden_folders[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/scsi",
	"/sys/firmware",
	"/sys/devices/virtual/powercap",
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
	int null = kernel_open("/dev/null", O_PATH | O_NOFOLLOW);

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

/* Without --root there is no /sys of our own. */
static bool shown(const struct init *init, const char *path)
{
	return init->root || !strncmp(path, "/proc/", strlen("/proc/"));
}

static void hide_file(const char *null, const char *path)
{
	if (mount(null, path, NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
		die_errno("cannot hide ", path);
}

/* The first that is there gets an empty tmpfs, the others get that one too: it is cheaper. */
static void hide_folders(const struct init *init)
{
	const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
	const char *empty = NULL;

	for (size_t i = 0; i < sizeof(hidden_folders) / sizeof(*hidden_folders); i++) {
		const char *path = hidden_folders[i];

		if (!shown(init, path))
			continue;
		if ((empty ? mount(empty, path, NULL, MS_BIND, NULL)
			   : mount("tmpfs", path, "tmpfs", flags, "size=0")) == 0)
			empty = path;
		else if (errno != ENOENT)
			die_errno("cannot hide ", path);
	}
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
	if (!init->default_mounts)
		return;
	if (step("hide what /proc and /sys tell of the host's memory, keys, timers and firmware")) {
		const char *null = null_device();

		check_proc();
		for (size_t i = 0; i < sizeof(hidden_files) / sizeof(*hidden_files); i++)
			hide_file(null, hidden_files[i]);
		hide_folders(init);
	}
	if (step("make /proc/sys and other switches of the machine read-only"))
		for (size_t i = 0; i < sizeof(unwritable) / sizeof(*unwritable); i++)
			protect(unwritable[i]);
}
