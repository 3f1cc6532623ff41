/*
 * trees.c: what of the host only the launcher may open. Runs outside, before the namespaces are made;
 * trees_map_ids while nsinit waits.
 */
#include "trees.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/memory.h"
#include "../init/message.h"
#include "capabilities.h"

/*
 * A copy of the tree at path (from `from`; "": that itself), not mounted anywhere, with these attributes. It is made private or a
 * slave at once: a copy is a peer of what it was copied from, and would hear of the host's mounts.
 */
static int open_tree_at(int from, const char *path, bool recursive, unsigned long attributes,
			unsigned long cleared, bool slave)
{
	const unsigned int all =
		(recursive ? AT_RECURSIVE : 0) | (unsigned int)(*path ? 0 : AT_EMPTY_PATH);
	const struct kernel_mount_attr set = {
		.attr_set = attributes,
		.attr_clr = cleared,
		.propagation = slave ? MS_SLAVE : MS_PRIVATE,
	};
	int tree = kernel_open_tree(from, path, OPEN_TREE_CLONE | all);

	if (tree < 0)
		step_failed(errno == EPERM ? "it takes CAP_SYS_ADMIN" : KERNEL_SINCE("5.2"));
	if (kernel_mount_setattr(tree, "", AT_EMPTY_PATH | all, &set) < 0)
		step_failed(KERNEL_SINCE("5.12"));
	return tree;
}

static void tell(char *list, size_t room, int tree)
{
	char number[TEXT_NUMBER];
	size_t used = strlen(list);

	text_join(list + used, room - used, used ? "," : "", text_number(number, tree));
}

/* Root alone has privileges to lose; where every id is itself inside it loses none over folders. */
static bool loses_privileges(const struct launch *launch)
{
	return launch->uid == 0 && launch->namespaces & CLONE_NEWUSER &&
	       (launch->lines || launch->idmap);
}

/* What is kept is written by the container's root; an idmapped folder has no other owner than that. */
static void own_overlay(const struct launch *launch)
{
	uid_t uid;
	gid_t gid;

	if (!launch->overlay_made || launch->idmap)
		return;
	maps_outside(launch, &uid, &gid);
	if (fchown(launch->overlay, uid, gid) < 0 || fchown(launch->lock, uid, gid) < 0)
		die_errno("--overlay: cannot give ", launch->inside.overlay,
			  " to the container's root");
}

void trees_open(struct launch *launch)
{
	const struct init *inside = &launch->inside;
	size_t room = 3 * TEXT_NUMBER;
	char *list;

	if (!loses_privileges(launch) || (!inside->root && !inside->requests))
		return;
	own_overlay(launch);
	/* Without it, as in most containers, this program cannot open trees: nsinit does, as any user's. */
	if (!capabilities_have(CAP_SYS_ADMIN) ||
	    !step("open the root and the binds' sources, with the caller's rights"))
		return;
	for (const struct request *request = inside->requests; request; request = request->next)
		room += TEXT_NUMBER;
	list = memory_take(room);
	if (inside->root) {
		/* The point: it may be a symbolic link to a folder. */
		char *path = memory_take(strlen(inside->root) + sizeof("/."));

		text_join(path, strlen(inside->root) + sizeof("/."), inside->root, "/.");
		launch->root_tree = open_tree_at(AT_FDCWD, path, true, MS_NODEV, 0, inside->slave);
		tell(list, room, launch->root_tree);
	}
	if (inside->overlay) {
		launch->overlay_tree = open_tree_at(launch->overlay, "", false, 0, 0, false);
		tell(list, room, launch->overlay_tree);
	}
	for (const struct request *request = inside->requests; request; request = request->next)
		if (request->kind == REQUEST_BIND)
			tell(list, room,
			     open_tree_at(AT_FDCWD, request->source, request->recursive,
					  request->attributes, request->cleared, request->slave));
	launch_tell(launch, "--trees", list);
}

void trees_map_ids(const struct launch *launch, pid_t pid)
{
	struct kernel_mount_attr map = {.attr_set = KERNEL_MOUNT_ATTR_IDMAP};
	char path[64], number[TEXT_NUMBER];
	int namespace;

	if (!launch->idmap || !step("show the root with the container's ids"))
		return;
	text_join(path, sizeof(path), "/proc/", text_number(number, pid), "/ns/user");
	namespace = kernel_open(path, O_RDONLY);
	if (namespace < 0)
		step_failed(NULL);
	map.userns_fd = (uint64_t) namespace;
	if (kernel_mount_setattr(launch->root_tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &map) < 0 ||
	    (launch->overlay_tree >= 0 &&
	     kernel_mount_setattr(launch->overlay_tree, "", AT_EMPTY_PATH, &map) < 0))
		step_failed(
			errno == EINVAL || errno == EPERM
				? "the filesystem of the root, or one mounted below it, cannot be "
				  "shown with other ids, or already is"
				: NULL);
	close(namespace);
}
