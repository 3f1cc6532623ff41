/*
 * kernel.h: the kernel's interface where musl 1.2.3 or the headers of Linux 5.10 fall short.
 *
 * Owns: prototypes (as thin inline calls, or in kernel.c where an older call stands in for a newer one) and constants, each with the man page section 2 name
 * and the first kernel that has it. Owns no policy: every function returns what the kernel
 * returned, -1 and errno on error.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/sockios.h>

/* time_namespaces(7): Linux 5.6 */
#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/* memfd_create(2); MFD_EXEC and MFD_NOEXEC_SEAL since Linux 6.3, EINVAL before */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x10U
#endif

/* open_tree(2), move_mount(2): Linux 5.2; mount_setattr(2): Linux 5.12 */
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE 1
#endif
#ifndef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif
/* mount_setattr(2): Linux 5.12; no symbolic links: 5.14. When files were read last is one of the ATIME's. */
#define KERNEL_MOUNT_ATTR_NOATIME 0x10UL
#define KERNEL_MOUNT_ATTR_STRICTATIME 0x20UL
#define KERNEL_MOUNT_ATTR_ATIME 0x70UL
#define KERNEL_MOUNT_ATTR_NODIRATIME 0x80UL
#define KERNEL_MOUNT_ATTR_NOSYMFOLLOW 0x200000UL
/* mount(2): Linux 5.10 */
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#define KERNEL_MOUNT_ATTR_IDMAP UINT64_C(0x00100000)
#ifndef MOVE_MOUNT_F_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x00000004
#endif
#ifndef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_T_EMPTY_PATH 0x00000040
#endif
/*
 * struct mount_attr of <linux/mount.h>, which cannot be included beside <sys/mount.h>. Its
 * MOUNT_ATTR_RDONLY, NOSUID, NODEV and NOEXEC are the same bits as MS_RDONLY and so on.
 */
struct kernel_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

/*
 * What to say where a call is missing that no older one stands in for: as a hint, the first kernel that has
 * it. (Newer ones have it, too, so a filter of system calls is at work there.)
 */
#define KERNEL_SINCE(version) \
	(errno == ENOSYS ? "it takes Linux " version ", and no filter that hides its calls" : NULL)

/*
 * open(2) of something that exists. musl's own makes a second call to set O_CLOEXEC, for kernels
 * before 2.6.23.
 */
static inline int kernel_open(const char *path, int flags)
{
	return openat(AT_FDCWD, path, flags | O_CLOEXEC);
}

/* The network namespace of a socket, close-on-exec. Takes CAP_NET_ADMIN over it; Linux 4.10. */
static inline int kernel_network_of(int socket)
{
	return ioctl(socket, SIOCGSKNS);
}

static inline int kernel_open_tree(int directory, const char *path, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, directory, path, flags);
}

