/*
 * floor.c: the least that a program can do for what nslaunch promises, to measure nslaunch against.
 *
 * Usage: floor [-u] FORM ROOT COMMAND [ARG]...
 *   bare      new namespaces, ROOT as the root with /proc, a PID 1 that starts COMMAND
 *   plain     /sys and /dev too
 *   contract  what a default launch promises besides: masks, hostname, lo, a session and a session
 *             keyring of its own, no descriptors, bounding set, no groups, locked securebits, nothing
 *             inheritable, no_new_privs, umask, personality and the default seccomp filter
 *   -u        in a user namespace, whose only id is root
 *
 * This is no launcher: nothing is looked at twice, nothing is cleaned up, no signal is forwarded, a
 * symbolic link in ROOT leads wherever it likes. It takes the straight way through the kernel, one
 * call for each thing that has to be there, and ends with 1 where a call fails. Nothing is executed
 * but COMMAND: PID 1 is this program, in the launcher's memory, and the launcher sleeps until it ends.
 */
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>

#include "../init/seccomp.h"
#include "seccomp-default.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 4
#endif

static bool user, devices, contract;

#define TRY(call) ((call) < 0 ? fail(#call) : (void)0)

static void fail(const char *call)
{
	perror(call);
	_exit(1);
}

/* What every container of nslaunch's has in the end. */
static const unsigned int noexec = MS_NOSUID | MS_NODEV | MS_NOEXEC;

static void write_file(const char *path, const char *text)
{
	int file = openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC);

	TRY(write(file, text, strlen(text)));
}

static void map_ids(uid_t uid, gid_t gid)
{
	char line[64];

	write_file("/proc/self/setgroups", "deny");
	snprintf(line, sizeof(line), "0 %u 1", uid);
	write_file("/proc/self/uid_map", line);
	snprintf(line, sizeof(line), "0 %u 1", gid);
	write_file("/proc/self/gid_map", line);
}

static void make_dev(void)
{
	static const char *const nodes[] = {"/dev/null",   "/dev/zero",	   "/dev/full",
					    "/dev/random", "/dev/urandom", "/dev/tty"};
	/* struct mount_attr: attr_set, attr_clr, propagation, userns_fd. */
	static const uint64_t read_only[4] = {MS_RDONLY}, writable[4] = {0, MS_RDONLY};

	TRY(mount("tmpfs", "dev", "tmpfs", noexec, "mode=0755"));
	TRY(chdir("dev"));
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		TRY(mknod(nodes[i] + 5, S_IFREG | 0666, 0));
		TRY(mount(nodes[i], nodes[i] + 5, NULL, MS_BIND, NULL));
	}
	if (contract) {
		TRY(syscall(SYS_mount_setattr, AT_FDCWD, ".", AT_RECURSIVE, &read_only,
			    sizeof(read_only)));
		TRY(syscall(SYS_mount_setattr, AT_FDCWD, ".", 0, &writable, sizeof(writable)));
	}
	TRY(symlink("/proc/self/fd", "fd"));
	TRY(symlink("/proc/self/fd/0", "stdin"));
	TRY(symlink("/proc/self/fd/1", "stdout"));
	TRY(symlink("/proc/self/fd/2", "stderr"));
	TRY(symlink("pts/ptmx", "ptmx"));
	TRY(mkdir("pts", 0755));
	TRY(mount("devpts", "pts", "devpts", MS_NOSUID | MS_NOEXEC,
		  user ? "newinstance,ptmxmode=0666,mode=0600"
		       : "newinstance,ptmxmode=0666,mode=0620,gid=5"));
	TRY(mkdir("shm", 0755));
	TRY(mount("tmpfs", "shm", "tmpfs", noexec, "mode=1777"));
	TRY(mkdir("mqueue", 0755));
	TRY(mount("mqueue", "mqueue", "mqueue", noexec, NULL));
	TRY(chdir(".."));
}

/*
 * Over those that this kernel has: what is not there need not be covered, but has to be looked for. The
 * first cover is made read-only, and the others are bound from it.
 */
static const char *hide(const char *cover, bool *read_only, const char *const *names)
{
	const uint64_t set[4] = {MS_RDONLY};

	for (; *names; names++) {
		if (mount(cover, *names, NULL, MS_BIND, NULL) < 0 || *read_only)
			continue;
		TRY(syscall(SYS_mount_setattr, AT_FDCWD, *names, 0, set, sizeof(set)));
		*read_only = true;
		cover = *names;
	}
	return cover;
}

static void mask(void)
{
	static const char *const files[] = {
		"/proc/kcore",	       "/proc/keys",	   "/proc/kallsyms",
		"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
		"/proc/sched_debug",   "/proc/interrupts", NULL,
	};
	static const char *const folders[] = {
		"/proc/irq",	   "/proc/acpi",
		"/proc/asound",	   "/proc/scsi",
		"/sys/firmware",   "/sys/devices/virtual/powercap",
		"/sys/kernel/irq", NULL,
	};
	/* For an ordinary user they are closed as it is. */
	static const char *const private_files[] = {
		"/proc/slabinfo",    "/proc/kpagecount",  "/proc/kpageflags",
		"/proc/kpagecgroup", "/proc/vmallocinfo", "/proc/pagetypeinfo",
		"/proc/allocinfo",   "/proc/key-users",	  NULL,
	};
	static const char *const private_folders[] = {
		"/proc/tty/driver",
		"/proc/dynamic_debug",
		"/sys/kernel/slab",
		NULL,
	};
	static const char *const switches[] = {
		"/proc/bus",
		"/proc/fs",
		"/proc/sys",
		"/proc/sysrq-trigger",
	};
	bool null_read_only = false, empty_read_only = false;
	const char *null = hide("/dev/null", &null_read_only, files);
	/* The kernel's own empty folder; see init/masks.c. */
	const char *empty = hide("/proc/tty/ldisc", &empty_read_only, folders);

	if (!user) {
		hide(null, &null_read_only, private_files);
		hide(empty, &empty_read_only, private_folders);
	}
	for (size_t i = 0; i < sizeof(switches) / sizeof(*switches); i++)
		if (mount(switches[i], switches[i], NULL, MS_BIND | MS_REC, NULL) == 0)
			TRY(mount(NULL, switches[i], NULL,
				  noexec | MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
}

static void set_lo_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};

	TRY(ioctl(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), SIOCSIFFLAGS, &request));
}

