/*
 * kernel.c: calls that have an older one beside them, for where the newer is missing. Runs in every process
 * of both programs; a filter of system calls may answer ENOSYS on any kernel.
 */
#include "kernel.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <linux/seccomp.h>

static int older_status(int directory, const char *path, int flags, struct kernel_status *status)
{
	struct stat older;

	if (fstatat(directory, path, &older, flags) < 0)
		return -1;
	*status = (struct kernel_status){
		.links = (uint32_t)older.st_nlink,
		.uid = older.st_uid,
		.gid = older.st_gid,
		.mode = (uint16_t)older.st_mode,
		.inode = older.st_ino,
		.size = (uint64_t)older.st_size,
		.rdev_major = major(older.st_rdev),
		.rdev_minor = minor(older.st_rdev),
		.dev_major = major(older.st_dev),
		.dev_minor = minor(older.st_dev),
	};
	return 0;
}

int kernel_status(int directory, const char *path, int flags, struct kernel_status *status)
{
	const unsigned int basic = 0x7ff; /* STATX_BASIC_STATS */
	int result = (int)syscall(SYS_statx, directory, path, flags, basic, status);

	return result < 0 && errno == ENOSYS ? older_status(directory, path, flags, status)
					     : result;
}

int kernel_filter(const struct sock_fprog *program)
{
	int result = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, program);

	/* Without flags the older call does the same. */
	return result < 0 && errno == ENOSYS
		       ? prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0)
		       : result;
}
