/*
 * covers.c: what the options will lay over the rootfs's users and groups. Runs outside, in the launcher; and
 * in nsinit where that only explains. Changes nothing.
 */
#include "covers.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel.h"
#include "memory.h"
#include "message.h"
#include "resolve.h"
#include "users.h"

/* What of path comes after target: nothing, or a path that begins with a slash. NULL where it lies elsewhere. */
static const char *rest_below(const char *target, const char *path)
{
	for (;;) {
		size_t length;

		target += strspn(target, "/");
		length = strcspn(target, "/");
		if (!length)
			return path;
		if (length > 1 || *target != '.') {
			if (!*path || strncmp(path + 1, target, length) != 0 ||
			    (path[1 + length] && path[1 + length] != '/'))
				return NULL;
			path += 1 + length;
		}
		target += length;
	}
}

/* Another descriptor of a regular file, or -1: what a pipe holds is there only once. */
static int again(int descriptor)
{
	struct kernel_status status;

	if (kernel_descriptor_status(descriptor, &status) < 0 || !S_ISREG(status.mode))
		return -1;
	return fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
}

/* Opening something else could wait, or use something up. */
static int open_regular(const char *path)
{
	struct kernel_status status;

	if (kernel_status(AT_FDCWD, path, 0, &status) < 0 || !S_ISREG(status.mode))
		return -1;
	return kernel_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

static int open_below(const char *folder, const char *path)
{
	int root = kernel_open(folder, O_PATH | O_DIRECTORY), file;

	if (root < 0)
		return -1;
	file = resolve_read(root, path);
	close(root);
	return file;
}

static int open_upper(const char *overlay, const char *path)
{
	size_t room = strlen(overlay) + sizeof("/upper");
	char *upper = memory_take(room);

	text_join(upper, room, overlay, "/upper");
	return open_below(upper, path);
}

static int open_requested(const struct request *request, const char *rest)
{
	if (request->kind == REQUEST_BIND)
		return *rest ? open_below(request->source, rest) : open_regular(request->source);
	return request->kind == REQUEST_FILE && !*rest ? again(request->descriptor) : -1;
}

/* The last one counts, as it will lie on top. */
static void lay(const struct init *init, const char *path)
{
	int file = init->overlay ? open_upper(init->overlay, path) : -1;
	bool covered = file >= 0;

	for (const struct request *request = init->requests; request; request = request->next) {
		const char *rest = rest_below(request->target, path);

		if (!rest)
			continue;
		if (file >= 0)
			close(file);
		file = open_requested(request, rest);
		covered = true;
	}
	if (covered)
		users_lay(path, file);
}

void covers_lay(const struct init *init)
{
	lay(init, "/etc/passwd");
	lay(init, "/etc/group");
}