/* Of what has a condition, only chroot(2) is kept. */
static void attach_filter(void)
{
	struct sock_filter filter[sizeof(seccomp_default) / sizeof(*seccomp_default)];
	struct sock_fprog program = {sizeof(filter) / sizeof(*filter), filter};
	const uint32_t first = SECCOMP_RET_ERRNO | SECCOMP_PLACEHOLDER;

	memcpy(filter, seccomp_default, sizeof(filter));
	for (size_t i = 0; i < program.len; i++) {
		uint32_t number = filter[i].k - first;

		if (filter[i].code != (BPF_RET | BPF_K) ||
		    number >= sizeof(seccomp_conditions) / sizeof(*seccomp_conditions))
			continue;
		filter[i].k = seccomp_conditions[number].one_of == 1 << CAP_SYS_CHROOT
				      ? SECCOMP_RET_ALLOW
				      : SECCOMP_RET_ERRNO | seccomp_conditions[number].error;
	}
	TRY(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

/* In the command's process. */
static void limit_privileges(void)
{
	const int locked = SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
			   SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
	const uint64_t kept = 1 << CAP_CHOWN | 1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER |
			      1 << CAP_FSETID | 1 << CAP_KILL | 1 << CAP_SETGID | 1 << CAP_SETUID |
			      1 << CAP_SETPCAP | 1 << CAP_NET_RAW | 1 << CAP_SYS_CHROOT |
			      1 << CAP_NET_BIND_SERVICE | 1 << CAP_AUDIT_WRITE |
			      UINT64_C(1) << CAP_SETFCAP;

	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct data[2] = {
		{.effective = (uint32_t)kept, .permitted = (uint32_t)kept},
	};

	TRY(setsid());
	TRY(syscall(SYS_close_range, 3, ~0U, 0));
	for (unsigned int i = 0; i <= CAP_LAST_CAP; i++)
		if (!(kept & UINT64_C(1) << i))
			TRY(prctl(PR_CAPBSET_DROP, i, 0, 0, 0));
	TRY(prctl(PR_SET_SECUREBITS, locked, 0, 0, 0));
	if (!user)
		TRY(syscall(SYS_setgroups, 0, NULL));
	TRY(syscall(SYS_capset, &header, data));
	TRY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	umask(022);
	personality(PER_LINUX);
	attach_filter();
}

/* As nslaunch does it, and for its reasons: see init/rootfs.c. */
static void enter_root(void)
{
	int namespace, tree;

	if (user) {
		TRY(syscall(SYS_pivot_root, ".", "."));
		TRY(umount2(".", MNT_DETACH));
		return;
	}
	TRY(namespace = (int)syscall(SYS_pidfd_open, 1, 0));
	TRY(tree = (int)syscall(SYS_open_tree, AT_FDCWD, ".", OPEN_TREE_CLONE | AT_RECURSIVE));
	TRY(umount2("/", MNT_DETACH));
	TRY(setns(namespace, CLONE_NEWNS));
	TRY(syscall(SYS_move_mount, tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));
	TRY(setns(namespace, CLONE_NEWNS));
}

/* PID 1. */
static int start_inside(const char *root, char **argv)
{
	int status;
	pid_t pid;

	TRY(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	TRY(mount(root, root, NULL, MS_BIND | MS_REC, NULL));
	TRY(mount(NULL, root, NULL, MS_BIND | MS_REMOUNT | MS_NODEV | MS_RELATIME, NULL));
	TRY(chdir(root));
	TRY(mount("proc", "proc", "proc", noexec, NULL));
	if (devices) {
		TRY(mount("sysfs", "sys", "sysfs", noexec | MS_RDONLY, NULL));
		make_dev();
	}
	enter_root();
	if (contract) {
		mask();
		TRY(sethostname("container", strlen("container")));
		set_lo_up();
		TRY(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
	}
	/* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork): the child
	 * makes system calls only. */
	pid = vfork();
	if (pid == 0) {
		if (contract)
			limit_privileges();
		execv(argv[0], argv);
		_exit(1);
	}
	/* NOLINTEND(clang-analyzer-security.insecureAPI.vfork,clang-analyzer-unix.Vfork) */
	while (wait(&status) != pid)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC |
			 CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP,
		.exit_signal = SIGCHLD,
	};
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int status;
	long pid;

	if (argc > 1 && !strcmp(argv[1], "-u")) {
		user = true;
		args.flags |= CLONE_NEWUSER;
		argc--;
		argv++;
	}
	if (argc < 4)
		return 2;
	contract = !strcmp(argv[1], "contract");
	devices = contract || !strcmp(argv[1], "plain");

	/* See clone_and_exec in launcher/namespaces.c. */
	__asm__ volatile("syscall"
			 : "=a"(pid)
			 : "a"(SYS_clone3), "D"(&args), "S"(sizeof(args))
			 : "rcx", "r11", "memory");
	if (pid == 0) {
		if (user)
			map_ids(uid, gid);
		_exit(start_inside(argv[2], argv + 3));
	}
	if (pid < 0)
		return 1;
	while (waitpid((pid_t)pid, &status, 0) < 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
