/*
 * calls.c: the table of system calls. A call that a launch makes and that has no row here is a fault
 * of its own: somebody has to say how it can fail.
 */
#include "calls.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

/* clang-format off */
#define FAILS(call, ...) {.number = SYS_##call, .name = #call, .errors = {__VA_ARGS__}}
#define NEWER(call, linux, ...) \
	{.number = SYS_##call, .name = #call, .errors = {__VA_ARGS__}, .since = linux}
#define NEVER(call) {.number = SYS_##call, .name = #call, .never = true}

/*
 * The errors: ENOMEM where the kernel takes memory; EACCES or EPERM where a security module, a seccomp
 * filter above us or a missing right says no; EMFILE where a descriptor is made; ENOSPC and EIO where
 * something is written or read; EINTR where the call may wait. (A call that a program cannot get wrong,
 * as wait4 and rt_sigprocmask, still fails under such a filter.) None that means "it is not there" or
 * "this kernel cannot do it": for these a launch may rightly take another way. (Which, the mode `missing` looks
 * at: NEWER names the first Linux that has a call, since 3.)
 */
static const struct call calls[] = {
	FAILS(accept4, EMFILE),
	/* EACCES is an answer, not a failure. */
	FAILS(access, ENOMEM, EIO),
	FAILS(bind, EACCES),
	FAILS(capget, EPERM),
	FAILS(capset, EPERM),
	FAILS(chdir, EACCES, ENOMEM),
	FAILS(chmod, EPERM),
	FAILS(chown, EPERM, EIO),
	FAILS(clock_nanosleep, EINTR),
	FAILS(clone, EAGAIN, ENOMEM),
	NEWER(clone3, "5.3", EAGAIN, ENOMEM),
	/* close(2): the descriptor is gone whatever the result. */
	{.number = SYS_close, .name = "close", .errors = {EIO}, .done = true},
	/* A seccomp filter above us: nsjail's issues 294 and 328. */
	NEWER(close_range, "5.9", EPERM),
	FAILS(connect, EACCES),
	FAILS(copy_file_range, EIO, ENOSPC),
	FAILS(dup, EMFILE),
	FAILS(dup2, EMFILE),
	FAILS(dup3, EMFILE),
	FAILS(epoll_create1, EMFILE),
	FAILS(epoll_ctl, ENOMEM),
	FAILS(epoll_pwait, EINTR),
	FAILS(execve, ENOMEM, EACCES),
	NEWER(execveat, "3.19", ENOMEM, EACCES),
	FAILS(faccessat, ENOMEM, EIO),
	NEWER(faccessat2, "5.8", ENOMEM, EIO),
	FAILS(fallocate, ENOSPC),
	FAILS(fchdir, EACCES),
	FAILS(fchmod, EPERM),
	FAILS(fchmodat, EPERM),
	FAILS(fchown, EPERM),
	FAILS(fchownat, EPERM, EIO),
	FAILS(fcntl, EPERM, EAGAIN),
	FAILS(fgetxattr, EIO),
	FAILS(flock, EINTR),
	FAILS(fork, EAGAIN, ENOMEM),
	NEWER(fsconfig, "5.2", EPERM, ENOMEM),
	NEWER(fsmount, "5.2", EPERM, EMFILE),
	NEWER(fsopen, "5.2", EPERM, EMFILE),
	NEWER(fspick, "5.2", EPERM, EMFILE),
	FAILS(fstat, EIO, ENOMEM),
	FAILS(fstatfs, EIO, ENOMEM),
	FAILS(ftruncate, EIO),
	FAILS(getcwd, ENOMEM),
	FAILS(getdents64, EIO, ENOMEM),
	FAILS(getgroups, EPERM),
	NEWER(getrandom, "3.17", EAGAIN),
	FAILS(getsockopt, EACCES),
	FAILS(getxattr, EIO),
	FAILS(inotify_add_watch, ENOSPC),
	FAILS(inotify_init1, EMFILE),
	FAILS(ioctl, EIO, EPERM),
	FAILS(keyctl, ENOMEM),
	FAILS(kill, EPERM),
	NEWER(landlock_add_rule, "5.13", ENOMEM),
	NEWER(landlock_create_ruleset, "5.13", ENOMEM, EMFILE),
	NEWER(landlock_restrict_self, "5.13", ENOMEM, EPERM),
	FAILS(linkat, ENOSPC, EPERM),
	FAILS(listen, EACCES),
	FAILS(lseek, EIO),
	FAILS(lstat, EIO, ENOMEM),
	FAILS(madvise, ENOMEM),
	NEWER(memfd_create, "3.17", ENOMEM, EMFILE),
	FAILS(mkdir, ENOSPC, EACCES),
	FAILS(mkdirat, ENOSPC, EACCES),
	FAILS(mknod, ENOSPC, EPERM),
	FAILS(mknodat, ENOSPC, EPERM),
	FAILS(mmap, ENOMEM),
	FAILS(mount, ENOMEM, EACCES),
	NEWER(mount_setattr, "5.12", EPERM, ENOMEM),
	NEWER(move_mount, "5.2", EACCES, ENOMEM),
	FAILS(mprotect, ENOMEM),
	FAILS(mremap, ENOMEM),
	FAILS(munmap, ENOMEM),
	FAILS(nanosleep, EINTR),
	FAILS(newfstatat, EIO, ENOMEM),
	FAILS(open, EMFILE, EACCES),
	NEWER(open_tree, "5.2", EMFILE, EACCES),
	/* EACCES is an answer, of access, too. */
	FAILS(openat, EMFILE, ENOMEM),
	/* EAGAIN: somebody renamed something meanwhile. */
	NEWER(openat2, "5.6", EMFILE, EAGAIN),
	FAILS(personality, EPERM),
	NEWER(pidfd_getfd, "5.6", EPERM),
	NEWER(pidfd_open, "5.3", EMFILE),
	NEWER(pidfd_send_signal, "5.1", EPERM),
	FAILS(pipe2, EMFILE),
	FAILS(pivot_root, EPERM, EACCES),
	FAILS(poll, EINTR, ENOMEM),
	FAILS(ppoll, EINTR, ENOMEM),
	/* EINVAL: what the bounding set's loop takes for its end. */
	FAILS(prctl, EPERM, EINVAL),
	FAILS(pread64, EIO),
	FAILS(prlimit64, EPERM),
	FAILS(pwrite64, ENOSPC, EIO),
	FAILS(read, EIO, ENOMEM),
	FAILS(readlink, EACCES, ENOMEM),
	FAILS(readlinkat, EACCES, ENOMEM),
	FAILS(recvfrom, ENOMEM, EINTR),
	FAILS(recvmsg, ENOMEM, EINTR),
	FAILS(rename, ENOSPC, EIO),
	FAILS(renameat, ENOSPC, EIO),
	NEWER(renameat2, "3.15", ENOSPC, EIO),
	FAILS(rmdir, EACCES),
	FAILS(rt_sigaction, EPERM),
	FAILS(rt_sigprocmask, EPERM),
	FAILS(rt_sigqueueinfo, EAGAIN, EPERM),
	/* It has no other: who waits for signals and cannot has nothing left to do. */
	FAILS(rt_sigtimedwait, EINTR),
	NEWER(seccomp, "3.17", EINVAL, ENOMEM),
	FAILS(sendfile, EIO, ENOMEM),
	FAILS(sendmsg, ENOMEM, EAGAIN),
	FAILS(sendto, ENOMEM, EAGAIN),
	FAILS(setdomainname, EPERM),
	FAILS(setgid, EPERM, EAGAIN),
	/* Not EPERM alone, which a user namespace of an ordinary user gives rightly. */
	FAILS(setgroups, ENOMEM, EPERM),
	FAILS(sethostname, EPERM),
	FAILS(setns, EPERM, ENOMEM),
	FAILS(setpgid, EPERM, EACCES),
	FAILS(setpriority, EACCES),
	FAILS(setresgid, EPERM, EAGAIN),
	FAILS(setresuid, EPERM, EAGAIN),
	FAILS(setsid, EPERM),
	FAILS(setsockopt, EPERM),
	FAILS(setuid, EPERM, EAGAIN),
	FAILS(signalfd4, EMFILE),
	FAILS(socket, EMFILE, EACCES),
	FAILS(socketpair, EMFILE, EACCES),
	FAILS(splice, ENOMEM),
	FAILS(stat, EIO, ENOMEM),
	FAILS(statfs, EIO, EACCES),
	NEWER(statx, "4.11", EIO, ENOMEM),
	FAILS(symlink, ENOSPC, EACCES),
	FAILS(symlinkat, ENOSPC, EACCES),
	FAILS(tgkill, EPERM),
	FAILS(timerfd_create, EMFILE),
	FAILS(timerfd_settime, EPERM),
	FAILS(truncate, EIO),
	FAILS(umount2, EPERM, ENOMEM),
	FAILS(unlink, EACCES, EIO),
	FAILS(unlinkat, EACCES, EIO),
	FAILS(unshare, EPERM, ENOMEM),
	FAILS(utimensat, EPERM),
	FAILS(vfork, EAGAIN, ENOMEM),
	/* It has no other but ECHILD, which is an answer. */
	FAILS(wait4, EINTR),
	FAILS(waitid, EPERM),
	FAILS(write, EIO, ENOSPC),
	FAILS(writev, EIO, ENOSPC),
	NEVER(brk),
	NEVER(clock_gettime),
	NEVER(exit),
	NEVER(exit_group),
	NEVER(getegid),
	NEVER(geteuid),
	NEVER(getgid),
	NEVER(getpgid),
	NEVER(getpgrp),
	NEVER(getpid),
	NEVER(getppid),
	NEVER(gettid),
	NEVER(getuid),
	NEVER(rt_sigreturn),
	NEVER(set_tid_address),
	NEVER(umask),
	NEVER(uname),
#ifdef SYS_arch_prctl
	/* ARCH_SET_FS fails for an address that no program has; the libc ends the program. */
	NEVER(arch_prctl),
#endif
};

#define ERROR(error) {#error, error}
static const struct {
	const char *name;
	int error;
} errors[] = {
	ERROR(EACCES), ERROR(EAGAIN), ERROR(EBUSY), ERROR(ECHILD), ERROR(EINTR), ERROR(EINVAL), ERROR(EIO),
	ERROR(ELOOP), ERROR(EMFILE), ERROR(ENOENT), ERROR(ENOMEM), ERROR(ENOSPC), ERROR(ENOSYS), ERROR(EPERM),
	ERROR(EROFS), ERROR(ESRCH),
};
/* clang-format on */

const struct call *calls_find(long number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

const char *calls_name(long number)
{
	const struct call *call = calls_find(number);

	return call ? call->name : "a call without a row in calls.c";
}

int calls_error(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (!strcmp(errors[i].name, name))
			return errors[i].error;
	return 0;
}

const char *calls_error_name(int error)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (errors[i].error == error)
			return errors[i].name;
	return "an error without a name in calls.c";
}
