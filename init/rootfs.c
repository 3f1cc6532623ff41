/*
 * rootfs.c: the root of the mount namespace. Runs inside, with all capabilities of the new
 * namespaces, before the command exists.
 */
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* renameat */
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "credentials.h"
#include "kernel.h"
#include "message.h"
#include "mounts.h"
#include "overlay.h"

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

/* A folder of the host, in this mount namespace. */
static int open_folder(const char *path)
{
	int folder = mounts_open_source(AT_FDCWD, path);
	struct kernel_status status;

	if (folder < 0 || kernel_descriptor_status(folder, &status) < 0)
		step_failed(errno == ESTALE ? mounts_foreign : NULL);
	if (!S_ISDIR(status.mode)) {
		errno = ENOTDIR;
		step_failed(NULL);
	}
	return folder;
}

/* The rootfs: as the launcher has opened it, since its path may be closed to us, or by its path. */
static int open_lower(const struct init *init)
{
	if (init->root_tree < 0)
		return open_folder(init->root);
	/* On our own root: a place that is always there, and that nobody else sees. */
	mounts_attach(init->root_tree, AT_FDCWD, "/..");
	return init->root_tree;
}

/* Where what is written goes: an empty tmpfs, or the folder of --overlay. The kernel wants it mounted. */
static int open_upper(const struct init *init, int place)
{
	int folder;

	if (init->overlay && init->overlay_tree < 0)
		return open_folder(init->overlay);
	folder = init->overlay_tree >= 0 ? init->overlay_tree
					 : mounts_make("tmpfs", MS_NOSUID | MS_NODEV,
						       TEXT_WORDS("mode", "0700"), NULL);
	mounts_attach(folder, place, "");
	return folder;
}

/* Its lock is the launcher's and ours, so that it is held until both have gone. */
static void keep_lock(struct init *init, int folder)
{
	if (!init->overlay)
		return;
	if (init->lock < 0)
		init->lock = overlay_lock(folder, init->overlay);
	else if (overlay_check_lock(folder, init->lock) < 0)
		step_failed(errno == ESTALE ? "another folder has taken its place" : NULL);
}

/*
 * upper and work in the folder, where they are missing. The root's mode and owner are upper's: it has its
 * name when it has both, so that a launch that was interrupted leaves no upper with others.
 */
static void make_upper(int folder, int lower)
{
	struct kernel_status status;

	if (mkdirat(folder, "work", 0700) < 0 && errno != EEXIST)
		step_failed(NULL);
	if (kernel_status(folder, "upper", AT_SYMLINK_NOFOLLOW, &status) == 0)
		return;
	if (errno != ENOENT || (mkdirat(folder, "upper.new", 0700) < 0 && errno != EEXIST))
		step_failed(NULL);
	if (kernel_descriptor_status(lower, &status) < 0)
		step_failed(NULL);
	/* An owner that has no id here cannot be given: then it is who we are. */
	if (fchownat(folder, "upper.new", status.uid, status.gid, AT_SYMLINK_NOFOLLOW) < 0 &&
	    errno != EINVAL)
		step_failed(NULL);
	/* After the owner, a change of which takes set-group-ID away. */
	if (kernel_chmod(folder, "upper.new", status.mode & 07777) < 0 ||
	    renameat(folder, "upper.new", folder, "upper") < 0)
		step_failed(NULL);
}

static const char overlay_hint[] =
	"DIR must lie on a filesystem that can hold the upper layer of an overlay, and not on an "
	"overlay itself; the kernel's log says more (dmesg)";

static const char locked_hint[] =
	"in a user namespace no overlay can lie on a folder with mounts below it: without --ephemeral, "
	"or with a copy of the root filesystem";

/*
 * The rootfs with a writable layer over it. The folders are named by our descriptors: paths may hold
 * what mount(2) takes for a separator, and would show inside.
 */
