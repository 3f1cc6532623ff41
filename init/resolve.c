/*
 * resolve.c: paths below the new root. Runs inside, before and after the root was entered, and, to read
 * the rootfs's users, in the launcher.
 */
#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "message.h"
#include "text.h"

enum { TRIES = 128, LINKS = 40, DEPTH = 256 };

/*
 * What openat2(2) does with RESOLVE_IN_ROOT, step by step, for where it is missing: before Linux
 * 5.6, and where a seccomp filter answers ENOSYS (systemd's RestrictSUIDSGID=). No component is
 * followed by the kernel; where ".." leads is what we came by, so a folder that is moved meanwhile
 * does not take us along.
 */
struct walk {
	int folders[DEPTH]; /* from the root to where we are */
	int depth;
	int links;
	char name[NAME_MAX + 1]; /* of the last component, where that was neither "." nor ".." */
	char rest[PATH_MAX];	 /* what is still to be walked */
};

static void walk_up(struct walk *walk, int to)
{
	while (walk->depth > to)
		close(walk->folders[walk->depth--]);
}

/* Leaves the symbolic link where we are, and puts its text before the rest of the way. */
static bool walk_link(struct walk *walk, size_t done)
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(walk->folders[walk->depth], "", text, sizeof(text));
	size_t rest = strlen(walk->rest + done) + 1;

	walk_up(walk, walk->depth - 1);
	if (length < 0)
		return false;
	if (++walk->links > LINKS || (size_t)length + rest > sizeof(text)) {
		errno = walk->links > LINKS ? ELOOP : ENAMETOOLONG;
		return false;
	}
	memcpy(text + length, walk->rest + done, rest);
	memcpy(walk->rest, text, (size_t)length + rest);
	if (*text == '/')
		walk_up(walk, 0);
	return true;
}

/* One component, which is taken off the rest of the way. */
static bool walk_on(struct walk *walk)
{
	size_t start = strspn(walk->rest, "/");
	size_t length = strcspn(walk->rest + start, "/");
	char *name = walk->name;
	struct kernel_status status;
	int found;

	if (length > NAME_MAX || walk->depth + 1 == DEPTH) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, walk->rest + start, length);
	name[length] = '\0';
	if (!strcmp(name, ".."))
		walk_up(walk, walk->depth ? walk->depth - 1 : 0);
	if (length && strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
		found = openat(walk->folders[walk->depth], name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (found < 0)
			return false;
		walk->folders[++walk->depth] = found;
		if (kernel_descriptor_status(found, &status) < 0)
			return false;
		if (S_ISLNK(status.mode))
			return walk_link(walk, start + length);
		/* "file/", "file/." and "file/.." are no places, path_resolution(7). */
		if (walk->rest[start + length] && !S_ISDIR(status.mode)) {
			errno = ENOTDIR;
			return false;
		}
	}
	memmove(walk->rest, walk->rest + start + length, strlen(walk->rest + start + length) + 1);
	return true;
}

/*
 * What was walked to, opened with `flags`: as it is, or a file once more, by its name in the folder that it
 * was found in. Whoever exchanges it meanwhile has not changed where it lies.
 */
static int walk_open(struct walk *walk, int flags)
{
	if (!walk->depth)
		return openat(walk->folders[0], ".", flags);
	if (flags & O_PATH)
		return walk->folders[walk->depth--];
	return openat(walk->folders[walk->depth - 1], walk->name, flags | O_NOFOLLOW);
}

static int walk_in_root(int root, const char *path, int flags)
{
	struct walk walk = {.folders = {root}};
	bool good = true;
	int found = -1, error;

	if (!*path || strlen(path) >= sizeof(walk.rest)) {
		errno = *path ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	memcpy(walk.rest, path, strlen(path) + 1);
	while (good && *walk.rest)
		good = walk_on(&walk);
	if (good)
		found = walk_open(&walk, flags);
	error = errno;
	walk_up(&walk, 0);
	errno = error;
	return found;
}

static int try_open(int from, const char *path, int flags, uint64_t resolve)
{
	const struct open_how how = {.flags = (unsigned int)flags, .resolve = resolve};
	int descriptor;

	/* EAGAIN: something was renamed while a ".." was followed; openat2(2). */
	for (int i = 0; i < TRIES; i++) {
		descriptor = kernel_openat2(from, path, &how);
		if (descriptor >= 0 || errno != EAGAIN)
			break;
	}
	return descriptor;
}

static int open_with(int root, const char *path, int flags)
{
	int descriptor = try_open(root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	if (descriptor < 0 && errno == ENOSYS)
		return walk_in_root(root, path, flags);
	return descriptor;
}

static int open_in_root(int root, const char *path)
{
	return open_with(root, path, O_PATH | O_CLOEXEC);
}

/* The same below this process's own root, which takes no descriptor; path is absolute. */
static int open_inside(const char *path, int flags)
{
	int descriptor = try_open(AT_FDCWD, path, flags, RESOLVE_NO_MAGICLINKS), root;

	if (descriptor >= 0 || errno != ENOSYS)
		return descriptor;
	root = kernel_open("/", O_PATH | O_DIRECTORY);
	if (root < 0)
		return -1;
	descriptor = walk_in_root(root, path, flags);
	close(root);
	return descriptor;
}

/*
 * Below a root of the host's the rootfs may hold nodes that do something when they are opened: so the
 * place is looked at first.
 */
static int read_below(int root, const char *path, int flags)
{
	char there[TEXT_DESCRIPTOR];
	struct kernel_status status;
	int place = open_in_root(root, path), file = -1;

	if (place < 0)
		return -1;
	if (kernel_descriptor_status(place, &status) == 0) {
		errno = ENOENT;
		if (S_ISREG(status.mode))
			file = openat(AT_FDCWD, text_descriptor_path(there, place), flags);
	}
	close(place);
	return file;
}

/* Whether errno says that there is nothing of use, rather than that this could not be found out. */
static bool is_absent(void)
{
	return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EACCES ||
	       errno == ENAMETOOLONG || errno == ENXIO;
}

int resolve_read(int root, const char *path)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct kernel_status status;
	int file =
		root == RESOLVE_INSIDE ? open_inside(path, flags) : read_below(root, path, flags);

	if (file < 0 && is_absent())
		return -1;
	if (file < 0 || kernel_descriptor_status(file, &status) < 0)
		die_errno("cannot read ", path);
	if (S_ISREG(status.mode) && status.size > 0)
		return file;
	close(file);
	return -1;
}

bool resolve_is_folder(const char *path)
{
	int folder = open_inside(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0 && !is_absent())
		die_errno("cannot look at ", path);
	if (folder >= 0)
		close(folder);
	return folder >= 0;
}

/* Makes the last component of path in the open folder parent. */
static int make_last(int parent, const char *path, bool directory)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	if (directory)
		return mkdirat(parent, name, 0755);
	return mknodat(parent, name, S_IFREG | 0644, 0);
}

