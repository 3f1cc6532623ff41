/*
 * mounts.c: what is mounted in the new root. Runs inside, with all capabilities of the new
 * namespaces, after the root is a mount of its own and before pivot_root, while the host's tree
 * is in reach.
 *
 * The rootfs may be hostile and may change while this runs, so a place is opened first and then
 * mounted on by its descriptor, or by "." in it: no path of the rootfs is looked up twice.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credentials.h"
#include "kernel.h"
#include "memory.h"
#include "message.h"
#include "overlay.h"
#include "resolve.h"

/* The flags that a remount must repeat: in a user namespace they are locked. */
static unsigned long flags_kept(const struct statfs *status)
{
	unsigned long same =
		MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME;

	/* statfs(2) has the same bits, but for this one. */
	return ((unsigned long)status->f_flags & same) |
	       ((unsigned long)status->f_flags & ST_RELATIME ? MS_RELATIME : 0);
}

/* mount(2)'s flags for mount_setattr(2)'s attributes. */
static unsigned long flags_of(unsigned long attributes)
{
	static const struct {
		unsigned long attribute, flag;
	} others[] = {
		{KERNEL_MOUNT_ATTR_NOATIME, MS_NOATIME},
		{KERNEL_MOUNT_ATTR_STRICTATIME, MS_STRICTATIME},
		{KERNEL_MOUNT_ATTR_NODIRATIME, MS_NODIRATIME},
		{KERNEL_MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW},
	};
	unsigned long flags = attributes & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (attributes & others[i].attribute)
			flags |= others[i].flag;
	return flags;
}

/* Before Linux 5.12. For a single mount the older call does the same. */
static int set_by_older_call(const char *path, unsigned long attributes, unsigned long cleared)
{
	unsigned long kept;
	struct statfs status;

	if (statfs(path, &status) < 0)
		return -1;
	kept = flags_kept(&status) & ~flags_of(cleared);
	if (cleared & KERNEL_MOUNT_ATTR_ATIME)
		kept &= ~(unsigned long)MS_RELATIME;
	return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | kept | flags_of(attributes), NULL);
}

int mounts_set(const char *path, unsigned long attributes)
{
	const struct kernel_mount_attr set = {.attr_set = attributes};

	if (kernel_mount_setattr(AT_FDCWD, path, 0, &set) == 0)
		return 0;
	return errno == ENOSYS ? set_by_older_call(path, attributes, 0) : -1;
}

/* The file that `from` leads to, opened in this mount namespace by the name that the kernel has for it. */
static int open_by_name(int from)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
	char link[TEXT_DESCRIPTOR], name[PATH_MAX];
	ssize_t length = readlink(text_descriptor_path(link, from), name, sizeof(name) - 1);
	struct kernel_status wanted, found;
	int again;

	if (length < 0)
		return -1;
	name[length] = '\0';
	/* A namespace has no path, and belongs to no mount namespace: it may be bound as it is. */
	if (*name != '/')
		return from;
	again = kernel_openat2(AT_FDCWD, name, &how);
	if (again >= 0 && kernel_descriptor_status(from, &wanted) == 0 &&
	    kernel_descriptor_status(again, &found) == 0 && kernel_is_same(&wanted, &found)) {
		close(from);
		return again;
	}
	errno = ESTALE;
	return -1;
}

const char mounts_foreign[] =
	"it is an open file of another mount namespace, and has no name in this one";

int mounts_open_source(int from, const char *path)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
	int source = kernel_openat2(from, path, &how);

	/* Without the call (Linux 5.6) nobody tells where the path led; what is foreign is refused later. */
	if (source < 0 && errno == ENOSYS)
		return openat(from, path, O_PATH | O_CLOEXEC);
	/* A magic link (proc(5)) was on the way, or a circle, which is refused the second time, too. */
	if (source >= 0 || errno != ELOOP)
		return source;
	source = openat(from, path, O_PATH | O_CLOEXEC);
	return source < 0 ? -1 : open_by_name(source);
}