static inline int kernel_move_mount(int from, const char *from_path, int to, const char *to_path,
				    unsigned int flags)
{
	return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

/*
 * A filesystem that is mounted nowhere yet, fsopen(2), fsconfig(2), fsmount(2): Linux 5.2. The commands of
 * fsconfig are those of <linux/mount.h>; text values have at most 255 bytes.
 */
enum { KERNEL_FS_FLAG = 0, KERNEL_FS_STRING = 1, KERNEL_FS_CREATE = 6 };

static inline int kernel_fsopen(const char *type)
{
	const unsigned int close_on_exec = 1; /* FSOPEN_CLOEXEC */

	return (int)syscall(SYS_fsopen, type, close_on_exec);
}

static inline int kernel_fsconfig(int context, unsigned int command, const char *name,
				  const char *value)
{
	return (int)syscall(SYS_fsconfig, context, command, name, value, 0);
}

static inline int kernel_fsmount(int context, unsigned long attributes)
{
	const unsigned int close_on_exec = 1; /* FSMOUNT_CLOEXEC */

	return (int)syscall(SYS_fsmount, context, close_on_exec, attributes);
}

static inline int kernel_mount_setattr(int directory, const char *path, unsigned int flags,
				       const struct kernel_mount_attr *attributes)
{
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
	return (int)syscall(SYS_mount_setattr, directory, path, flags, attributes,
			    sizeof(*attributes));
}

static inline int kernel_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

/* fchmodat(2) without musl's flags. Follows a symbolic link. */
static inline int kernel_chmod(int directory, const char *path, unsigned int mode)
{
	return (int)syscall(SYS_fchmodat, directory, path, mode);
}

/* fchmod(2) without musl's second try. */
static inline int kernel_fchmod(int file, unsigned int mode)
{
	return (int)syscall(SYS_fchmod, file, mode);
}

static inline int kernel_openat2(int directory, const char *path, const struct open_how *how)
{
	return (int)syscall(SYS_openat2, directory, path, how, sizeof(*how));
}

static inline int kernel_execveat(int directory, const char *path, char *const argv[],
				  char *const envp[], int flags)
{
	return (int)syscall(SYS_execveat, directory, path, argv, envp, flags);
}

static inline int kernel_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

static inline int kernel_capget(struct __user_cap_header_struct *header,
				struct __user_cap_data_struct data[2])
{
	return (int)syscall(SYS_capget, header, data);
}

static inline int kernel_capset(struct __user_cap_header_struct *header,
				const struct __user_cap_data_struct data[2])
{
	return (int)syscall(SYS_capset, header, data);
}

/* Attaches a filter to this process: seccomp(2) since Linux 3.17, or the older call, kernel.c. */
struct sock_fprog;
int kernel_filter(const struct sock_fprog *program);

/*
 * landlock(7): Linux 5.13. The structs of <linux/landlock.h> in their newest size; an older kernel takes
 * them where what it does not know is 0.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
struct kernel_landlock_rules {
	uint64_t files;	  /* handled_access_fs */
	uint64_t network; /* handled_access_net */
	uint64_t scoped;  /* 1: abstract Unix sockets, 2: signals */
};
struct kernel_landlock_path {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* Which version of the interface there is, 1 and more; -1 and errno: none. */
static inline int kernel_landlock_abi(void)
{
	const unsigned int version = 1; /* LANDLOCK_CREATE_RULESET_VERSION */

	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, version);
}

static inline int kernel_landlock_create(const struct kernel_landlock_rules *rules)
{
	return (int)syscall(SYS_landlock_create_ruleset, rules, sizeof(*rules), 0);
}

static inline int kernel_landlock_add_path(int rules, const struct kernel_landlock_path *path)
{
	const int beneath = 1; /* LANDLOCK_RULE_PATH_BENEATH */

	return (int)syscall(SYS_landlock_add_rule, rules, beneath, path, 0);
}

static inline int kernel_landlock_restrict(int rules)
{
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}

/* struct statx of <linux/stat.h>, which cannot be included beside <sys/stat.h>: statx(2). */
struct kernel_status {
	uint32_t mask, block_size;
	uint64_t attributes;
	uint32_t links, uid, gid;
	uint16_t mode, unused;
	uint64_t inode, size, blocks, attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t rest[14];
};
_Static_assert(sizeof(struct kernel_status) == 256, "statx(2) writes 256 bytes");

/* stat(2) without the libc's conversions: statx since Linux 4.11, or the older call, kernel.c. */
int kernel_status(int directory, const char *path, int flags, struct kernel_status *status);

static inline int kernel_descriptor_status(int descriptor, struct kernel_status *status)
{
	return kernel_status(descriptor, "", AT_EMPTY_PATH, status);
}

/* Whether two of them are of one file or folder. */
static inline int kernel_is_same(const struct kernel_status *one, const struct kernel_status *other)
{
	return one->inode == other->inode && one->dev_major == other->dev_major &&
	       one->dev_minor == other->dev_minor;
}

/*
 * Ids for this process alone, with full 32 bits. The libc's own functions would first bring all
 * threads to a halt, which is no business of a child that shares its parent's memory.
 */