static int open_overlay(struct init *init)
{
	char lower_path[TEXT_DESCRIPTOR], upper_path[TEXT_DESCRIPTOR];
	char written[TEXT_DESCRIPTOR + 8], work[TEXT_DESCRIPTOR + 8];
	int lower, upper, root;

	if (!step("mount an overlay on ", init->root,
		  " as the new root, nodev; what is written goes to ",
		  init->ephemeral ? "a tmpfs" : init->overlay))
		return -1;
	lower = open_lower(init);
	upper = open_upper(init, lower);
	keep_lock(init, upper);
	make_upper(upper, lower);
	text_descriptor_path(lower_path, lower);
	text_descriptor_path(upper_path, upper);
	text_join(written, sizeof(written), upper_path, "/upper");
	text_join(work, sizeof(work), upper_path, "/work");
	root = mounts_make("overlay", MS_NODEV,
			   TEXT_WORDS("lowerdir", lower_path, "upperdir", written, "workdir", work,
				      credentials_in_user_namespace() ? "userxattr" : NULL, NULL),
			   init->overlay		     ? overlay_hint
			   : credentials_in_user_namespace() ? locked_hint
							     : NULL);
	mounts_attach(root, lower, "");
	close(upper);
	return root;
}

/*
 * What is mounted below the rootfs is part of the root, and as read-only; at once, since later nobody could
 * tell it from what is mounted for the container. The root itself comes last: mount points have to be made.
 */
static void close_below(const struct init *init, int root)
{
	const struct kernel_mount_attr set = {.attr_set = MS_RDONLY},
				       clear = {.attr_clr = MS_RDONLY};
	struct statfs status;

	if (!init->read_only)
		return;
	if (fstatfs(root, &status) < 0)
		step_failed(NULL);
	/* Before Linux 5.12 nothing below is shown: mounts_bind. */
	if (kernel_mount_setattr(root, "", AT_EMPTY_PATH | AT_RECURSIVE, &set) < 0) {
		if (errno != ENOSYS)
			step_failed(NULL);
		return;
	}
	if (!(status.f_flags & ST_RDONLY) &&
	    kernel_mount_setattr(root, "", AT_EMPTY_PATH, &clear) < 0)
		step_failed(NULL);
}

int rootfs_open(struct init *init)
{
	struct mounts_bind bind = {
		.source = "",
		.target = "",
		.recursive = true,
		.slave = init->slave,
		.attributes = MS_NODEV,
	};
	int root, folder;

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
	folder = open_lower(init);
	/*
	 * On itself: a place that nobody else sees. The launcher's tree lies somewhere already, and has its
	 * attributes: we have no right over the host's mounts.
	 */
	root = init->root_tree >= 0 ? folder : mounts_bind(folder, &bind, folder);
	close_below(init, root);
	return root;
}

/*
 * Makes the tree at root the root as pivot_root(2) would, without its walk: that looks at every
 * process of the machine for who has the old root as its own. The tree is copied out of the mount
 * namespace, the old root is taken off the namespace with all that lies on it, and the copy comes in
 * its place. setns(2) to one's own mount namespace is what leads to the namespace's root, wherever
 * one was before: so this leaves a root that was entered by chroot(2), too, which pivot_root only
 * seems to do. (Linux 5.8, where a pidfd is enough for it.)
 *
 * False where no mount has been changed and pivot_root has to do it, with the same result: in a user
 * namespace the old root may not be taken off (mount_namespaces(7), locked mounts).
 */
static bool replace_root(int root)
{
	/* By it, and not by a path in the old root's /proc, which need not be there. */
	int namespace = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int tree = kernel_open_tree(
		root, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
	int taken_off = -1;

	if (namespace < 0 || tree < 0)
		return false;
	/*
	 * Until nothing is left but what the kernel puts below every root, an empty ramfs that cannot be
	 * taken off (EINVAL). Not once: where the new root is the old one, it lies on it.
	 */
	do {
		if (setns(namespace, CLONE_NEWNS) < 0) {
			if (taken_off < 0)
				return false;
			step_failed(NULL);
		}
		taken_off++;
	} while (umount2("/", MNT_DETACH) == 0);
	if (!taken_off)
		return false;
	if (errno != EINVAL)
		step_failed(NULL);
	if (kernel_move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 ||
	    setns(namespace, CLONE_NEWNS) < 0)
		step_failed(NULL);
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
