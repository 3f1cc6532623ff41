/*
 * namespaces.c: the new namespaces. Runs outside, but for the functions that say that they run in
 * the child: inside, between clone and exec, in memory that it shares with the parent.
 */
#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../init/handover.h"
#include "../init/kernel.h"
#include "../init/loopback.h"
#include "../init/message.h"
#include "../init/status.h"
#include "capabilities.h"
#include "trees.h"

/* CLONE_VM | CLONE_VFORK: written by the child, read by the parent when that goes on. */
static struct {
	bool failed;
	int error;
} child;

/* Every kernel that we run on has clone3(2): where it is missing a seccomp filter is at work. */
static bool clone3_is_missing;

/* In the child. */
static bool write_file(const char *path, const char *text)
{
	int file = kernel_open(path, O_WRONLY);
	size_t length = strlen(text);

	ssize_t written = file < 0 ? -1 : write(file, text, length);

	/* Not closed: the exec does it. */
	if (written < 0)
		return false;
	/* A file of /proc takes all at once, or it is not what it should be. */
	errno = 0;
	return (size_t)written == length;
}

/* In the child: one id may map itself, without any privilege. */
static bool map_single(const char *path, uint32_t inside, uint32_t outside)
{
	char line[3 * TEXT_NUMBER], in[TEXT_NUMBER], out[TEXT_NUMBER];

	text_join(line, sizeof(line), text_number(in, inside), " ", text_number(out, outside),
		  " 1");
	return write_file(path, line);
}

static bool map_single_ids(const struct launch *launch)
{
	/* Before the map: dropping a group may give rights, where an ACL denies it: CVE-2014-8989. */
	if (step("deny setgroups") && !write_file("/proc/self/setgroups", "deny"))
		return false;
	if (!step("map user ", step_number(launch->uids->inside), " and group ",
		  step_number(launch->gids->inside), " inside to the caller's"))
		return true;
	return map_single("/proc/self/uid_map", launch->uids->inside, launch->uid) &&
	       map_single("/proc/self/gid_map", launch->gids->inside, launch->gid);
}

/*
 * In the child. Not by the clone: a process may not share its memory over a change of clocks, and the
 * offsets have to be written before somebody is inside. The exec takes us there; time_namespaces(7).
 */
static bool set_clocks(const struct launch *launch)
{
	const char *monotonic = launch->monotonic ? launch->monotonic : "0";
	const char *boottime = launch->boottime ? launch->boottime : "0";
	char offsets[128];

	if (!step("set the monotonic clock ", monotonic, " and the time since boot ", boottime,
		  " seconds ahead, in a time namespace"))
		return true;
	text_join(offsets, sizeof(offsets), "monotonic ", monotonic, " 0\nboottime ", boottime,
		  " 0\n");
	return unshare(CLONE_NEWTIME) == 0 && write_file("/proc/self/timens_offsets", offsets);
}

/*
 * In the child. An exec by any id but 0 would drop the capabilities over the new namespaces that
 * nsinit needs for its steps; ambient ones stay (capabilities(7)). nsinit lets go of them.
 */
static bool keep_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (kernel_capget(&header, data) < 0)
		return false;
	data[0].inheritable = data[0].permitted;
	data[1].inheritable = data[1].permitted;
	if (kernel_capset(&header, data) < 0)
		return false;
	for (unsigned int i = 0; i < 64; i++)
		if (data[i / 32].permitted & (1U << i % 32) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0)
			return false;
	return true;
}

/* Returns only on failure. */
static void execute_image(const struct launch *launch, char **argv, char **variables)
{
	char path[TEXT_DESCRIPTOR];

	kernel_execveat(launch->image, "", argv, variables, AT_EMPTY_PATH);
	/* Before Linux 3.19, or behind a filter: the same file, by the name that proc(5) has for it. */
	if (errno == ENOSYS)
		execve(text_descriptor_path(path, launch->image), argv, variables);
}

