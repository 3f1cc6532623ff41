/*
 * rootfs.c: the root of the mount namespace. Runs inside, with all capabilities of the new
 * namespaces, before the command exists.
 */
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kernel.h"
#include "message.h"
#include "mounts.h"

static bool slave_wanted(const struct init *init)
{
	for (const struct mount_request *request = init->mounts; request; request = request->next)
		if (request->slave)
			return true;
	return false;
}

void rootfs_isolate(const struct init *init)
{
	bool slave = slave_wanted(init);

	/*
	 * First: a mount namespace that is new is still a peer of the host's (mount_namespaces(7),
	 * shared subtrees), and every mount below would show there. A slave bind needs a source
	 * that still hears of the host's mounts; what is cloned for the others is made private.
	 */
	if (!step(slave ? "make all mounts slaves of the host's" : "make all mounts private"))
		return;
	if (mount(NULL, "/", NULL, MS_REC | (slave ? MS_SLAVE : MS_PRIVATE), NULL) < 0)
		step_failed(NULL);
}

int rootfs_open(const struct init *init)
{
	const struct mounts_bind bind = {.source = "", .recursive = true, .attributes = MS_NODEV};
	int folder, tree;

	/* pivot_root(2) wants a mount point, and the nodev is for this mount alone. */
	if (init->root && !step("mount ", init->root, " as the new root, nodev"))
		return -1;
	folder = open(init->root ? init->root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		die_errno("cannot open ", init->root ? init->root : "/");
	if (!init->root)
		return folder;
	tree = mounts_bind(folder, &bind, folder);
	close(folder);
	return tree;
}

void rootfs_pivot(const struct init *init, int root)
{
	if (!init->root)
		return;
	/*
	 * After all mounts, whose sources are in the tree that goes away here. pivot_root and not
	 * MS_MOVE with chroot(2): that can be left again. The old root is stacked on the new one
	 * and taken off at once, so that no folder for it is needed in the rootfs. Nothing may be
	 * looked up in between: ".." at "/" leads onto the old root then.
	 */
	if (!step("make it the root, and detach the host's mounts"))
		return;
	if (fchdir(root) < 0)
		step_failed(NULL);
	if (kernel_pivot_root(".", ".") < 0)
		step_failed(errno == EINVAL ? "pivot_root(2) cannot leave an initramfs, nor a root "
					      "that was entered by chroot(2)"
					    : NULL);
	if (umount2(".", MNT_DETACH) < 0)
		step_failed(NULL);
}

void rootfs_make_read_only(const struct init *init)
{
	if (!init->read_only)
		return;
	/* After the masks and all mount points, which may have had to be made in it. */
	if (!step("make the root read-only"))
		return;
	if (mounts_set("/", MS_RDONLY) < 0)
		step_failed(NULL);
}
