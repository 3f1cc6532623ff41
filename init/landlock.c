/*
 * landlock.c: which files the command may use at all. Runs in the command's process, between vfork and
 * exec: system calls alone, and no memory is taken.
 */
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "init.h"
#include "kernel.h"
#include "message.h"

/* LANDLOCK_ACCESS_FS_*, landlock(7): bits 0 to 15 in the order in which kernels got them. */
enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	TRUNCATE = 1 << 14,
	IOCTL_DEVICE = 1 << 15,
	ALL = (1 << 16) - 1,

	READ = EXECUTE | READ_FILE | READ_DIR,
	OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE,
};
/* What the kernel's version of the interface brought: before TRUNCATE what is read-only could be emptied. */
enum { ABI_TRUNCATE = 3, ABI_IOCTL = 5, ABI_SCOPE = 6 };

static int add_path(int rules, const struct landlock_path *path, uint64_t handled)
{
	struct kernel_landlock_path rule = {
		.allowed = handled & (path->writable ? ALL : READ),
		.parent = kernel_open(path->path, O_PATH),
	};
	struct kernel_status status;
	int result;

	if (rule.parent < 0 || kernel_descriptor_status(rule.parent, &status) < 0)
		return -1;
	if (!S_ISDIR(status.mode))
		rule.allowed &= OF_A_FILE;
	result = kernel_landlock_add_path(rules, &rule);
	close(rule.parent);
	return result;
}

bool landlock_restrict(const struct init *init)
{
	struct kernel_landlock_rules handled = {.files = ALL, .scoped = 3};
	int abi, rules;

	if (!init->landlock)
		return true;
	if (step("look whether the kernel has Landlock, as of Linux 6.2")) {
		abi = kernel_landlock_abi();
		if (abi < ABI_TRUNCATE) {
			errno = abi < 0 ? errno : ENOSYS;
			return false;
		}
		if (abi < ABI_IOCTL)
			handled.files &= ~(uint64_t)IOCTL_DEVICE;
		if (abi < ABI_SCOPE) {
			note("this kernel does not keep the command from abstract sockets and signals");
			handled.scoped = 0;
		}
	}
	rules = message_level == MESSAGE_EXPLAIN ? 0 : kernel_landlock_create(&handled);
	if (rules < 0)
		return false;
	for (const struct landlock_path *path = init->landlock; path; path = path->next)
		if (step("let the command ", path->writable ? "read and write " : "read ",
			 path->path) &&
		    add_path(rules, path, handled.files) < 0)
			return false;
	if (!step("let it use no other files"))
		return true;
	if (kernel_landlock_restrict(rules) < 0)
		return false;
	close(rules);
	return true;
}