/* In the child: what stands between the clone and nsinit. Returns only on failure. */
static void become_nsinit(const struct launch *launch, char **argv, char **variables)
{
	bool user = (launch->namespaces | launch->inside.joined) & CLONE_NEWUSER;

	if (launch->maps_by == MAPS_BY_CHILD && !map_single_ids(launch))
		return;
	if ((launch->monotonic || launch->boottime) && !set_clocks(launch))
		return;
	if (user && (launch->maps_by != MAPS_BY_CHILD || launch->uid_inside != 0) &&
	    step("keep the new namespaces' capabilities for nsinit") && !keep_capabilities())
		return;
	/* nsinit finds what the caller left; its own table of actions, not the parent's. */
	if (launch->signals.child_ignored && kernel_signal(SIGCHLD, SIG_IGN) == SIG_ERR)
		return;
	/* The lock stays open over the exec, in the child's own table of descriptors. */
	if (launch->lock >= 0 && fcntl(launch->lock, F_SETFD, 0) < 0)
		return;
	if (step("execute nsinit from a sealed memfd"))
		execute_image(launch, argv, variables);
}

static bool file_says(const char *path, const char *text)
{
	char bytes[16] = "";
	int file = kernel_open(path, O_RDONLY);
	ssize_t length = file < 0 ? -1 : read(file, bytes, sizeof(bytes) - 1);

	if (file >= 0)
		close(file);
	return length > 0 && !strncmp(bytes, text, strlen(text));
}

/* The host's setting that is behind an error, in words; namespaces(7), user_namespaces(7). */
static const char *explain_refusal(int error, unsigned int namespaces)
{
	bool user = namespaces & CLONE_NEWUSER;

	if (user && file_says("/proc/sys/user/max_user_namespaces", "0\n"))
		return "user namespaces are switched off: /proc/sys/user/max_user_namespaces is "
		       "0; as root: sysctl user.max_user_namespaces=10000";
	if (user && file_says("/proc/sys/kernel/unprivileged_userns_clone", "0\n"))
		return "user namespaces are switched off for ordinary users; as root: sysctl "
		       "kernel.unprivileged_userns_clone=1";
	if (user && file_says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"))
		return "AppArmor restricts user namespaces here; as root: sysctl "
		       "kernel.apparmor_restrict_unprivileged_userns=0, or give nslaunch a profile";
	if (user && (error == ENOENT || error == EROFS))
		return error == ENOENT ? "/proc is not mounted here, and ids are mapped through it"
				       : "/proc is read-only here, and ids are mapped through it";
	if (error == ERANGE)
		return "no clock may stand before the boot, nor beyond the kernel's last second";
	if (error == ENOSPC)
		return "a limit in /proc/sys/user/max_*_namespaces is reached, or namespaces are "
		       "nested too deep";
	if (!error)
		return maps_short;
	if (error == ENOENT)
		return "it takes /proc, which is not mounted here";
	if (error == ENOSYS || (error == EPERM && clone3_is_missing))
		return "a seccomp filter forbids new namespaces here, as Docker's and nslaunch's own do: "
		       "docker run --security-opt seccomp=unconfined, nslaunch --seccomp userns";
	if (error == EPERM && !user)
		return "this needs root with CAP_SYS_ADMIN, or a user namespace: --userns, and no "
		       "--share user";
	/* Since Linux 5.12: else a file capability that root sets inside would count outside. */
	if (error == EPERM && child.failed && geteuid() == 0 && !capabilities_have(CAP_SETFCAP))
		return "root's own id is mapped with CAP_SETFCAP only, user_namespaces(7)";
	if (error == EPERM)
		return "a seccomp filter or a chroot forbids new user namespaces here: docker run "
		       "--security-opt seccomp=unconfined, nslaunch --seccomp userns";
	return NULL;
}

static noreturn void refused(int error, unsigned int namespaces)
{
	const char *hint = explain_refusal(error, namespaces);

	/* Files that are not there have been looked for. */
	errno = error;
	step_failed(hint);
}

/*
 * Whether the child borrows our memory, as with vfork(2): where the call that makes it is written down here.
 * Elsewhere it gets a copy.
 */
#if (defined(__x86_64__) || defined(__aarch64__)) && !defined(NAMESPACES_COPIED)
enum { SHARED = CLONE_VM | CLONE_VFORK };
#else
enum { SHARED = 0 };
#endif

static noreturn void child_main(const struct launch *launch, char **argv, char **variables)
{
	become_nsinit(launch, argv, variables);
	/* Nobody reads what is written to a copy. */
	if (!SHARED)
		refused(errno, launch->namespaces);
	child.error = errno;
	child.failed = true;
	_exit(STATUS_FAILED);
}

/*
 * clone(2) and clone3(2), which have two arguments here; the other ones are 0 or not looked at. A child that
 * shares our stack must not return from the frame that it was born in: so each call is made right there, and
 * not in a library function, whose return address the child would overwrite. Returns -errno on error.
 */
static inline __attribute__((always_inline)) long call_clone(long number, long one, long two)
{
#if defined(__x86_64__) && !defined(NAMESPACES_COPIED)
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(one), "S"(two)
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__) && !defined(NAMESPACES_COPIED)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = one;
	register long x1 __asm__("x1") = two;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x1), "r"(x8) : "memory");
	return x0;
