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

/* Below /proc: the kernel's memory, keys, timers and logs. */
static const char *const hidden_files[] = {
	"kcore", "keys", "latency_stats", "timer_list", "timer_stats", "sched_debug", "interrupts",
};

/* Below /proc: drivers' folders. */
static const char *const hidden_folders[] = {"acpi", "asound", "scsi"};

/* Below /sys: firmware tables and power meters. */
static const char *const hidden_in_sys[] = {"firmware", "devices/virtual/powercap"};

/* Below /proc: switches of the whole machine: core_pattern, modprobe, sysrq, interrupt affinity. */
static const char *const unwritable[] = {"bus", "fs", "irq", "sys", "sysrq-trigger"};

/* From /proc, the path of a descriptor, and of a name below it. */
enum { PATH_BYTES = TEXT_DESCRIPTOR + 32 };
static const char *descriptor_path(char buffer[PATH_BYTES], int descriptor, const char *below)
{
	char number[TEXT_NUMBER];

	text_join(buffer, PATH_BYTES, "self/fd/", text_number(number, descriptor), below);
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
		step_failed(NULL);
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

static void hide_file(const char *null, const char *name)
{
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

static void hide_folders(const struct init *init)
{
	static char below[sizeof(hidden_in_sys) / sizeof(*hidden_in_sys)][PATH_BYTES];
	const char *empty = NULL;
	int sys;

	for (size_t i = 0; i < sizeof(hidden_folders) / sizeof(*hidden_folders); i++)
		if (hide_folder(empty, hidden_folders[i], "/proc/", hidden_folders[i]))
			empty = hidden_folders[i];
	/* Without --root there is no /sys of our own. */
	if (!init->root)
		return;
	sys = open_sys(init);
	for (size_t i = 0; i < sizeof(hidden_in_sys) / sizeof(*hidden_in_sys); i++) {
		char path[PATH_BYTES];

		text_join(path, sizeof(path), "/", hidden_in_sys[i]);
		if (hide_folder(empty, descriptor_path(below[i], sys, path), "/sys/",
				hidden_in_sys[i]))
			empty = below[i];
	}
	close(sys);
}

static void protect(const char *name)
{
	const unsigned long flags = MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC;

	if (mount(name, name, NULL, MS_BIND | MS_REC, NULL) < 0) {
		if (errno == ENOENT)
			return;
		die_errno("cannot make /proc/", name, " a mount of its own");
	}
	if (mount(NULL, name, NULL, flags | MS_REMOUNT | MS_RDONLY, NULL) < 0)
		die_errno("cannot make /proc/", name, " read-only");
}

void masks_lay(const struct init *init)
{
	if (!init->default_mounts)
		return;
	if (step("hide what /proc and /sys tell of the host's memory, keys, timers and firmware")) {
		const char *null = null_device();

		enter_proc();
		for (size_t i = 0; i < sizeof(hidden_files) / sizeof(*hidden_files); i++)
			hide_file(null, hidden_files[i]);
		hide_folders(init);
	}
	if (step("make /proc/sys and other switches of the machine read-only")) {
		for (size_t i = 0; i < sizeof(unwritable) / sizeof(*unwritable); i++)
			protect(unwritable[i]);
		if (chdir("/") < 0)
			step_failed(NULL);
	}
}
