/*
 * overlay.c: the folder of --overlay. Runs in the launcher before anything is made, or, where nsinit has
 * no launcher, in nsinit.
 */
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "message.h"

/* What the folder may hold: -1 where something of that name is no folder. */
static int check_folder(int folder, const char *name)
{
	struct kernel_status status;

	if (kernel_status(folder, name, AT_SYMLINK_NOFOLLOW, &status) < 0)
		return errno == ENOENT ? 0 : -1;
	if (S_ISDIR(status.mode))
		return 0;
	errno = ENOTDIR;
	return -1;
}

/*
 * At each mount the kernel empties what it finds as work and index in an overlay's work folder
 * (fs/overlayfs/super.c). It made both with no permission at all; what has any is somebody's own.
 */
void overlay_check_work(int folder, const char *work, const char *option, const char *path)
{
	static const char *const emptied[] = {"work", "index"};

	for (int i = 0; i < 2; i++) {
		struct kernel_status status;
		char name[16];

		text_join(name, sizeof(name), work, emptied[i]);
		if (kernel_status(folder, name, AT_SYMLINK_NOFOLLOW, &status) < 0) {
			if (errno == ENOENT)
				continue;
			die_errno(option, path, ": cannot look at ", path, "/", name);
		}
		if (!S_ISDIR(status.mode) || status.mode & 07777)
			die(option, path, ": it is no overlay's folder: the kernel would empty ",
			    path, "/", name);
	}
}

int overlay_lock(int folder, const char *path)
{
	int lock;

	if (check_folder(folder, "upper") < 0)
		die_errno("--overlay: cannot use ", path, "/upper");
	if (check_folder(folder, "work") < 0)
		die_errno("--overlay: cannot use ", path, "/work");
	overlay_check_work(folder, "work/", "--overlay ", path);
	lock = openat(folder, "lock", O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		      0600);
	if (lock < 0)
		die_errno("--overlay: cannot open ", path, "/lock");
	if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			die("--overlay ", path, ": another container writes to it");
		die_errno("--overlay: cannot lock ", path);
	}
	return lock;
}

int overlay_check_lock(int folder, int lock)
{
	struct kernel_status wanted, there;

	if (kernel_descriptor_status(lock, &wanted) < 0 ||
	    kernel_status(folder, "lock", AT_SYMLINK_NOFOLLOW, &there) < 0)
		return -1;
	if (kernel_is_same(&wanted, &there))
		return 0;
	errno = ESTALE;
	return -1;
}