#ifndef SYS_setresuid32
#define SYS_setresuid32 SYS_setresuid
#define SYS_setresgid32 SYS_setresgid
#define SYS_setgroups32 SYS_setgroups
#endif

static inline int kernel_setresuid(uint32_t uid)
{
	return (int)syscall(SYS_setresuid32, uid, uid, uid);
}

static inline int kernel_setresgid(uint32_t gid)
{
	return (int)syscall(SYS_setresgid32, gid, gid, gid);
}

static inline int kernel_setgroups(size_t count, const uint32_t *gids)
{
	return (int)syscall(SYS_setgroups32, count, gids);
}

/*
 * Signal sets as the kernel has them, 64 bits. musl's own functions keep 32 to 34 to themselves,
 * so that glibc's SIGRTMIN would be neither blocked nor forwarded.
 */
static inline int kernel_sigprocmask(int how, const uint64_t *set, uint64_t *old)
{
	return (int)syscall(SYS_rt_sigprocmask, how, set, old, sizeof(*set));
}

/*
 * What a signal does: SIG_DFL or SIG_IGN. Returns what it did before, or SIG_ERR. The kernel's
 * struct sigaction opens with the handler everywhere where we are built; the rest stays 0.
 */
static inline void (*kernel_signal(int signal, void (*action)(int)))(int)
{
	struct {
		void (*action)(int);
		unsigned long rest[7];
	} after = {.action = action}, before = {0};

	if (syscall(SYS_rt_sigaction, signal, &after, &before, sizeof(uint64_t)) < 0)
		return SIG_ERR;
	return before.action;
}

/* Without musl's copy of what comes along: the struct's padding has to be 0. */
struct msghdr;
static inline int kernel_sendmsg(int socket, const struct msghdr *message, int flags)
{
	return (int)syscall(SYS_sendmsg, socket, message, flags);
}

static inline int kernel_signalfd(const uint64_t *set, int flags)
{
	return (int)syscall(SYS_signalfd4, -1, set, sizeof(*set), flags);
}

/*
 * The next pending signal of the set; timeout NULL: waits for one. sigtimedwait(2). This call's
 * struct timespec is two longs, whatever the libc's is.
 */
static inline int kernel_sigtimedwait(const uint64_t *set, siginfo_t *info, const long timeout[2])
{
	return (int)syscall(SYS_rt_sigtimedwait, set, info, timeout, sizeof(*set));
}

/*
 * Milliseconds since the boot, clock_gettime(2) with CLOCK_MONOTONIC, which every kernel has. Two longs,
 * as above; and no look for the vDSO, which is for who asks often.
 */
static inline int64_t kernel_now_ms(void)
{
#ifdef SYS_clock_gettime32
	const long call =
		SYS_clock_gettime32; /* where a long has 32 bits: good for seconds since the boot */
#else
	const long call = SYS_clock_gettime;
#endif
	const int monotonic = 1; /* CLOCK_MONOTONIC */
	long now[2] = {0, 0};

	syscall(call, monotonic, now);
	return (int64_t)now[0] * 1000 + now[1] / 1000000;
}

static inline int kernel_sigpending(uint64_t *set)
{
	return (int)syscall(SYS_rt_sigpending, set, sizeof(*set));
}

static inline int kernel_sigqueueinfo(pid_t pid, int signal, const siginfo_t *info)
{
	return (int)syscall(SYS_rt_sigqueueinfo, pid, signal, info);
}

/*
 * ioctl(2) on a pidfd: what became of a process, also when it has been reaped. Linux 6.13, the
 * exit status since 6.15. struct pidfd_info of <linux/pidfd.h> in its first size.
 */
struct kernel_pidfd_info {
	uint64_t mask; /* what is asked for, and what was answered */
	uint64_t cgroup;
	uint32_t pid, tgid, ppid;
	uint32_t ids[8];
	int32_t exit_code; /* a wait status */
};
#define KERNEL_PIDFD_INFO_EXIT (UINT64_C(1) << 3)
#define KERNEL_PIDFD_GET_INFO _IOWR(0xFF, 11, struct kernel_pidfd_info)

#endif