/* Why attributes may have been refused with errno, or NULL. */
static const char *explain_attributes(unsigned long attributes, unsigned long cleared)
{
	if (errno == EINVAL && attributes & KERNEL_MOUNT_ATTR_NOSYMFOLLOW)
		return "nosymfollow takes Linux 5.14";
	if (errno == EPERM && (attributes | cleared) & KERNEL_MOUNT_ATTR_ATIME)
		return "in a user namespace the host's mounts keep their atime words";
	return NULL;
}

/* What only the kernel could judge. */
static noreturn void refuse_option(const char *fs, const char *const *option, const char *hint)
{
	if (errno != EINVAL || hint)
		step_failed(errno == EINVAL ? hint : KERNEL_SINCE("5.2"));
	die(fs, ": the kernel does not take '", option[0], option[1] ? "=" : "",
	    option[1] ? option[1] : "", "' here");
}

int mounts_make(const char *fs, unsigned long attributes, const char *const *options,
		const char *hint)
{
	int context = kernel_fsopen(fs), mounted;

	if (context < 0)
		step_failed(KERNEL_SINCE("5.2"));
	for (; *options; options += 2)
		if (kernel_fsconfig(context, options[1] ? KERNEL_FS_STRING : KERNEL_FS_FLAG,
				    options[0], options[1]) < 0)
			refuse_option(fs, options, hint);
	/* The filesystem itself, as mount(2) has it, and not this mount alone. */
	if (attributes & MS_RDONLY && kernel_fsconfig(context, KERNEL_FS_FLAG, "ro", NULL) < 0)
		step_failed(NULL);
	if (kernel_fsconfig(context, KERNEL_FS_CREATE, NULL, NULL) < 0)
		step_failed(errno == EINVAL ? hint : KERNEL_SINCE("5.2"));
	mounted = kernel_fsmount(context, attributes);
	if (mounted < 0)
		step_failed(errno == ENOSYS ? KERNEL_SINCE("5.2")
					    : explain_attributes(attributes, 0));
	close(context);
	return mounted;
}

static int clone_tree(int from, const struct mounts_bind *bind, bool recursive)
{
	return kernel_open_tree(from, bind->source,
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
					(unsigned int)(recursive ? AT_RECURSIVE : 0) |
					(unsigned int)(*bind->source ? 0 : AT_EMPTY_PATH));
}

void mounts_attach(int tree, int to, const char *target)
{
	if (kernel_move_mount(tree, "", to, target,
			      MOVE_MOUNT_F_EMPTY_PATH | (*target ? 0 : MOVE_MOUNT_T_EMPTY_PATH)) <
	    0)
		step_failed(KERNEL_SINCE("5.2"));
}

/*
 * Before Linux 5.12 attributes are set on one mount at a time. So only one is taken: what is
 * mounted below the source is not shown, rather than shown without them.
 */
static int bind_one_by_path(int from, const struct mounts_bind *bind, int to)
{
	char path[TEXT_DESCRIPTOR];
	int tree = clone_tree(from, bind, false);

	if (tree < 0)
		step_failed("before Linux 5.12 a tree with mounts below it cannot be shown in a "
			    "user namespace");
	if (bind->recursive)
		note("before Linux 5.12 what is mounted below ",
		     *bind->source ? bind->source : "it",
		     " is not shown, as it could not be made read-only and the like");
	mounts_attach(tree, to, bind->target);
	if (set_by_older_call(text_descriptor_path(path, tree), bind->attributes, bind->cleared) <
		    0 ||
	    mount(NULL, path, NULL, bind->slave ? MS_SLAVE : MS_PRIVATE, NULL) < 0)
		step_failed(NULL);
	return tree;
}

int mounts_bind(int from, const struct mounts_bind *bind, int to)
{
	const struct kernel_mount_attr set = {
		.attr_set = bind->attributes,
		.attr_clr = bind->cleared,
		.propagation = bind->slave ? MS_SLAVE : MS_PRIVATE,
	};
	int tree = clone_tree(from, bind, bind->recursive);

	if (tree < 0)
		step_failed(errno == EINVAL && !bind->recursive
				    ? "a user namespace may not hide what is mounted below: use rec"
				    : KERNEL_SINCE("5.2"));
	if (kernel_mount_setattr(tree, "",
				 AT_EMPTY_PATH | (unsigned int)(bind->recursive ? AT_RECURSIVE : 0),
				 &set) < 0) {
		if (errno != ENOSYS)
			step_failed(explain_attributes(bind->attributes, bind->cleared));
		close(tree);
		return bind_one_by_path(from, bind, to);
	}
	mounts_attach(tree, to, bind->target);
	return tree;
}