/*
 * In `parent` the component of path from `start` to `next` is a symbolic link that leads to nothing: puts its
 * text there, and start where the walk has to go on from. False and errno on error.
 */
static bool put_link(char path[PATH_MAX], int parent, size_t *start, size_t next)
{
	char before[PATH_MAX], text[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	memcpy(rest, path + next, strlen(path + next) + 1);
	memcpy(before, path, next);
	before[next] = '\0';
	length = readlinkat(parent, before + *start, text, sizeof(text) - 1);
	if (length < 0)
		return false;
	text[length] = '\0';
	/* A relative one starts from its folder, which the path up to here leads to. */
	before[*text == '/' ? 0 : *start] = '\0';
	if (!text_join(path, PATH_MAX, before, text, rest)) {
		errno = ENAMETOOLONG;
		return false;
	}
	*start = strspn(path, "/");
	return true;
}

/* One component of path, from start to next: found, or made where it is missing. */
static int make_component(int root, int parent, const char *path, size_t next, bool directory)
{
	char part[PATH_MAX];
	int found;

	memcpy(part, path, next);
	part[next] = '\0';
	found = open_in_root(root, part);
	if (found < 0 && errno == ENOENT && make_last(parent, part, directory) == 0)
		found = open_in_root(root, part);
	return found;
}

/*
 * Walks path from its start, making each component that is missing. A symbolic link that leads to nothing
 * is followed as any other: what it names is made, inside.
 */
static int make_path(int root, const char *wanted, bool directory)
{
	char path[PATH_MAX];
	size_t start = strspn(wanted, "/");
	int parent = root, links = 0;

	if (strlen(wanted) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, wanted, strlen(wanted) + 1);
	for (;;) {
		size_t next = start + strcspn(path + start, "/");
		size_t after = next + strspn(path + next, "/");
		bool last = !path[after];
		int found = make_component(root, parent, path, next, directory || !last);
		bool again = found < 0 && errno == EEXIST && links++ < LINKS &&
			     put_link(path, parent, &start, next);

		if (parent != root)
			close(parent);
		if (again) {
			parent = root;
			continue;
		}
		if (found < 0 || last)
			return found;
		parent = found;
		start = after;
	}
}

int resolve_open(int root, const char *path, bool make, bool directory)
{
	int descriptor = open_in_root(root, path);

	if (descriptor >= 0 || errno != ENOENT || !make)
		return descriptor;
	/* "file/": what would be made here would not be found there the next time. */
	if (!directory && *path && path[strlen(path) - 1] == '/') {
		errno = ENOTDIR;
		return -1;
	}
	return make_path(root, path, directory);
}

int resolve_parent(int root, const char *path, bool make, const char **name)
{
	char parent[PATH_MAX];
	size_t length;

	*name = strrchr(path, '/');
	if (!*name || !(*name)[1] || !strcmp(*name, "/.") || !strcmp(*name, "/..")) {
		errno = EISDIR;
		return -1;
	}
	length = (size_t)(*name - path) + 1;
	*name += 1;
	if (length >= sizeof(parent)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(parent, path, length);
	parent[length] = '\0';
	return resolve_open(root, parent, make, true);
}

int resolve_folder(int root, const char *name, bool make)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int folder = openat(root, name, flags);

	if (folder >= 0 || errno != ENOENT || !make)
		return folder;
	if (mkdirat(root, name, 0755) < 0 && errno != EEXIST)
		return -1;
	return openat(root, name, flags);
}
