/*
 * rootfs.c: the root of the mount namespace. Runs inside, with all capabilities of the new
 * namespaces, before the command exists.
 */
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kernel.h"
#include "memory.h"
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
		step_failed(errno == EINVAL
				    ? "a root that was entered by chroot(2) has to be a mount: "
				      "mount --bind DIR DIR before chroot DIR"
				    : NULL);
}

int rootfs_open(const struct init *init)
{
	struct mounts_bind bind = {.recursive = true, .attributes = MS_NODEV};
	size_t room;
	char *path;
	int root;

	if (!init->root) {
		root = kernel_open("/", O_PATH | O_DIRECTORY);
		if (root < 0)
			die_errno("cannot open /");
		return root;
	}
	/* It has to be a mount to become the root, and the nodev is for this mount alone. */
	if (!step("mount ", init->root, " as the new root, nodev"))
		return -1;
	/* The point: it has to be a folder, and may be a symbolic link to one. */
	room = strlen(init->root) + sizeof("/.");
	path = memory_take(room);
	text_join(path, room, init->root, "/.");
	bind.source = bind.target = path;
	return mounts_bind(AT_FDCWD, &bind, AT_FDCWD);
}

/*
 * Makes the tree at root the root as pivot_root(2) would, without its walk: that looks at every
 * process of the machine for who has the old root as its own. The tree is copied out of the mount
 * namespace, the old root is taken off the namespace with all that lies on it, and the copy comes in
 * its place. setns(2) to one's own mount namespace is what leads to the namespace's root, wherever
 * one was before: so this leaves a root that was entered by chroot(2), too, which pivot_root only
 * seems to do. (Linux 5.8, where a pidfd is enough for it.)
 *
 * False where nothing has been changed and pivot_root has to do it: in a user namespace the old root
 * may not be taken off (mount_namespaces(7), locked mounts).
 */
static bool replace_root(int root)
{
	/* By it, and not by a path in the old root's /proc, which need not be there. */
	int namespace = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int tree = kernel_open_tree(
		root, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);

	if (namespace < 0 || tree < 0 || setns(namespace, CLONE_NEWNS) < 0 ||
	    umount2("/", MNT_DETACH) < 0) {
		close(namespace);
		close(tree);
		return false;
	}
	/* What is left is what the kernel puts below every root, an empty ramfs. */
	if (setns(namespace, CLONE_NEWNS) < 0 ||
	    kernel_move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 ||
	    setns(namespace, CLONE_NEWNS) < 0)
		step_failed(NULL);
	close(namespace);
	close(tree);
	return true;
}

void rootfs_enter(const struct init *init, int root)
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
	if (init->replace_root && replace_root(root))
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
