/*
 * look.c: the command of the launches under fault, inside. Prints all that it can see of its isolation,
 * and ends with status 7, which is nobody else's.
 *
 * Usage: look [NAMESPACE=INODE]...   the host's namespaces, which must not be ours
 *        look wait                   says that it runs, and stays until it is killed
 *
 * What the kernel numbers anew each time is left out, so that two launches of one kind print the same.
 * Static: it runs in any root.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { STATUS = 7, TEXT_BYTES = 4096 };

static void print_file(const char *path)
{
	char line[TEXT_BYTES];
	FILE *file = fopen(path, "re");

	if (!file)
		printf("%s: %s\n", path, strerror(errno));
	while (file && fgets(line, sizeof(line), file))
		printf("%s: %s", path, line);
	if (file)
		fclose(file);
}

/* An overlay names its folders by descriptors of who mounted it: their numbers are no matter. */
static void print_option(char *option)
{
	static const char descriptor[] = "/proc/self/fd/", uuid[] = ",uuid=on";
	char *found = strstr(option, uuid);

	/* An overlay has it while its upper layer is new. */
	if (found)
		memmove(found, found + strlen(uuid), strlen(found + strlen(uuid)) + 1);

	while ((found = strstr(option, descriptor))) {
		found += strlen(descriptor);
		printf("%.*sN", (int)(found - option), option);
		option = found + strspn(found, "0123456789");
	}
	printf("%s", option);
}

/* proc(5), mountinfo: without the ids and the device; of a peer group that there is one. */
static void print_mounts(void)
{
	char line[TEXT_BYTES];
	FILE *file = fopen("/proc/self/mountinfo", "re");

	if (!file)
		printf("mountinfo: %s\n", strerror(errno));
	while (file && fgets(line, sizeof(line), file)) {
		char *rest = line, *word;

		for (int i = 0; i < 3; i++)
			strsep(&rest, " ");
		printf("mount");
		while ((word = strsep(&rest, " "))) {
			if (!strncmp(word, "master:", 7) || !strncmp(word, "shared:", 7))
				word[6] = '\0';
			putchar(' ');
			print_option(word);
		}
	}
	if (file)
		fclose(file);
}

/* A process, group or session by who it is: without a PID namespace its number is another each time. */
static const char *who(long pid)
{
	return pid == getpid()	  ? "own"
	       : pid == getppid() ? "the parent's"
	       : pid		  ? "another"
				  : "none inside";
}

/* Of proc(5), status: what says who we are and what we may do. */
static void print_status(void)
{
	static const char *const wanted[] = {
		"Umask",  "Uid",    "Gid",	  "Groups",  "SigBlk",
		"SigIgn", "SigCgt", "CapInh",	  "CapPrm",  "CapEff",
		"CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"};
	char line[TEXT_BYTES];
	FILE *file = fopen("/proc/self/status", "re");

	if (!file)
		printf("status: %s\n", strerror(errno));
	while (file && fgets(line, sizeof(line), file))
		for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])) &&
			    line[strlen(wanted[i])] == ':')
				printf("status %s", line);
	if (file)
		fclose(file);
}

/* A link of /proc, without a number that the kernel gave it. */
static void print_link(const char *path)
{
	char target[TEXT_BYTES];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length < 0) {
		printf("%s -> %s\n", path, strerror(errno));
		return;
	}
	target[length] = '\0';
	if (strstr(target, ":["))
		*strstr(target, ":[") = '\0';
	printf("%s -> %s\n", path, target);
}

static int compare_names(const struct dirent **one, const struct dirent **other)
{
	return strcmp((*one)->d_name, (*other)->d_name);
}