/*
 * Puts what has just been mounted on "/" on the folder `name` of the root. Out of the rootfs's reach
 * until then: mounted by name it could not be told from what lies under it. A symbolic link is not
 * followed; a folder that is missing is made.
 */
static void put_in_place(const struct init *init, int root, const char *name)
{
	int folder;

	if (kernel_move_mount(AT_FDCWD, "/..", root, name, 0) == 0)
		return;
	if (errno == ENOSYS)
		step_failed(KERNEL_SINCE("5.2"));
	/* Without --root the root is the host's: nothing is made there. */
	folder = resolve_folder(root, name, init->root);
	if (folder < 0)
		step_failed(
			errno == ENOTDIR ? "in the root it is no folder; a symbolic link is "
					   "not followed there"
			: errno == EACCES || errno == EROFS
				? "make the folder in the rootfs first, or use --no-default-mounts"
				: NULL);
	if (kernel_move_mount(AT_FDCWD, "/..", folder, "", MOVE_MOUNT_T_EMPTY_PATH) < 0)
		step_failed(NULL);
	close(folder);
}

/*
 * The caller's own /proc or /sys in place of a new one that the kernel refuses because the
 * namespace behind it was shared: that is what was asked to be seen. Never writable.
 */
static void bind_shared(const struct init *init, int root, const char *path)
{
	const struct mounts_bind bind = {
		.source = path,
		.target = "/..",
		.recursive = true,
		.attributes = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
	};

	note("the caller's ", path, " is shown read-only, as its namespace is shared");
	close(mounts_bind(AT_FDCWD, &bind, AT_FDCWD));
	put_in_place(init, root, path + 1);
}

/* What stands behind a refused /proc or /sys, whose namespace is `flag`. */
static const char *explain_refusal(const struct init *init, unsigned int flag)
{
	if (errno != EPERM)
		return NULL;
	if (init->joined & flag)
		return "the joined namespace belongs to another user namespace: join that one, too "
		       "(--share user=FILE), or use --no-default-mounts";
	return "a new one may not show more than the caller's: inside a container give that one an "
	       "unmasked /proc and /sys, or use --no-default-mounts";
}

