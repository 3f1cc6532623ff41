/*
 * stdio.c: whose the command's standard descriptors are. Runs in the command's process, before it becomes
 * another user; and in the launcher, where the ids are such that only it can give what is the caller's.
 */
#include "stdio.h"

#include <errno.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "kernel.h"
#include "message.h"

static bool give(int descriptor, uint32_t from, uint32_t to)
{
	struct kernel_status status;
	struct statfs filesystem;

	/* EBADF: it is closed. A FIFO that has a name lies elsewhere, and stays whose it is. */
	if (fstatfs(descriptor, &filesystem) < 0)
		return errno == EBADF;
	if (filesystem.f_type != PIPEFS_MAGIC)
		return true;
	if (kernel_descriptor_status(descriptor, &status) < 0)
		return false;
	if (status.uid != from || fchownat(descriptor, "", to, (gid_t)-1, AT_EMPTY_PATH) == 0)
		return true;
	if (errno != EPERM && errno != EINVAL)
		return false;
	note("a pipe of the caller's stays its own: /dev/stdout and the like are closed to the command");
	return true;
}

bool stdio_give(uint32_t from, uint32_t to)
{
	if (from == to || !step("give the caller's pipes to user ", step_number(to)))
		return true;
	return give(STDIN_FILENO, from, to) && give(STDOUT_FILENO, from, to) &&
	       give(STDERR_FILENO, from, to);
}
