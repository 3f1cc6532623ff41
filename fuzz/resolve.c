/*
 * resolve.c: paths in a root whose links lead everywhere, by the walk of our own, beside the kernel's
 * openat2(2): the same file, or both refuse. An input: the texts of three links, a line each, and the
 * path to look for; with a line more, what is missing there is made.
 *
 * The tree is ROOT/a/b/c, a file in each, and links; beside ROOT a folder that must stay as it is.
 */
#include "common/product.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../init/kernel.h"

#undef kernel_openat2
#define kernel_openat2 fuzz_openat2
static int fuzz_openat2(int folder, const char *path, const struct open_how *how)
{
	(void)folder, (void)path, (void)how;
	errno = ENOSYS;
	return -1;
}
#include "../init/resolve.c" /* NOLINT(bugprone-suspicious-include): for what is static there */
#undef kernel_openat2
#undef open
#undef openat
#undef close

enum { LINKS_OURS = 3 };

static const char *const links[LINKS_OURS] = {"l", "a/m", "a/b/n"};
static const char *const folders[] = {"a", "a/b", "a/b/c", "e"};
static const char *const ordinary[] = {"f", "a/f", "a/b/f", "a/b/c/f"};
static int outer, root;

static void build(void)
{
	static const char *const fixed[][2] = {{"/a/b", "a/absolute"}, {"../..", "a/b/up"},
					       {"loop", "loop"},       {"../../../../..", "e/out"},
					       {"f", "to-file"},       {"/nowhere", "dangling"}};

	fuzz_check(mkdirat(outer, "root", 0755) == 0);
	if (root)
		close(root);
	root = fuzz_keep(openat(outer, "root", O_PATH | O_DIRECTORY | O_CLOEXEC));
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		fuzz_check(mkdirat(root, folders[i], 0755) == 0);
	for (size_t i = 0; i < sizeof(ordinary) / sizeof(*ordinary); i++)
		fuzz_check(mknodat(root, ordinary[i], S_IFREG | 0644, 0) == 0);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		fuzz_check(symlinkat(fixed[i][0], root, fixed[i][1]) == 0);
}

/* A folder of its own for every process; scripts/fuzz removes it. */
void fuzz_start(void)
{
	const char *folder = getenv("FUZZ_FOLDER");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/resolve.XXXXXX", folder ? folder : "/tmp");
	fuzz_check(mkdtemp(path));
	outer = fuzz_keep(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	build();
}

static bool same_file(int one, int other)
{
	struct stat status, other_status;

	return fstat(one, &status) == 0 && fstat(other, &other_status) == 0 &&
	       status.st_dev == other_status.st_dev && status.st_ino == other_status.st_ino;
}

static int by_kernel(const char *path)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC,
				     .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	int found = -1;

	/*
	 * EAGAIN: something was renamed on this machine while a ".." was followed, openat2(2). And where
	 * that makes the kernel begin anew it goes on counting links: ELOOP for fewer than 41.
	 */
	for (int i = 0; i < TRIES && found < 0; i++) {
		found = kernel_openat2(root, path, &how);
		if (found < 0 && errno != EAGAIN && errno != ELOOP)
			break;
	}
	return found;
}

static void compare(const char *path)
{
	int kernel = by_kernel(path), kernel_error = errno;
	int walk = resolve_open(root, path, false, false), walk_error = errno;

	if (kernel >= 0 && walk >= 0)
		fuzz_check(same_file(kernel, walk));
	else if (walk >= 0)
		fuzz_fail(__FILE__, __LINE__, strerror(kernel_error));
	else if (kernel >= 0)
		/* The walk has less room for what links lead to, and refuses. */
		fuzz_check(walk_error == ENAMETOOLONG);
	if (kernel >= 0)
		close(kernel);
	if (walk >= 0)
		close(walk);
	fuzz_check(fuzz_all_closed());
}

/* The tree is small, and nobody else is in it. */
static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status, (void)type, (void)where;
	return remove(path);
}

static void build_again(void)
{
	char path[64];
	DIR *folder;
	int entries = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d/root", outer);
	fuzz_check(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0);
	/* Nothing has been made beside the root. */
	*strrchr(path, '/') = '\0';
	folder = opendir(path);
	fuzz_check(folder);
	while (readdir(folder))
		entries++;
	closedir(folder);
	fuzz_check(entries == 2);
	build();
}

static void make(const char *path, bool folder)
{
	int made = resolve_open(root, path, true, folder);

	if (made >= 0) {
		int found = by_kernel(path);

		fuzz_check(found >= 0 && same_file(made, found));
		close(found);
		close(made);
	}
	fuzz_check(fuzz_all_closed());
	build_again();
}

static void check_parent(const char *path)
{
	const char *name;
	int parent = resolve_parent(root, path, false, &name);

	if (parent < 0)
		return;
	fuzz_check(*name && !strchr(name, '/') && strcmp(name, ".") != 0 &&
		   strcmp(name, "..") != 0);
	fuzz_check(name > path ? name[-1] == '/' : false);
	close(parent);
	fuzz_check(fuzz_all_closed());
}

void fuzz_one(const char *data, size_t size)
{
	struct fuzz_input input = {data, data + size};
	char **lines = fuzz_words(NULL, fuzz_part(&input).text);
	struct stat status;
	size_t count = 0;

	for (size_t i = 0; i < LINKS_OURS; i++)
		if (fstatat(root, links[i], &status, AT_SYMLINK_NOFOLLOW) == 0)
			fuzz_check(unlinkat(root, links[i], 0) == 0);
	while (lines[count])
		count++;
	/* An empty line, or one that is too long, is no link. */
	for (size_t i = 0; i < LINKS_OURS && i < count; i++)
		if (*lines[i] && strlen(lines[i]) < PATH_MAX)
			fuzz_check(symlinkat(lines[i], root, links[i]) == 0);
	if (count <= LINKS_OURS)
		return;
	compare(lines[LINKS_OURS]);
	check_parent(lines[LINKS_OURS]);
	if (count > LINKS_OURS + 1)
		make(lines[LINKS_OURS], lines[LINKS_OURS + 1][0]);
}