#else
	long result = syscall(number, one, two, 0, 0, 0);

	return result < 0 ? -errno : result;
#endif
}

/*
 * The child borrows our memory and stack until its exec, and nothing is copied, where the call is written
 * down: see SHARED. clone3 is missing behind filters, which cannot look into its arguments
 * (systemd's RestrictNamespaces=, containers): clone makes the same namespaces.
 */
static pid_t clone_and_exec(const struct launch *launch, char **argv, char **variables)
{
	const uint64_t later = launch->network < 0 ? 0 : CLONE_NEWNET;
	struct clone_args args = {.flags = (launch->namespaces & ~later) | SHARED,
				  .exit_signal = SIGCHLD};
	long pid = call_clone(SYS_clone3, (long)&args, sizeof(args));

	/* What the older call answers is said, and not this. */
	if (pid == -ENOSYS) {
		const long flags = (long)args.flags | SIGCHLD;

#if defined(__s390x__)
		pid = call_clone(SYS_clone, 0, flags);
#else
		pid = call_clone(SYS_clone, flags, 0);
#endif
		clone3_is_missing = true;
	}
	if (pid == 0)
		child_main(launch, argv, variables);
	if (pid < 0) {
		errno = (int)-pid;
		return -1;
	}
	return (pid_t)pid;
}

static bool step_namespaces(unsigned int namespaces)
{
	return step("make new namespaces: mount", namespaces & CLONE_NEWPID ? ", pid" : "",
		    namespaces & CLONE_NEWIPC ? ", ipc" : "",
		    namespaces & CLONE_NEWUTS ? ", uts" : "",
		    namespaces & CLONE_NEWNET ? ", net" : "",
		    namespaces & CLONE_NEWCGROUP ? ", cgroup" : "",
		    namespaces & CLONE_NEWUSER ? ", user" : "");
}

pid_t namespaces_start(const struct launch *launch, char **argv, char **variables)
{
	pid_t pid;

	if (!step_namespaces(launch->namespaces)) {
		/* Explaining: nsinit goes on with its own part, in this process. */
		become_nsinit(launch, argv, variables);
		namespaces_finish(launch, 0);
		execute_image(launch, argv, variables);
		step_failed(NULL);
	}
	pid = clone_and_exec(launch, argv, variables);
	if (pid < 0)
		refused(errno, launch->namespaces);
	if (child.failed) {
		waitpid(pid, NULL, 0);
		refused(child.error, launch->namespaces);
	}
	return pid;
}

/* For a moment this process is in the new namespace, with all signals blocked. */
void namespaces_make_network(const struct launch *launch)
{
	int any, made;

	if (launch->network < 0)
		return;
	if (unshare(CLONE_NEWNET) < 0)
		message_die(errno, explain_refusal(errno, CLONE_NEWNET),
			    TEXT_WORDS("cannot make a network namespace"));
	any = loopback_up();
	if (any < 0)
		message_die(errno, errno == EPERM ? loopback_right : NULL,
			    TEXT_WORDS("cannot set the interface lo up"));
	made = kernel_network_of(any);
	if (made < 0)
		die_errno("cannot hand over the new network namespace");
	if (setns(launch->network, CLONE_NEWNET) < 0)
		die_errno("cannot leave the new network namespace");
	/* Where nsinit has ended meanwhile it has said why. */
	handover_send_descriptor(launch->socket, HANDOVER_NETWORK, made);
}

void namespaces_finish(const struct launch *launch, pid_t pid)
{
	maps_write(launch, pid);
	/* Ids have to be there before a tree can show them. */
	trees_map_ids(launch, pid);
	nsfs_hold(launch, pid);
}
