/*
 * launch.c: the table of kinds, and one launch. Runs outside, as root; the launcher itself is started as
 * whoever the kind says.
 */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "faults.h"

enum {
	USER = 54321,  /* tests/lib.sh's ordinary user, nobody's */
	GROUP = 54322, /* a supplementary group, for a launch to drop */
	LEFTOVERS = 3,
	NAMESPACE_BYTES = 64,
};

/*
 * A row more is a kind more: the sweeps of faults.test name the rows that they go through. (What has to
 * be there for its words, faults.test makes.)
 */
const struct kind kinds[] = {
	{"root", {NULL}},
	{"user", {NULL}, .ordinary = true},
	{"userns", {"--userns"}},
	/* The command takes nsinit's place: whoever tied it to the launcher is gone. */
	{"as-pid-1", {"--as-pid-1", "-u", "1000"}, .one_process = true},
	/* No PID namespace ends what is left. */
	{"share-pid", {"--share", "pid"}},
	/* nsinit waits for somebody else before the command runs. */
	{"endless-file",
	 {"--tmpfs", "/tmp", "--file", "0:/tmp/file"},
	 .endless = true,
	 .never_runs = true},
	/* For `missing`, beside those above and below: everything that newer calls do. */
	{"read-only", {"--read-only", "--seccomp", "filter"}},
	{"bind", {"--bind", "bound:/mnt:ro"}},
	{"ephemeral", {"--ephemeral"}},
	{"overlay", {"--overlay", "upper"}},
	{"map-root-user", {"--map-root-user", "--bind", "bound:/mnt:ro"}},
	{"idmap", {"--idmap", "--uid-map", "0:0:65536"}},
	{"clocks", {"--monotonic", "5", "--landlock-rw", "/"}},
	{"no-default-mounts", {"--no-default-mounts", "--mount", "type=proc,dst=/proc"}},
	{"user-read-only", {"--read-only", "--bind", "bound:/mnt:ro"}, .ordinary = true},
	{"user-overlay", {"--overlay", "user-upper"}, .ordinary = true},
/*
	 * For `descriptors`: everything that opens something of the host, with a caller that left
	 * something open. The file of --file and the links stay out of the rootfs.
	 */
#define OPENS                                                                            \
	"--bind", "bound:/mnt", "--tmpfs", "/tmp", "--file", "0:/tmp/file", "--symlink", \
		"file:/tmp/link", "--seccomp", "filter"
	{"opens", {OPENS}, .leftovers = true},
	{"opens-plain", {NULL}, .leftovers = true},
	{"opens-ephemeral", {OPENS, "--ephemeral"}, .leftovers = true},
	{"opens-overlay", {OPENS, "--overlay", "upper"}, .leftovers = true},
	{"opens-userns", {OPENS, "--userns", "--overlay", "upper"}, .leftovers = true},
	{"opens-userns-ephemeral", {OPENS, "--userns", "--ephemeral"}, .leftovers = true},
	{"opens-map-root-user", {OPENS, "--map-root-user", "--ephemeral"}, .leftovers = true},
	{"opens-user", {OPENS, "--ephemeral"}, .leftovers = true, .ordinary = true},
	{"opens-user-overlay",
	 {OPENS, "--overlay", "user-upper"},
	 .leftovers = true,
	 .ordinary = true},
	/* Not one of the launches to be tried: it shows that the harness sees what stays. */
	{"outlives", {"--no-die-with-parent"}},
	{NULL},
};

static const char *root_folder;
static char host_namespaces[16][NAMESPACE_BYTES];
static int leftovers[LEFTOVERS] = {-1, -1, -1};

const struct kind *launch_kind(const char *name)
{
	for (const struct kind *kind = kinds; kind->name; kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

/* NAME=INODE, as look.c wants them. */
static void note_namespaces(void)
{
	static const char *const names[] = {"cgroup", "ipc",  "mnt",  "net",
					    "pid",    "time", "user", "uts"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[64], target[32] = "";
		const char *inode;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", names[i]);
		if (readlink(path, target, sizeof(target) - 1) < 0)
			fatal_errno(path);
		inode = strchr(target, '[');
		snprintf(host_namespaces[i], NAMESPACE_BYTES, "%s=%s", names[i],
			 inode ? inode : "?");
	}
}

void launch_set_folder(const char *folder)
{
	if (chdir(folder) < 0)
		fatal_errno(folder);
	root_folder = folder;
	note_namespaces();
}

/*
 * What the launch has to undo, or to keep, differs from its default: else a call that does so could
 * fail and nobody would see it.
 */
static void make_unusual(const struct kind *kind)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	const gid_t groups[] = {GROUP};
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR2);
	umask(077);
	if (personality(ADDR_NO_RANDOMIZE) < 0 || signal(SIGUSR1, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_SETMASK, &blocked, NULL) < 0 || setgroups(1, groups) < 0)
		fatal_errno("cannot make the caller unusual");
	if (kind->ordinary)
		return;
	if (syscall(SYS_capget, &header, data) < 0)
		fatal_errno("capget");
	data[0].inheritable = 1U << CAP_SYS_ADMIN;
	if (syscall(SYS_capset, &header, data) < 0)
		fatal_errno("capset");
}