static void print_descriptors(void)
{
	char path[64];

	/* By number, since a folder that is read is a descriptor itself. */
	for (int descriptor = 0; descriptor < 64; descriptor++) {
		if (fcntl(descriptor, F_GETFD) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
		print_link(path);
	}
}

static void print_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, NULL, compare_names);

	if (count < 0)
		printf("%s: %s\n", folder, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct stat status;
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (strcmp(entries[i]->d_name, "..") != 0 && lstat(path, &status) == 0)
			printf("%s mode %o owner %u:%u device %lx\n", path, status.st_mode,
			       status.st_uid, status.st_gid, (unsigned long)status.st_rdev);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

/* Each is the host's or not. */
static void print_namespaces(char **hosts)
{
	for (; *hosts; hosts++) {
		size_t length = strcspn(*hosts, "=");
		char path[64], target[64] = "", host[64];

		snprintf(path, sizeof(path), "/proc/self/ns/%.*s", (int)length, *hosts);
		if (readlink(path, target, sizeof(target) - 1) < 0)
			snprintf(target, sizeof(target), "%s", strerror(errno));
		snprintf(host, sizeof(host), "%s", *hosts + length + !!(*hosts)[length]);
		printf("%s is %s\n", path,
		       strstr(target, host)  ? "the host's"
		       : strchr(target, '[') ? "new"
					     : target);
	}
}

static void print_process(char **variables)
{
	char path[TEXT_BYTES];
	struct rlimit limit;
	struct utsname name;
	int death_signal = -1;

	prctl(PR_GET_PDEATHSIG, &death_signal);
	if (getcwd(path, sizeof(path)))
		printf("working directory %s\n", path);
	printf("process group %s, session %s, process %d\n", who(getpgrp()), who(getsid(0)),
	       getpid() < 3 ? getpid() : 0);
	printf("securebits %x dumpable %d keepcaps %d personality %x death signal %d\n",
	       (unsigned int)prctl(PR_GET_SECUREBITS), prctl(PR_GET_DUMPABLE),
	       prctl(PR_GET_KEEPCAPS), (unsigned int)personality(0xffffffff), death_signal);
	if (uname(&name) == 0)
		printf("host name %s, domain name %s\n", name.nodename, name.domainname);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (getrlimit(i, &limit) == 0)
			printf("limit %d: %llu %llu\n", i, (unsigned long long)limit.rlim_cur,
			       (unsigned long long)limit.rlim_max);
	for (; *variables; variables++)
		printf("variable %s\n", *variables);
}

static void print_network(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request) < 0)
		printf("lo: %s\n", strerror(errno));
	else
		printf("lo flags %x\n", (unsigned int)request.ifr_flags);
	close(any);
	print_folder("/sys/class/net");
}

/* PID 1 as its children see it: what it lets them look into. */
static void print_init(void)
{
	static const char *const links[] = {"/proc/1/exe", "/proc/1/cwd", "/proc/1/root",
					    "/proc/1/ns/mnt"};
	static const char *const files[] = {"/proc/1/environ", "/proc/1/maps", "/proc/1/mem"};

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		print_link(links[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		int file = open(files[i], O_RDONLY | O_CLOEXEC);

		printf("%s: %s\n", files[i], file < 0 ? strerror(errno) : "can be opened");
		if (file >= 0)
			close(file);
	}
}

int main(int argc, char **argv, char **variables)
{
	if (argc == 2 && !strcmp(argv[1], "wait")) {
		if (write(STDOUT_FILENO, "runs\n", strlen("runs\n")) < 0)
			return EXIT_FAILURE;
		for (;;)
			pause();
	}
	/* First, before this program opens anything. */
	print_descriptors();
	print_namespaces(argv + 1);
	print_mounts();
	print_status();
	print_process(variables);
	print_init();
	print_file("/proc/self/uid_map");
	print_file("/proc/self/gid_map");
	print_file("/proc/self/setgroups");
	print_file("/proc/self/oom_score_adj");
	print_file("/proc/self/cgroup");
	print_file("/proc/self/timens_offsets");
	print_folder("/");
	print_folder("/dev");
	print_folder("/proc/acpi");
	print_network();
	return fflush(stdout) == 0 ? STATUS : EXIT_FAILURE;
}