static void mount_proc(const struct init *init, int root)
{
	if (!step("mount proc on /proc"))
		return;
	if (mount("proc", "/..", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		put_in_place(init, root, "proc");
	else if (errno == EPERM && init->shared & CLONE_NEWPID)
		bind_shared(init, root, "/proc");
	else
		step_failed(explain_refusal(init, CLONE_NEWPID));
}

void mounts_make_sys(const struct init *init, int root)
{
	if (!init->default_mounts || !init->root || !step("mount sysfs on /sys, read-only"))
		return;
	if (mount("sysfs", "/..", "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		put_in_place(init, root, "sys");
	else if (errno == EPERM && init->shared & CLONE_NEWNET)
		bind_shared(init, root, "/sys");
	else
		step_failed(explain_refusal(init, CLONE_NEWNET));
}

/* null(4), random(4), tty(4): the nodes that every program may count on. */
static const char *const nodes[] = {"/dev/null",   "/dev/zero",	   "/dev/full",
				    "/dev/random", "/dev/urandom", "/dev/tty"};
enum { NODES = sizeof(nodes) / sizeof(*nodes) };

static const char *node_name(int node)
{
	return nodes[node] + strlen("/dev/");
}

/*
 * The nodes are the host's own inodes, and the container's root may own them: chmod(2), chown(2) and the
 * like would change them for the host. A read-only mount refuses that, and a device's data pass through
 * it all the same. All that is mounted in /dev so far is nodes, so two calls do for them: read-only from
 * /dev down, and /dev itself writable again.
 */
static void protect_nodes(void)
{
	const struct kernel_mount_attr set = {.attr_set = MS_RDONLY},
				       clear = {.attr_clr = MS_RDONLY};

	if (!step("make these nodes read-only: data pass, their modes and owners stay the host's"))
		return;
	if (kernel_mount_setattr(AT_FDCWD, ".", AT_RECURSIVE, &set) == 0) {
		if (kernel_mount_setattr(AT_FDCWD, ".", 0, &clear) < 0)
			step_failed(NULL);
		return;
	}
	if (errno != ENOSYS)
		step_failed(NULL);
	/* Before Linux 5.12, one by one. */
	for (int node = 0; node < NODES; node++)
		if (mounts_set(node_name(node), MS_RDONLY) < 0)
			step_failed(NULL);
}

static void make_nodes(void)
{
	for (int i = 0; i < NODES; i++) {
		const char *name = node_name(i);

		/* Bound, not made: mknod(2) is for nobody but the host's root, /dev is nodev. */
		if (!step("bind the host's ", nodes[i]))
			continue;
		if (mknod(name, S_IFREG | 0666, 0) < 0 ||
		    mount(nodes[i], name, NULL, MS_BIND, NULL) < 0)
			step_failed(NULL);
	}
}

static void make_links(void)
{
	static const char *const links[][2] = {
		{"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"},
		{"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"},
		{"pts/ptmx", "ptmx"},
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		if (!step("link /dev/", links[i][1], " to ", links[i][0]))
			continue;
		if (symlink(links[i][0], links[i][1]) < 0)
			step_failed(NULL);
	}
}

/* A pseudo-terminal instance of its own, devpts in the kernel's documentation. */
static void mount_pts(void)
{
	const gid_t tty = 5;
	bool mapped;

	if (!step("mount devpts on /dev/pts"))
		return;
	if (mkdir("pts", 0755) < 0)
		step_failed(NULL);
	/*
	 * Where only one id is mapped there is no group 5. A mount that finds that out takes most of
	 * a millisecond to be undone; so the folder that will be covered is given to it first (EINVAL:
	 * there is none; EPERM: there is, but this process may not give it).
	 */
	mapped = chown("pts", (uid_t)-1, tty) == 0 || errno == EPERM;
	if (!mapped && errno != EINVAL)
		step_failed(NULL);
	if (mount("devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  mapped ? "newinstance,ptmxmode=0666,mode=0620,gid=5"
			 : "newinstance,ptmxmode=0666,mode=0600") < 0)
		step_failed(NULL);
}

static void mount_shm(void)
{
	if (!step("mount a tmpfs on /dev/shm"))
		return;
	if (mkdir("shm", 0755) < 0 ||
	    mount("tmpfs", "shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777") < 0)
		step_failed(NULL);
}

/* The queues of the IPC namespace, mq_overview(7). */
static void mount_mqueue(const struct init *init)
{
	if (!step("mount mqueue on /dev/mqueue"))
		return;
	if (mkdir("mqueue", 0755) < 0)
		step_failed(NULL);
	if (mount("mqueue", "mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0)
		return;
	if (errno != EPERM || !((init->shared | init->joined) & CLONE_NEWIPC))
		step_failed(NULL);
	note("/dev/mqueue stays empty: the IPC namespace is not ours to mount");
}

/* By its name outside, where that leads to it: -1 for a terminal of another devpts, as in a container. */
static int open_terminal(const char *name)
{
	struct kernel_status ours, found;
	int from = kernel_open(name, O_PATH);

	if (from < 0 && errno != ENOENT && errno != ENOTDIR)
		die_errno("cannot open the terminal ", name);
	if (from < 0)
		return -1;
	if (kernel_descriptor_status(from, &found) < 0 ||
	    kernel_descriptor_status(STDIN_FILENO, &ours) < 0)
		die_errno("cannot look at the terminal ", name);
	if (S_ISCHR(found.mode) && found.rdev_major == ours.rdev_major &&
	    found.rdev_minor == ours.rdev_minor)
		return from;
	close(from);
	return -1;
}

/*
 * The terminal on the standard input as /dev/console, so that ttyname(3) finds a name for it: its
 * own lies in the host's devpts. The node is the host's, found before anything of the rootfs can
 * stand in its place (CVE-2025-52565), and checked to be the terminal that it is meant to be.
 */
static void bind_console(void)
{
	const struct mounts_bind bind = {
		.source = "",
		.target = "console",
		/* Read-only: chmod(2) of it must not open the caller's terminal to others. */
		.attributes = MS_RDONLY | MS_NOSUID | MS_NOEXEC,
	};
	char name[64] = "";
	int from;

	if (!isatty(STDIN_FILENO))
		return;
	/* ENOENT: there is no /proc outside. */
	if (readlink("/proc/self/fd/0", name, sizeof(name) - 1) < 0 && errno != ENOENT)
		die_errno("cannot find the name of the terminal on the standard input");
	from = open_terminal(name);
	if (from < 0) {
		note("no /dev/console: the terminal on the standard input has no name here");
		return;
	}
	if (!step("bind the terminal ", name, " on /dev/console"))
		return;
	if (mknod("console", S_IFREG | 0600, 0) < 0)
		step_failed(NULL);
	close(mounts_bind(from, &bind, AT_FDCWD));
	close(from);
}

static void mount_dev(const struct init *init, int root)
{
	if (step("mount a tmpfs on /dev")) {
		/* Entered here, where it can be nothing else: below it names are safe to use. */
		if (mount("tmpfs", "/..", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") <
			    0 ||
		    chdir("/..") < 0)
			step_failed(NULL);
		put_in_place(init, root, "dev");
	}
	make_nodes();
	protect_nodes();
	make_links();
	mount_pts();
	mount_shm();
	mount_mqueue(init);
	bind_console();
}

void mounts_make_default(const struct init *init, int root)
{
	if (!init->default_mounts)
		return;
	mount_proc(init, root);
	if (init->root)
		mount_dev(init, root);
}

static int open_target(const struct init *init, int root, const char *path, bool directory)
{
	/* Without --root the root is the host's: nothing is made there. */
	int target = resolve_open(root, path, init->root, directory);
	struct kernel_status whole, there;

	if (target < 0)
		step_failed(errno == ENOENT && !init->root
				    ? "without --root no mount point is made: make it first"
			    : errno == EACCES || errno == EROFS
				    ? "a mount point that is missing cannot be made in this root "
				      "filesystem: make it first, or use --ephemeral"
				    : NULL);
	if (kernel_descriptor_status(root, &whole) < 0 ||
	    kernel_descriptor_status(target, &there) < 0)
		step_failed(NULL);
	/* What lies on the root is seen or not, as the way to make it the root has it. */
	if (kernel_is_same(&whole, &there)) {
		errno = EBUSY;
		step_failed("it leads to the root itself");
	}
	return target;
}

static void bind_requested(const struct init *init, int root, const struct request *request)
{
	const struct mounts_bind bind = {
		.source = "",
		.target = "",
		.recursive = request->recursive,
		.slave = request->slave,
		.attributes = request->attributes,
		.cleared = request->cleared,
	};
	struct kernel_status status, place;
	int from, target;

	if (!step("bind ", request->source, " on ", request->target,
		  request->attributes & MS_RDONLY ? ", read-only" : ""))
		return;
	from = request->tree >= 0 ? request->tree
				  : mounts_open_source(init->directory, request->source);
	if (from < 0 || kernel_descriptor_status(from, &status) < 0)
		step_failed(errno == ESTALE ? mounts_foreign : NULL);
	target = open_target(init, root, request->target, S_ISDIR(status.mode));
	if (kernel_descriptor_status(target, &place) < 0)
		step_failed(NULL);
	if (S_ISDIR(status.mode) != S_ISDIR(place.mode)) {
		errno = S_ISDIR(place.mode) ? EISDIR : ENOTDIR;
		step_failed(NULL);
	}
	if (request->tree >= 0)
		mounts_attach(from, target, "");
	else
		close(mounts_bind(from, &bind, target));
	close(from);
	close(target);
}

/* One of an overlay's folders. */
static int open_layer(const struct init *init, const char *path)
{
	int folder = mounts_open_source(init->directory, path);

	if (folder < 0)
		message_die(errno, errno == ESTALE ? mounts_foreign : NULL,
			    TEXT_WORDS("cannot mount an overlay: its folder ", path));
	return folder;
}

static void add_text(char *text, size_t room, const char *more, const char *most)
{
	size_t length = strlen(text);

	text_join(text + length, room - length, more, most);
}

/*
 * An overlay's folders as mount(2) wants to hear of them; in a user namespace by other attributes. Named
 * by our descriptors: a path may hold what mount(2) and the overlay take for a separator.
 */
static char *overlay_data(const struct init *init, const struct request *request)
{
	char path[TEXT_DESCRIPTOR];
	size_t room = 3 * sizeof(path) + 64;
	const char *before = "lowerdir=";
	char *data;
	int work;

	for (char **layer = request->layers; *layer; layer++)
		room += sizeof(path);
	data = memory_take(room);
	for (char **layer = request->layers; *layer; layer++, before = ":")
		add_text(data, room, before, text_descriptor_path(path, open_layer(init, *layer)));
	if (request->upper) {
		work = open_layer(init, request->work);
		overlay_check_work(work, "", "--mount: work=", request->work);
		add_text(data, room, ",upperdir=",
			 text_descriptor_path(path, open_layer(init, request->upper)));
		add_text(data, room, ",workdir=", text_descriptor_path(path, work));
	}
	if (credentials_in_user_namespace())
		add_text(data, room, ",userxattr", "");
	return data;
}

/* A filesystem's own options as mount(2) wants to hear of them. */
static char *options_data(const struct request *request)
{
	size_t room = 1;
	char *data;

	for (size_t i = 0; i < request->options_count; i++)
		room += request->options[i] ? strlen(request->options[i]) + 1 : 0;
	data = memory_take(room);
	for (size_t i = 0; i < request->options_count; i += 2) {
		const char *value = request->options[i + 1];

		add_text(data, room, i ? "," : "", request->options[i]);
		if (value)
			add_text(data, room, "=", value);
	}
	return data;
}

/*
 * Mounted on our own root, a place that is always there and that nobody else sees, and from there on its
 * place. For what is no tmpfs: it takes fewer calls, and an overlay takes more than fsconfig(2) does.
 */
static void mount_above(const struct init *init, const struct request *request)
{
	const char *data = request->layers ? overlay_data(init, request) : options_data(request);

	if (mount(request->fs, "/..", request->fs, flags_of(request->attributes), data) < 0)
		step_failed(errno == EINVAL && request->layers
				    ? "the kernel's log says why (dmesg)"
				    : explain_attributes(request->attributes, 0));
}

/* What only the kernel can judge is named by its word: so each option goes to it alone. */
static int make_tmpfs(const struct request *request)
{
	size_t count = request->options_count;
	const char **options = memory_take((count + 3) * sizeof(*options));

	/* As mount(8) has it, for who reads /proc/mounts. */
	options[0] = "source";
	options[1] = request->fs;
	if (count)
		memcpy(options + 2, request->options, count * sizeof(*options));
	return mounts_make(request->fs, request->attributes, (const char *const *)options, NULL);
}

static void mount_fs(const struct init *init, int root, const struct request *request)
{
	int target, made = -1;

	if (!step("mount ", strcmp(request->fs, "tmpfs") ? "" : "a ", request->fs, " on ",
		  request->target))
		return;
	/* First, so that what the kernel refuses leaves no mount point in the rootfs. */
	if (!strcmp(request->fs, "tmpfs"))
		made = make_tmpfs(request);
	else
		mount_above(init, request);
	target = open_target(init, root, request->target, true);
	if (made >= 0) {
		mounts_attach(made, target, "");
		close(made);
	} else if (kernel_move_mount(AT_FDCWD, "/..", target, "", MOVE_MOUNT_T_EMPTY_PATH) < 0) {
		step_failed(KERNEL_SINCE("5.2"));
	}
	close(target);
}

static void make_symlink(const struct init *init, int root, const struct request *request)
{
	char there[PATH_MAX];
	const char *name;
	ssize_t length;
	int folder;

	if (!step("link ", request->target, " to ", request->source))
		return;
	folder = resolve_parent(root, request->target, init->root, &name);
	if (folder < 0)
		step_failed(NULL);
	if (symlinkat(request->source, folder, name) < 0) {
		if (errno != EEXIST)
			step_failed(NULL);
		/* The same as asked for, from an earlier launch, is as good. */
		length = readlinkat(folder, name, there, sizeof(there) - 1);
		there[length < 0 ? 0 : length] = '\0';
		errno = EEXIST;
		if (strcmp(there, request->source) != 0)
			step_failed(NULL);
	}
	close(folder);
}

/* All that descriptor `from` has to give. False and errno on error. */
static bool copy_all(int from, int to)
{
	char bytes[4096];
	ssize_t count;

	while ((count = read(from, bytes, sizeof(bytes))) > 0)
		for (ssize_t done = 0, written; done < count; done += written) {
			written = write(to, bytes + done, (size_t)(count - done));
			if (written == 0)
				errno = ENOSPC;
			if (written <= 0)
				return false;
		}
	return count == 0;
}

/* What is there under a file's name: its owner and mode, which the new one gets. False: nothing is. */
static bool look_at_file(int folder, const char *name, struct kernel_status *status)
{
	if (kernel_status(folder, name, AT_SYMLINK_NOFOLLOW, status) < 0) {
		if (errno != ENOENT)
			step_failed(NULL);
		return false;
	}
	errno = S_ISLNK(status->mode) ? ELOOP : S_ISDIR(status->mode) ? EISDIR : EEXIST;
	if (!S_ISREG(status->mode))
		step_failed(errno == ELOOP    ? "a symbolic link is not written through"
			    : errno == EEXIST ? "what is there is no regular file"
					      : NULL);
	return true;
}

/* 16 letters that nobody can foresee, getrandom(2). */
static void name_beside(char name[17])
{
	uint64_t number;
	ssize_t bytes = getrandom(&number, sizeof(number), 0);

	if (bytes < 0)
		step_failed(KERNEL_SINCE("3.17"));
	/* The kernel does not do so for so few. */
	if (bytes != (ssize_t)sizeof(number))
		die("getrandom(2) gave less than it was asked for");
	for (int i = 0; i < 16; i++, number >>= 4)
		name[i] = "0123456789abcdef"[number & 15];
	name[16] = '\0';
}

/*
 * Written beside, under a name that nobody else takes, and renamed: a failure leaves the file that was there
 * as it was, and whoever reads meanwhile finds one or the other, whole.
 */
static void make_file(const struct init *init, int root, const struct request *request)
{
	struct kernel_status before = {.mode = 0644};
	char beside[sizeof(".nslaunch-") + 16] = ".nslaunch-";
	const char *name;
	int folder, file;
	bool replaces;

	if (!step("write what descriptor ", step_number(request->descriptor), " holds to ",
		  request->target))
		return;
	folder = resolve_parent(root, request->target, init->root, &name);
	if (folder < 0)
		step_failed(NULL);
	replaces = look_at_file(folder, name, &before);
	name_beside(beside + strlen(beside));
	file = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		step_failed(NULL);
	if (!copy_all(request->descriptor, file) ||
	    (replaces && fchownat(file, "", before.uid, before.gid, AT_EMPTY_PATH) < 0) ||
	    kernel_fchmod(file, before.mode & 07777) < 0 ||
	    renameat(folder, beside, folder, name) < 0) {
		int error = errno;

		unlinkat(folder, beside, 0);
		errno = error;
		step_failed(NULL);
	}
	close(file);
	close(folder);
}

void mounts_make_requested(const struct init *init, int root)
{
	for (const struct request *request = init->requests; request; request = request->next) {
		switch (request->kind) {
		case REQUEST_BIND:
			bind_requested(init, root, request);
			break;
		case REQUEST_FS:
			mount_fs(init, root, request);
			break;
		case REQUEST_SYMLINK:
			make_symlink(init, root, request);
			break;
		case REQUEST_FILE:
			make_file(init, root, request);
			break;
		}
	}
}