static void take_user(const struct kind *kind)
{
	if (kind->ordinary && (setresgid(USER, USER, USER) < 0 || setresuid(USER, USER, USER) < 0))
		fatal_errno("setresuid");
}

struct start {
	const struct launch *launch;
	bool waits;
};

/* nslaunch OPTION... -r rootfs -- /bin/look ... */
static void fill_words(char **words, const struct start *start)
{
	const struct kind *kind = start->launch->kind;

	*words++ = (char *)"./nslaunch";
	for (size_t i = 0; kind->words[i]; i++)
		*words++ = (char *)kind->words[i];
	*words++ = (char *)"-r";
	*words++ = (char *)"rootfs";
	*words++ = (char *)"--";
	*words++ = (char *)"/bin/look";
	if (start->waits)
		*words++ = (char *)"wait";
	else
		for (size_t i = 0; *host_namespaces[i]; i++)
			*words++ = host_namespaces[i];
	*words = NULL;
}

/* In the child, traced: the caller as the kind wants it. */
static void become_launcher(void *argument)
{
	static char *variables[] = {(char *)"PATH=/usr/bin:/bin", (char *)"HOME=/",
				    (char *)"TERM=dumb", NULL};
	const struct start *start = argument;
	const struct launch *launch = start->launch;
	const struct rlimit no_core = {0, 0};
	char *words[WORDS_MOST + 32];

	fill_words(words, start);
	if (setrlimit(RLIMIT_CORE, &no_core) < 0 || dup2(launch->in, 0) < 0 ||
	    dup2(launch->out, 1) < 0 || dup2(launch->err, 2) < 0)
		fatal_errno("cannot make the launcher's surroundings");
	make_unusual(launch->kind);
	/* Left open as by a careless caller: without close-on-exec, from 3 on. */
	for (int i = 0; i < LEFTOVERS && launch->kind->leftovers; i++)
		if (dup2(leftovers[i], 3 + i) < 0)
			fatal_errno("dup2");
	take_user(launch->kind);
	execve(*words, words, variables);
	fatal_errno("nslaunch");
}

