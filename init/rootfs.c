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
#include <sys/stat.h>
#include <unistd.h>

#include "credentials.h"
#include "kernel.h"
#include "memory.h"
#include "message.h"
#include "mounts.h"

static bool slave_wanted(const struct init *init)
{
	if (init->slave)
		return true;
	for (const struct request *request = init->requests; request; request = request->next)
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
		step_failed(
			errno == EINVAL ? "a root that was entered by chroot(2) has to be a mount: "
					  "mount --bind DIR DIR before chroot DIR"
			: errno == EPERM
				? "it takes CAP_SYS_ADMIN here; on Ubuntu AppArmor takes that away in "
				  "a user namespace: sysctl "
				  "kernel.apparmor_restrict_unprivileged_userns=0, as root"
				: NULL);
}

/*
 * What the new root is mounted on: the rootfs itself, a place that nobody else sees. Where the
 * launcher has opened it, since its path may be closed to us, it is our own root: ".." there leads onto
 * what has been mounted on it last.
 */
static const char *place_of(const struct init *init)
{
	return init->root_tree >= 0 ? "/.." : init->root;
}

/* Where what is written goes: an empty tmpfs, or the folder of --overlay. */
static int open_upper(const struct init *init)
{
	int folder;

	if (init->overlay_tree >= 0) {
		mounts_attach(init->overlay_tree, AT_FDCWD, place_of(init));
		return init->overlay_tree;
	}
	if (init->ephemeral &&
	    mount("tmpfs", place_of(init), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700") < 0)
		step_failed(NULL);
	folder =
		kernel_open(init->ephemeral ? place_of(init) : init->overlay, O_PATH | O_DIRECTORY);
	if (folder < 0)
		step_failed(NULL);
	return folder;
}

static int open_lower(const struct init *init)
{
	int folder;

	if (init->root_tree >= 0) {
		mounts_attach(init->root_tree, AT_FDCWD, place_of(init));
		return init->root_tree;
	}
	folder = kernel_open(init->root, O_PATH | O_DIRECTORY);
	if (folder < 0)
		step_failed(NULL);
	return folder;
}

/* upper and work in the folder, where they are missing. The root's mode and owner are upper's. */
static void make_upper(int folder, int lower)
{
	struct kernel_status status;

	if (mkdirat(folder, "work", 0700) < 0 && errno != EEXIST)
		step_failed(NULL);
	if (mkdirat(folder, "upper", 0755) < 0) {
		if (errno != EEXIST)
			step_failed(NULL);
		return;
	}
	if (kernel_descriptor_status(lower, &status) < 0 ||
	    kernel_chmod(folder, "upper", status.mode & 07777) < 0)
		step_failed(NULL);
	/* An owner that has no id here cannot be given: then it is who we are. */
	if (fchownat(folder, "upper", status.uid, status.gid, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != EPERM && errno != EINVAL)
		step_failed(NULL);
}

static const char overlay_hint[] =
	"DIR must lie on a filesystem that can hold the upper layer of an overlay, and not on an "
	"overlay itself; the kernel's log says more (dmesg)";

/*
 * The rootfs with a writable layer over it. The folders are named by our descriptors: paths may hold
 * what mount(2) takes for a separator, and would show inside.
 */
static int open_overlay(const struct init *init)
{
	char lower_path[TEXT_DESCRIPTOR], upper_path[TEXT_DESCRIPTOR];
	char data[4 * TEXT_DESCRIPTOR + 64];
	int lower, upper, root;

	if (!step("mount an overlay on ", init->root,
		  " as the new root, nodev; what is written goes to ",
		  init->ephemeral ? "a tmpfs" : init->overlay))
		return -1;
	lower = open_lower(init);
	upper = open_upper(init);
	make_upper(upper, lower);
	text_descriptor_path(lower_path, lower);
	text_descriptor_path(upper_path, upper);
	text_join(data, sizeof(data), "lowerdir=", lower_path, ",upperdir=", upper_path,
		  "/upper,workdir=", upper_path, "/work",
		  credentials_in_user_namespace() ? ",userxattr" : "");
	if (mount("overlay", place_of(init), "overlay", MS_NODEV, data) < 0)
		step_failed(errno == EINVAL && init->overlay ? overlay_hint : NULL);
	root = kernel_open(place_of(init), O_PATH | O_DIRECTORY);
	if (root < 0)
		step_failed(NULL);
	close(lower);
	close(upper);
	return root;
}

int rootfs_open(const struct init *init)
{
	struct mounts_bind bind = {.recursive = true, .slave = init->slave, .attributes = MS_NODEV};
	size_t room;
	char *path;
	int root;

	if (!init->root) {
		root = kernel_open("/", O_PATH | O_DIRECTORY);
		if (root < 0)
			die_errno("cannot open /");
		return root;
	}
	if (init->ephemeral || init->overlay)
		return open_overlay(init);
	/* It has to be a mount to become the root, and the nodev is for this mount alone. */
	if (!step("mount ", init->root, " as the new root, nodev"))
		return -1;
	if (init->root_tree >= 0) {
		/* Its attributes are the launcher's work: we have no right over the host's mounts. */
		mounts_attach(init->root_tree, AT_FDCWD, place_of(init));
		return init->root_tree;
	}
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
 * False where no mount has been changed and pivot_root has to do it: in a user namespace the old root
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
	/* Tried without a launcher, too: the root may be one that was entered by chroot(2). */
	if ((init->replace_root || init->launcher < 0) && replace_root(root))
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
