/*
 * resolve.c: paths below the new root. Runs inside, before pivot_root.
 */
#include "resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"

enum { TRIES = 128 };

static int open_in_root(int root, const char *path)
{
	const struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int descriptor;

	/* EAGAIN: something was renamed while a ".." was followed; openat2(2). */
	for (int i = 0; i < TRIES; i++) {
		descriptor = kernel_openat2(root, path, &how);
		if (descriptor >= 0 || errno != EAGAIN)
			break;
	}
	return descriptor;
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

/* Walks path from its start, making each component that is missing. */
static int make_path(int root, const char *path, bool directory)
{
	char part[PATH_MAX];
	int parent = root;
	size_t end = strspn(path, "/");

	if (strlen(path) >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (;;) {
		size_t next = end + strcspn(path + end, "/");
		size_t after = next + strspn(path + next, "/");
		bool last = !path[after];
		int found;

		memcpy(part, path, next);
		part[next] = '\0';
		found = open_in_root(root, part);
		/* EEXIST: a symbolic link to nothing. Where it leads is not ours to make. */
		if (found < 0 && errno == ENOENT &&
		    make_last(parent, part, directory || !last) == 0)
			found = open_in_root(root, part);
		if (parent != root)
			close(parent);
		if (found < 0 || last)
			return found;
		parent = found;
		end = after;
	}
}

int resolve_open(int root, const char *path, bool make, bool directory)
{
	int descriptor = open_in_root(root, path);

	if (descriptor >= 0 || errno != ENOENT || !make)
		return descriptor;
	return make_path(root, path, directory);
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