static int open_input(const struct kind *kind)
{
	/* The end that is written to stays open, and with it the other. */
	static int ends[2] = {-1, -1};
	static int null = -1;

	if (kind->endless && ends[0] < 0 && pipe2(ends, O_CLOEXEC) < 0)
		fatal_errno("pipe");
	if (!kind->endless && null < 0 && (null = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
		fatal_errno("/dev/null");
	return kind->endless ? ends[0] : null;
}

/* A folder, a file and a socket of the host. */
static void open_leftovers(void)
{
	if (leftovers[0] >= 0)
		return;
	leftovers[0] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	leftovers[1] = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	leftovers[2] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	for (int i = 0; i < LEFTOVERS; i++) {
		/* Out of the way of the numbers that the launcher gets. */
		int high = fcntl(leftovers[i], F_DUPFD_CLOEXEC, 100);

		if (high < 0)
			fatal_errno("cannot open what the caller leaves");
		close(leftovers[i]);
		leftovers[i] = high;
	}
}

bool launch_is_leftover(dev_t device, ino_t inode)
{
	struct stat status;

	for (int i = 0; i < LEFTOVERS; i++)
		if (leftovers[i] >= 0 && fstat(leftovers[i], &status) == 0 &&
		    status.st_dev == device && status.st_ino == inode)
			return true;
	return false;
}

/* The last number of a line of /proc/PID/status: of nested PID namespaces' that of the innermost. */
static long last_number(const char *text, const char *name)
{
	const char *line = strstr(text, name), *number;

	if (!line)
		return -1;
	number = line + strcspn(line, "\n");
	while (number > line && number[-1] != '\t')
		number--;
	return strtol(number, NULL, 10);
}

static void describe_status(struct launch *launch, char *text)
{
	static const char *const wanted[] = {"Umask",  "Uid",	 "Gid",	   "Groups", "SigBlk",
					     "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};
	bool leads = last_number(text, "\nNSsid:") == last_number(text, "\nNSpid:");
	char *line;

	add_text(launch->nsinit, LINES_MOST, "nsinit %s a session\n", leads ? "leads" : "is in");
	while ((line = strsep(&text, "\n")))
		for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				add_text(launch->nsinit, LINES_MOST, "nsinit %s\n", line);
}

/* What PID 1 is while the command runs, as root outside sees it. */
static void describe_nsinit(struct launch *launch, pid_t pid)
{
	char path[64], text[LINES_MOST], target[256];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (read_file(path, text, sizeof(text)) < 0)
		fatal_errno(path);
	describe_status(launch, text);
	for (int i = -1; i < 64; i++) {
		snprintf(path, sizeof(path), i < 0 ? "/proc/%d/cwd" : "/proc/%d/fd/%d", pid, i);
		length = readlink(path, target, sizeof(target) - 1);
		if (length < 0)
			continue;
		target[length] = '\0';
		target[strcspn(target, "[")] = '\0';
		/* What nsinit waits by, once it does: it leads nowhere. */
		if (!strcmp(target, "anon_inode:"))
			continue;
		add_text(launch->nsinit, LINES_MOST, "nsinit holds %s %s\n",
			 i < 0 ? "cwd" : "descriptor", target);
	}
}

/* vfork(2): once it goes on, the command was executed. (The word of that may reach us later.) */
static bool has_command(const struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->tracees[i].role == ROLE_COMMAND)
			return true;
	return false;
}

/* At every stop: what is of interest here, and then the visitor's part. */
static void visit(struct trace *trace, struct tracee *tracee, enum trace_stop stop)
{
	struct launch *launch = trace->context;

	if (stop == STOP_ENTRY && tracee->role == ROLE_NSINIT && has_command(trace) &&
	    !*launch->nsinit &&
	    (tracee->number == SYS_rt_sigtimedwait || tracee->number == SYS_poll))
		describe_nsinit(launch, tracee->pid);
	if (launch->visit)
		launch->visit(launch, tracee, stop);
}

void launch_start(struct launch *launch, const struct kind *kind, bool waits)
{
	launch->kind = kind;
	launch->trace = (struct trace){.visit = visit, .context = launch};
	launch->out = memfd_create("output", MFD_CLOEXEC);
	launch->err = memfd_create("errors", MFD_CLOEXEC);
	launch->in = open_input(kind);
	if (launch->out < 0 || launch->err < 0)
		fatal_errno("memfd_create");
	if (kind->leftovers)
		open_leftovers();
	trace_start(&launch->trace, become_launcher, &(struct start){launch, waits});
}

static void read_memfd(int file, char *text, size_t size)
{
	ssize_t length = pread(file, text, size - 1, 0);

	if (length < 0)
		fatal_errno("pread");
	text[length] = '\0';
}

void launch_read(struct launch *launch)
{
	launch->text = malloc(TEXT_MOST);
	if (!launch->text)
		fatal_errno("malloc");
	read_memfd(launch->out, launch->text, TEXT_MOST);
	read_memfd(launch->err, launch->errors, sizeof(launch->errors));
}

void launch_forget(struct launch *launch)
{
	close(launch->out);
	close(launch->err);
	free(launch->text);
	launch->text = NULL;
}

/* --- what was left */

static uint64_t files_sum;

static void sum(const void *bytes, size_t count)
{
	/* FNV-1a: it only has to change when something does. */
	for (size_t i = 0; i < count; i++)
		files_sum = (files_sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3U;
}

/* The order of a folder's entries is the filesystem's, and the same as long as nothing changes. */
static int sum_entry(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)type, (void)where;
	sum(path, strlen(path));
	sum(&status->st_ino, sizeof(status->st_ino));
	sum(&status->st_mode, sizeof(status->st_mode));
	sum(&status->st_uid, sizeof(status->st_uid));
	sum(&status->st_mtim, sizeof(status->st_mtim));
	return 0;
}

static bool files_have_changed(void)
{
	static uint64_t before;
	static bool known;
	bool changed;

	files_sum = 0xcbf29ce484222325U;
	if (nftw("rootfs", sum_entry, 16, FTW_PHYS | FTW_MOUNT) != 0)
		fatal_errno("rootfs");
	changed = known && files_sum != before;
	before = files_sum;
	known = true;
	return changed;
}

void launch_left_behind(char *text, size_t size)
{
	char path[4096], line[8192];
	FILE *file = fopen("/proc/self/mountinfo", "re");
	size_t length = strlen(root_folder);

	*text = '\0';
	if (!file)
		fatal_errno("/proc/self/mountinfo");
	while (fgets(line, sizeof(line), file)) {
		const char *where = line;

		for (int i = 0; i < 4 && where; i++)
			where = strchr(where + 1, ' ');
		if (!where || strncmp(where + 1, root_folder, length) != 0 ||
		    where[1 + length] != '/')
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)strcspn(where + 1, " "), where + 1);
		add_text(text, size, "a mount on %s; ", path + length + 1);
		umount2(path, MNT_DETACH);
	}
	fclose(file);
	if (files_have_changed())
		add_text(text, size, "changes in the rootfs; ");
}
